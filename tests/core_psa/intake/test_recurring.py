"""Tickets that come again and again."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core_psa.access.roles import set_roles
from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.db.fields import Refused
from core_psa.errors import Forbidden, Invalid
from core_psa.intake.recurring import actions
from core_psa.intake.recurring.rules import Recurrence
from core_psa.intake.recurring.tables import RecurringRun, RecurringTicket
from core_psa.notices.tables import Notification, OutgoingMail
from core_psa.organisation.actions import create_agent, create_team, set_members, update_agent
from core_psa.tickets.settings_actions import create_type, update_type
from core_psa.tickets.tables import Ticket, TicketType
from core_psa.viewer import SYSTEM
from tests.desk import AGENT

NINE = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - by the clock on the wall
DAY = timedelta(days=1)


def instants(rule: str, starts: datetime, zone: str, number: int) -> list[str]:
    after = Recurrence(rule, starts, zone).after(datetime(2026, 1, 1, tzinfo=UTC))
    return [f"{at:%m-%d %H:%M}" for at in islice(after, number)]


def test_nine_in_the_morning_stays_so_when_the_clocks_go_forward() -> None:
    assert instants("FREQ=DAILY", datetime(2026, 3, 28, 9), "Europe/Berlin", 3) == [  # noqa: DTZ001
        "03-28 08:00",
        "03-29 07:00",
        "03-30 07:00",
    ]


def test_an_hour_that_the_clock_skips_comes_when_it_has_jumped() -> None:
    assert instants("FREQ=DAILY", datetime(2026, 3, 29, 2, 30), "Europe/Berlin", 2) == [  # noqa: DTZ001
        "03-29 01:30",
        "03-30 00:30",
    ]


def test_an_hour_that_is_shown_twice_comes_the_first_time() -> None:
    assert instants("FREQ=DAILY", datetime(2026, 10, 25, 2, 30), "Europe/Berlin", 2) == [  # noqa: DTZ001
        "10-25 00:30",
        "10-26 01:30",
    ]


def test_the_first_monday_of_every_month_is_found() -> None:
    assert instants("FREQ=MONTHLY;BYDAY=1MO", NINE, "UTC", 3) == ["03-02 09:00", "04-06 09:00", "05-04 09:00"]


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30, 45]),
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,MO", "FREQ=MONTHLY;BYMONTHDAY=-1"]),
)
def test_occurrences_rise_and_are_the_same_wherever_one_begins_to_look(
    zone: str, hour: int, minute: int, rule: str
) -> None:
    recurrence = Recurrence(rule, datetime(2026, 1, 1, hour, minute), zone)  # noqa: DTZ001
    found = list(islice(recurrence.after(datetime(2026, 1, 1, tzinfo=UTC)), 60))
    assert found == sorted(set(found))
    assert [recurrence.first(at) for at in found[:-1]] == found[1:]


@pytest.mark.parametrize(
    "rule",
    [
        "every day",
        "FREQ=SECONDLY",
        "FREQ=HOURLY",
        "BYDAY=MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=DAILY;FREQ=" + "X" * 400,
        "FREQ=DAILY\nDTSTART:20260101",
    ],
)
def test_a_rule_that_means_nothing_or_never_comes_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        Recurrence(rule, NINE, "UTC")


def test_a_rule_that_has_run_out_comes_no_more() -> None:
    recurrence = Recurrence("FREQ=DAILY;COUNT=2", NINE, "UTC")
    due = recurrence.due(datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert due == (datetime(2026, 3, 3, 9, tzinfo=UTC), 1, None)


def daily(db: Database, **fields: Any) -> int:
    """A template that comes at ten every morning, an hour from now."""
    given = {"name": "Backup check", "rule": "FREQ=DAILY", "starts": NINE + timedelta(hours=1), "timezone": "UTC"}
    with db.work() as w:
        return actions.create_recurring(w, SYSTEM, **{**given, "subject": "Check the backups", **fields}).id


def tickets(db: Database) -> list[Ticket]:
    with db.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def test_an_occurrence_opens_one_ticket_however_often_one_looks(db: Database, clock: StoppedClock) -> None:
    daily(db, tags=["backup"])
    assert actions.open_due(db).tickets == {}
    clock.advance(timedelta(hours=1))
    assert len(actions.open_due(db).tickets) == 1
    assert actions.open_due(db).tickets == {}
    (ticket,) = tickets(db)
    assert (ticket.subject, ticket.channel) == ("Check the backups", "schedule")


def test_an_occurrence_opened_before_is_not_opened_again(db: Database, clock: StoppedClock) -> None:
    recurring_id = daily(db)
    clock.advance(timedelta(hours=1))
    actions.open_due(db)
    with db.work() as w:
        w.session.get_one(RecurringTicket, recurring_id).next_at = clock.now()
    assert actions.open_due(db).tickets == {}
    assert len(tickets(db)) == 1


def test_what_a_standstill_missed_is_caught_up_once(db: Database, clock: StoppedClock) -> None:
    daily(db)
    clock.advance(5 * DAY)
    actions.open_due(db)
    assert len(tickets(db)) == 1
    with db.read() as session:
        run = session.scalars(select(RecurringRun)).one()
    assert (run.missed, run.occurrence) == (4, datetime(2026, 3, 6, 10, tzinfo=UTC))
    clock.advance(DAY)
    actions.open_due(db)
    assert len(tickets(db)) == 2


def test_whoever_is_to_do_it_is_told_of_the_schedule_once(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara", email="mara@harbour.example")
        team = create_team(w, SYSTEM, name="Backups")
        set_members(w, SYSTEM, team.id, [agent.id])
        set_roles(w, SYSTEM, agent.id, ["agent"])
    daily(db, team_id=team.id)
    clock.advance(timedelta(hours=1))
    actions.open_due(db)
    with db.read() as session:
        lines = [(n.event, n.line) for n in session.scalars(select(Notification))]
    assert lines == [("recurring_opened", "Opened by a schedule: Backup check")]


def test_nobody_is_thanked_for_what_a_schedule_asked(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    daily(db, requester_id=5)
    clock.advance(timedelta(hours=1))
    actions.open_due(db)
    with db.read() as session:
        assert session.scalars(select(OutgoingMail)).all() == []


def test_a_template_that_fails_says_why_and_holds_up_no_other(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        w.session.add_all(Customer(id=i, name=f"Customer {i}", created_at=w.now) for i in (1, 2))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", created_at=w.now))
    bad, good = daily(db, name="Bad", customer_id=1, requester_id=5), daily(db, name="Good")
    with db.work() as w:
        w.session.get_one(User, 5).customer_id = 2
    clock.advance(timedelta(hours=1))
    done = actions.open_due(db)
    assert (list(done.tickets), list(done.failed)) == ([good], [bad])
    with db.read() as session:
        assert "another customer" in (session.get_one(RecurringTicket, bad).trouble or "")


def test_work_whose_agent_left_is_opened_without_them(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara", email="mara@harbour.example")
        team = create_team(w, SYSTEM, name="Backups")
    recurring_id = daily(db, team_id=team.id, assignee_id=agent.id)
    with db.work() as w:
        update_agent(w, SYSTEM, agent.id, active=False)
    clock.advance(timedelta(hours=1))
    assert len(actions.open_due(db).tickets) == 1
    (ticket,) = tickets(db)
    assert (ticket.team_id, ticket.assignee_id) == (team.id, None)
    with db.read() as session:
        trouble = session.get_one(RecurringTicket, recurring_id).trouble
    assert trouble == "opened without its assignee, no longer on offer"


def test_work_whose_type_was_retired_is_opened_as_one_that_is_offered(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        kind = create_type(w, SYSTEM, name="Project").id
    recurring_id = daily(db, type_id=kind)
    with db.work() as w:
        update_type(w, SYSTEM, kind, active=False)
    clock.advance(timedelta(hours=1))
    assert len(actions.open_due(db).tickets) == 1
    with db.read() as session:
        assert session.get_one(TicketType, tickets(db)[0].type_id).active
        assert session.get_one(RecurringTicket, recurring_id).trouble == "opened without its type, no longer on offer"


def test_a_template_that_rests_opens_nothing_and_begins_anew_with_the_next(db: Database, clock: StoppedClock) -> None:
    recurring_id = daily(db)
    with db.work() as w:
        actions.update_recurring(w, SYSTEM, recurring_id, active=False)
    clock.advance(3 * DAY)
    assert actions.open_due(db).tickets == {}
    with db.work() as w:
        row = actions.update_recurring(w, SYSTEM, recurring_id, active=True)
        assert row.next_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_changing_the_words_leaves_the_rhythm_alone(db: Database, clock: StoppedClock) -> None:
    recurring_id = daily(db)
    clock.advance(timedelta(hours=2))
    with db.work() as w:
        row = actions.update_recurring(w, SYSTEM, recurring_id, subject="Check all backups")
        assert row.next_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("rule", {"rule": "FREQ=NEVER"}),
        ("timezone", {"timezone": "Europe/Berln"}),
        ("subject", {"subject": " "}),
        ("customer_id", {"customer_id": 99}),
        ("starts", {"starts": datetime(2026, 3, 2, 9, tzinfo=UTC)}),
    ],
)
def test_a_template_that_makes_no_sense_is_refused_by_field(db: Database, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        daily(db, **values)
    assert field in {e.field for e in refused.value.errors}


def test_only_those_who_set_up_the_desk_arrange_recurring_tickets(db: Database) -> None:
    agent = AGENT.__class__("agent", None, "Bo", AGENT.permissions - {"settings.edit"})
    with pytest.raises(Forbidden), db.work() as w:
        actions.create_recurring(w, agent, name="x")
