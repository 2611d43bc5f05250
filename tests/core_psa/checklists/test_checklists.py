"""Checklists: copied from templates, signed off item by item, standing in the way of closing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.checklists import actions, rules, store
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import checklists as desk
from core_psa.errors import Conflict, Forbidden, Invalid, NotFound
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.tickets.tables import Action
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

AGENT = Viewer("agent", None, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
SALES = Viewer("agent", None, "Mara Vell", BUILTIN_ROLES["sales"])

Ids = Callable[[int], dict[str, int]]


@pytest.fixture
def template_id(db: Database) -> int:
    items = rules.read("Create the account\nHand over the badge\n? Send flowers")
    with db.work() as w:
        return actions.create_template(w, SYSTEM, name="New starter", items=items).id


@pytest.fixture
def ids(db: Database) -> Ids:
    """Ids of a ticket's items by their text."""

    def of(ticket_id: int) -> dict[str, int]:
        with db.read() as session:
            return {item.text: item.id for held in store.of_ticket(session, ticket_id) for item in held.items}

    return of


def test_items_are_written_one_a_line_and_a_question_mark_means_optional() -> None:
    items = rules.read("Create the account\n\n ? Send flowers \n")
    assert items == [{"text": "Create the account", "required": True}, {"text": "Send flowers", "required": False}]
    assert rules.read(rules.written(items)) == items


def test_adding_a_checklist_twice_does_nothing(db: Database, template_id: int) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        assert desk.add_checklist(w, AGENT, ticket_id, template_id) is not None
        assert desk.add_checklist(w, AGENT, ticket_id, template_id) is None
    with db.read() as session:
        (held,) = store.of_ticket(session, ticket_id)
        told = session.scalars(select(Action.kind).where(Action.ticket_id == ticket_id)).all()
    assert [item.text for item in held.items] == ["Create the account", "Hand over the badge", "Send flowers"]
    assert told == ["created", "checklist"]


def test_a_copy_stays_as_it_was_when_its_template_changes(db: Database, template_id: int, ids: Ids) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)
        actions.update_template(w, SYSTEM, template_id, name="Joiner", items=[{"text": "Something else"}])
    assert "Create the account" in ids(ticket_id)


def test_required_items_stand_in_the_way_until_they_are_ticked(db: Database, template_id: int, ids: Ids) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)
        assert store.open_required(w.session, ticket_id) == ["Create the account", "Hand over the badge"]
    for text in ("Create the account", "Hand over the badge"):
        item_id = ids(ticket_id)[text]
        with db.work() as w:
            desk.tick(w, AGENT, ticket_id, item_id)
    with db.read() as session:
        assert store.open_required(session, ticket_id) == []


def test_the_first_who_ticks_stands_there(db: Database, template_id: int, ids: Ids, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)
    item_id = ids(ticket_id)["Create the account"]
    with db.work() as w:
        assert desk.tick(w, AGENT, ticket_id, item_id) is not None
    clock.advance(timedelta(hours=1))
    with db.work() as w:
        assert desk.tick(w, SYSTEM, ticket_id, item_id) is None
    with db.read() as session:
        item, _ = store.item(session, item_id)
    assert (item.done_by, item.done_at) == (AGENT.name, clock.at - timedelta(hours=1))


def test_unticking_is_audited_with_the_former_sign_off(
    db: Database, template_id: int, ids: Ids, clock: StoppedClock
) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)
    item_id = ids(ticket_id)["Create the account"]
    with db.work() as w:
        desk.tick(w, AGENT, ticket_id, item_id)
    with db.work() as w:
        assert desk.untick(w, SYSTEM, ticket_id, item_id) is not None
        assert desk.untick(w, SYSTEM, ticket_id, item_id) is None
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "unticked")).one()
        assert store.open_required(session, ticket_id)[0] == "Create the account"
    assert entry.changes["done"] == [{"by": AGENT.name, "at": clock.at.isoformat()}, None]


def test_an_item_is_ticked_on_its_own_ticket_alone(db: Database, template_id: int, ids: Ids) -> None:
    ticket_id, other = opened(db), opened(db)
    with db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)
    item_id = ids(ticket_id)["Create the account"]
    with pytest.raises(NotFound), db.work() as w:
        desk.tick(w, AGENT, other, item_id)


def test_a_template_is_offered_where_it_fits_and_is_not_yet(db: Database, template_id: int) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        actions.create_template(w, SYSTEM, name="Only problems", items=[{"text": "x"}], type_id=3)
        assert [name for _, name in store.offered(w.session, ticket_id, 1)] == ["New starter"]
        assert [name for _, name in store.offered(w.session, ticket_id, 3)] == ["New starter", "Only problems"]
        desk.add_checklist(w, AGENT, ticket_id, template_id)
        assert store.offered(w.session, ticket_id, 1) == []


def test_a_retired_template_is_not_added_any_more(db: Database, template_id: int) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        actions.update_template(w, SYSTEM, template_id, active=False)
    with pytest.raises(Conflict), db.work() as w:
        desk.add_checklist(w, AGENT, ticket_id, template_id)


@pytest.mark.parametrize("items", [[], [{"text": ""}], [{"label": "x"}], "x", [{"text": "x"}] * 101])
def test_a_checklist_that_cannot_be_ticked_is_refused(db: Database, items: Any) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_template(w, SYSTEM, name="x", items=items)
    assert {e.field for e in refused.value.errors} == {"items"}


def test_who_may_not_change_tickets_ticks_nothing(db: Database, template_id: int) -> None:
    ticket_id = opened(db)
    with pytest.raises(Forbidden), db.work() as w:
        desk.add_checklist(w, SALES, ticket_id, template_id)
    with pytest.raises(Forbidden), db.work() as w:
        actions.create_template(w, AGENT, name="x", items=[{"text": "x"}])
