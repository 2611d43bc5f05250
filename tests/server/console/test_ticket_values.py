"""What tickets are made of, on the pages of the administration."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core_psa.tickets.tables import Category, Priority, Status, TicketType
from server.wiring import Desk
from tests.server.console.conftest import Browser

VALUES = "/administration/ticket-values"


@pytest.fixture
def administrator(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def test_a_type_is_added_renamed_and_retired(administrator: Browser, desk: Desk) -> None:
    assert administrator.post(f"{VALUES}/types/new", name="Audit", description="somebody looks") == 303
    with desk.db.read() as session:
        made = session.scalars(select(TicketType).where(TicketType.name == "Audit")).one()
    assert f"/administration/workflows/{made.id}" in administrator.get(f"{VALUES}/types")
    assert administrator.post(f"{VALUES}/types/{made.id}", name="Inspection", active="") == 303
    shown = administrator.get(f"{VALUES}/types")
    assert 'Inspection</a> <span class="pill">retired</span>' in shown


def test_a_status_of_ones_own_waits_for_the_customer(administrator: Browser, desk: Desk) -> None:
    new = {"name": "Offer sent", "state": "paused", "awaits_reply": ["", "on"]}
    assert administrator.post(f"{VALUES}/statuses/new", **new) == 303
    with desk.db.read() as session:
        made = session.scalars(select(Status).where(Status.name == "Offer sent")).one()
    assert (made.state, made.awaits_reply) == ("paused", True)
    assert f'value="{made.position}"' in administrator.get(f"{VALUES}/statuses/{made.id}")
    changed = {"name": "Quoted", "position": "0", "awaits_reply": "", "active": ["", "on"]}
    assert administrator.post(f"{VALUES}/statuses/{made.id}", **changed) == 303
    with desk.db.read() as session:
        row = session.get_one(Status, made.id)
    assert (row.name, row.position, row.awaits_reply, row.active) == ("Quoted", 0, False, True)


def test_a_status_that_the_desk_needs_is_not_retired_and_the_form_says_why(administrator: Browser, desk: Desk) -> None:
    with desk.db.read() as session:
        new = session.scalars(select(Status.id).where(Status.name == "New")).one()
    data = {"csrf_token": administrator.csrf_token, "name": "New", "position": "0", "active": ""}
    answer = administrator.client.post(f"{VALUES}/statuses/{new}", data=data)
    assert answer.status_code == 422
    assert "tickets come to New by what is done to them" in answer.text


def test_a_priority_needs_a_rank_of_its_own(administrator: Browser, desk: Desk) -> None:
    for rank in ("1", "", "200"):
        assert administrator.post(f"{VALUES}/priorities/new", name="P5 Someday", rank=rank) == 422
    assert administrator.post(f"{VALUES}/priorities/new", name="P5 Someday", rank="5", description="later") == 303
    with desk.db.read() as session:
        assert session.scalars(select(Priority.description).where(Priority.rank == 5)).one() == "later"


def test_a_category_is_added_below_another_and_retired_with_it(administrator: Browser, desk: Desk) -> None:
    administrator.post(f"{VALUES}/categories/new", name="Hardware", parent_id="")
    with desk.db.read() as session:
        root = session.scalars(select(Category.id)).one()
    assert f'value="{root}" selected' in administrator.get(f"{VALUES}/categories/new?parent={root}")
    assert administrator.post(f"{VALUES}/categories/new", name="Printer", parent_id=str(root)) == 303
    assert 'class="level-2"' in administrator.get(f"{VALUES}/categories")
    assert administrator.post(f"{VALUES}/categories/{root}", name="Devices", active="") == 303
    with desk.db.read() as session:
        rows = session.execute(select(Category.path, Category.retired).order_by(Category.path)).all()
    assert [tuple(row) for row in rows] == [("Devices", True), ("Devices / Printer", True)]


def test_a_refused_name_stands_in_the_form_as_it_was_written(administrator: Browser) -> None:
    data = {"csrf_token": administrator.csrf_token, "name": "incident", "description": "as before"}
    answer = administrator.client.post(f"{VALUES}/types/new", data=data)
    assert (answer.status_code, "is taken" in answer.text, 'value="incident"' in answer.text) == (422, True, True)


def test_no_other_kind_of_value_has_a_page(administrator: Browser) -> None:
    assert administrator.client.get(f"{VALUES}/customers").status_code in (404, 422)


def test_an_agent_changes_none_of_it(agent: Browser) -> None:
    for of in ("types", "statuses", "priorities", "categories"):
        assert agent.client.get(f"{VALUES}/{of}").status_code == 403
        assert agent.post(f"{VALUES}/{of}/new", name="Mine", rank="9", state="open") == 403
