"""Planning appointments, on both engines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core_psa.db import Database
from core_psa.dispatch import actions
from core_psa.dispatch.tables import Appointment
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation import actions as organisation
from core_psa.reads.board import board
from core_psa.tickets.tables import Ticket
from tests.desk import AGENT, opened

MONDAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("UTC")


@pytest.fixture
def agents(db: Database) -> list[int]:
    with db.work() as w:
        names = ("Ada Quell", "Jory Penn")
        return [
            organisation.create_agent(w, AGENT, name=name, email=f"{name[:3].lower()}@desk.example").id
            for name in names
        ]


def test_a_planned_ticket_is_assigned(db: Database, agents: list[int]) -> None:
    ticket_id, other_id = opened(db), opened(db)
    with db.work() as w:
        row = actions.plan_on(w, AGENT, ticket_id, agents[0], MONDAY)
        second = actions.plan_on(w, AGENT, other_id, agents[0], MONDAY)
        assert second.starts_at == row.ends_at == NINE + HOUR
    with db.read() as session:
        assert session.get_one(Ticket, ticket_id).assignee_id == agents[0]


def test_nothing_is_planned_for_an_agent_who_left(db: Database, agents: list[int]) -> None:
    with db.work() as w:
        organisation.update_agent(w, AGENT, agents[0], active=False)
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.plan_on(w, AGENT, ticket_id, agents[0], MONDAY)
    assert [e.field for e in refused.value.errors] == ["agent_id"]


def test_a_moved_appointment_takes_its_ticket_along(db: Database, agents: list[int]) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        row = actions.plan_on(w, AGENT, ticket_id, agents[0], MONDAY)
    with db.work() as w:
        moved = actions.move(w, AGENT, row.id, agents[1], MONDAY + timedelta(days=1), ZONE)
        assert (moved.starts_at, moved.ends_at) == (NINE + timedelta(days=1), NINE + timedelta(days=1) + HOUR)
    with db.read() as session:
        assert session.get_one(Ticket, ticket_id).assignee_id == agents[1]


def test_the_board_shows_the_week_and_the_load(db: Database, agents: list[int]) -> None:
    loose = opened(db, subject="Nobody's")
    with db.work() as w:
        actions.plan(
            w, AGENT, agent_id=agents[0], text="Inventory", starts_at=NINE, ends_at=NINE + 2 * HOUR, on_site=True
        )
    with db.read() as session:
        shown = board(session, AGENT, MONDAY, ZONE, NINE)
    line = next(line for line in shown.lines if line.agent.id == agents[0])
    assert [len(day.planned) for day in line.days] == [1, 0, 0, 0, 0, 0, 0]
    assert line.minutes_planned == 120
    assert [row.id for row in shown.unassigned] == [loose]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"ends_at": NINE}, "ends_at"),
        ({"ends_at": NINE + timedelta(days=30)}, "ends_at"),
        ({"agent_id": 999}, "agent_id"),
        ({"site_id": 999}, "site_id"),
    ],
)
def test_an_appointment_that_cannot_be_names_the_field(
    db: Database, agents: list[int], wrong: actions.AppointmentFields, field: str
) -> None:
    given: actions.AppointmentFields = {
        "agent_id": agents[0],
        "text": "Inventory",
        "starts_at": NINE,
        "ends_at": NINE + HOUR,
    }
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.plan(w, AGENT, **{**given, **wrong})
    assert [error.field for error in refused.value.errors] == [field]


def test_planning_needs_its_permission(db: Database, agents: list[int]) -> None:
    viewer, ticket_id = replace(AGENT, permissions=AGENT.permissions - {"dispatch.edit"}), opened(db)
    with pytest.raises(Forbidden), db.work() as w:
        actions.plan_on(w, viewer, ticket_id, agents[0], MONDAY)


def test_a_cancelled_appointment_leaves_its_ticket_where_it_is(db: Database, agents: list[int]) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        row = actions.plan_on(w, AGENT, ticket_id, agents[0], MONDAY)
    with db.work() as w:
        actions.cancel(w, AGENT, row.id)
    with db.read() as session:
        assert session.get(Appointment, row.id) is None
        assert session.get_one(Ticket, ticket_id).assignee_id == agents[0]
