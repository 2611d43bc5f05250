"""What a type's workflow lets people do, and what it refuses, on both engines."""

from typing import Any

import pytest

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.actions import Extra
from core_psa.errors import ActionRefused, Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets import settings_actions, store
from core_psa.tickets.tables import Ticket, TicketType
from core_psa.tickets.workflow import actions, definition_actions
from core_psa.tickets.workflow.store import book_of, stage_of, who
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id


def type_id(db: Database, name: str) -> int:
    with db.read() as session:
        return next(t.id for t in store.types(session) if t.name == name)


def ticket(db: Database, ticket_id: int) -> Ticket:
    with db.read() as session:
        return store.get(session, SYSTEM, ticket_id)


def allowed(db: Database, ticket_id: int, viewer: Viewer = AGENT) -> tuple[str, ...]:
    with db.read() as session:
        return ticket_view(session, viewer, ticket_id).allowed_actions


def own_action(db: Database, name: str, kind: str, **given: Any) -> None:
    with db.work() as w:
        definition_actions.create_definition(w, SYSTEM, name, kind, **given)


def two_step_workflow(db: Database) -> int:
    """Changes go from New to Resolved by resolve, and by nothing else."""
    change, new, resolved = type_id(db, "Service Request"), status_id(db, "New"), status_id(db, "Resolved")
    with db.work() as w:
        actions.save_workflow(
            w,
            SYSTEM,
            change,
            default_status_id=new,
            status_ids=[new, resolved],
            actions=["reply", "note", "resolve"],
            transitions=[("resolve", new, resolved)],
        )
    return change


def test_the_page_offers_exactly_what_the_desk_would_let_an_agent_do(db: Database) -> None:
    ticket_id = opened(db)
    assert set(allowed(db, ticket_id)) == {
        "reply", "note", "assign", "update", "time", "escalate", "request_approval", "resolve", "close"
    }  # fmt: skip
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    assert set(allowed(db, ticket_id)) == {"reply", "note", "time", "close", "reopen"}


def test_somebody_who_may_only_look_is_offered_nothing(db: Database) -> None:
    reader = Viewer("key", 1, "Reader", frozenset({"tickets.see_all"}))
    assert allowed(db, opened(db), reader) == ()


def test_a_ticket_begins_where_its_type_begins(db: Database) -> None:
    kind, triage = type_id(db, "Alert"), status_id(db, "In Triage")
    with db.read() as session:
        book = book_of(session, kind)
    with db.work() as w:
        ways = [(name, a, b) for name, pairs in book.transitions.items() for a, b in pairs]
        actions.save_workflow(
            w,
            SYSTEM,
            kind,
            default_status_id=triage,
            status_ids=list(book.stages),
            actions=list(book.actions),
            transitions=ways,
        )
    assert ticket(db, opened(db, type="Alert")).status_id == triage


def test_an_action_outside_the_workflow_is_refused_with_what_is_allowed(db: Database) -> None:
    two_step_workflow(db)
    ticket_id = opened(db, type="Service Request")
    with pytest.raises(ActionRefused) as refused, db.work() as w:
        desk.assign(w, AGENT, ticket_id, values={"team": None})
    assert refused.value.reasons == ("a ticket of type Service Request has no action 'assign'",)
    assert refused.value.allowed == ("reply", "note", "resolve")


def test_a_transition_outside_the_workflow_is_refused_with_the_statuses_there_are(db: Database) -> None:
    two_step_workflow(db)
    ticket_id = opened(db, type="Service Request")
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.", status_id=status_id(db, "Closed"))
    assert refused.value.errors[0].allowed == ("Resolved",)


def test_an_answer_that_would_have_led_on_stays_where_the_workflow_has_no_way(db: Database) -> None:
    two_step_workflow(db)
    ticket_id = opened(db, type="Service Request")
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert ticket(db, ticket_id).status_id == status_id(db, "New")


def test_another_type_needs_a_status_that_it_knows(db: Database) -> None:
    change, ticket_id = two_step_workflow(db), opened(db)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "In Triage")})
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"type": change})
    assert (refused.value.errors[0].field, refused.value.errors[0].allowed) == ("status", ("New",))
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"type": change, "status": status_id(db, "New")})
    assert ticket(db, ticket_id).type_id == change


def test_a_ticket_in_a_status_its_workflow_has_dropped_finds_its_way_back(db: Database) -> None:
    ticket_id = opened(db, type="Service Request")
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "Waiting on Vendor")})
    two_step_workflow(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="The vendor came.")
    assert ticket(db, ticket_id).state == "done"


def test_an_action_of_the_desks_own_leads_where_it_says_and_is_told_by_its_name(db: Database) -> None:
    waiting = status_id(db, "Waiting on Vendor")
    own_action(db, "order_part", "update", label="Order a part", status_id=waiting, required=["body"])
    ticket_id = opened(db)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={}, body="A new fuser.", extra=Extra("order_part"))
    with db.read() as session:
        told = store.timeline(session, SYSTEM, ticket_id)[-1]
    assert (ticket(db, ticket_id).state, told.kind) == ("paused", "update")
    assert (told.changes or {})["action"] == [None, "Order a part"]


def test_an_action_names_every_field_it_still_needs(db: Database) -> None:
    own_action(db, "order_part", "update", label="Order a part", required=["body", "category"], time="required")
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, ticket_id, values={}, extra=Extra("order_part"))
    assert {e.field for e in refused.value.errors} == {"body", "category", "minutes"}


def test_time_given_with_an_action_is_logged_by_it(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Looked at it.", extra=Extra(minutes=12))
    with db.read() as session:
        assert ticket_view(session, AGENT, ticket_id).minutes_logged == 12


def test_an_action_for_one_role_is_refused_to_others(db: Database) -> None:
    with db.work() as w:
        role = w.session.query(Role).filter(Role.name == "team lead").one()
        lead = Agent(name="Leni", email="leni@harbour.example", created_at=w.now)
        w.session.add(lead)
        w.session.flush()
        w.session.add(AgentRole(agent_id=lead.id, role_id=role.id))
    own_action(db, "write_off", "update", role_ids=[role.id])
    ticket_id = opened(db)
    leni = Viewer("agent", lead.id, "Leni", BUILTIN_ROLES["team lead"])
    assert "write_off" in allowed(db, ticket_id, leni)
    assert "write_off" not in allowed(db, ticket_id)
    with pytest.raises(ActionRefused, match="for others"), db.work() as w:
        desk.update(w, AGENT, ticket_id, values={}, extra=Extra("write_off"))


def test_an_action_that_needs_a_permission_says_which(db: Database) -> None:
    own_action(db, "write_off", "update", permission="tickets.export")
    agent = Viewer("agent", None, "Ada", BUILTIN_ROLES["agent"])
    ticket_id = opened(db)
    with pytest.raises(Forbidden, match=r"tickets\.export"), db.work() as w:
        desk.update(w, agent, ticket_id, values={}, extra=Extra("write_off"))


def test_a_customers_user_may_do_what_is_meant_for_customers(db: Database) -> None:
    ticket_id = opened(db)
    user = Viewer("user", None, "Ida", customer_id=None)
    with db.read() as session:
        book = book_of(session, type_id(db, "Incident"))
        at = stage_of(session, ticket(db, ticket_id).status_id)
        assert book.allowed(who(session, user, book), at) == ("reply", "close")


def test_a_retired_status_is_offered_by_nothing_and_kept_by_its_tickets(db: Database) -> None:
    ticket_id, triage = opened(db), status_id(db, "In Triage")
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": triage})
        settings_actions.update_status(w, SYSTEM, triage, active=False)
    assert ticket(db, ticket_id).status_id == triage
    with db.read() as session:
        targets = {s.name for p in ticket_view(session, AGENT, opened(db)).possible for s in p.targets}
    assert "In Triage" not in targets


@pytest.mark.parametrize("name", ["New", "In Progress", "Resolved", "Closed"])
def test_a_status_that_tickets_come_to_is_not_retired(db: Database, name: str) -> None:
    with pytest.raises(Invalid), db.work() as w:
        settings_actions.update_status(w, SYSTEM, status_id(db, name), active=False)


def test_a_new_status_joins_every_workflow_that_is_as_built_in(db: Database) -> None:
    with db.work() as w:
        added = settings_actions.create_status(w, SYSTEM, "Waiting on Parts", "paused").id
    ticket_id = opened(db)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": added})
    assert ticket(db, ticket_id).state == "paused"


def test_a_workflow_that_ends_nowhere_is_refused(db: Database) -> None:
    new, resolved = status_id(db, "New"), status_id(db, "Resolved")
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.save_workflow(
            w,
            SYSTEM,
            1,
            default_status_id=new,
            status_ids=[new, resolved],
            actions=["reply"],
            transitions=[],
        )
    assert refused.value.errors[0].field == "transitions"


def test_a_workflow_that_begins_finished_or_with_unknown_things_is_refused_for_each(db: Database) -> None:
    closed = status_id(db, "Closed")
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.save_workflow(
            w,
            SYSTEM,
            1,
            default_status_id=closed,
            status_ids=[closed, 999],
            actions=["dance"],
            transitions=[("dance", 999, 998)],
        )
    assert {e.field for e in refused.value.errors} == {"statuses", "default_status", "actions", "transitions"}


def test_only_those_who_arrange_the_desk_change_workflows(db: Database) -> None:
    agent = Viewer("agent", None, "Ada", BUILTIN_ROLES["agent"])
    with pytest.raises(Forbidden), db.work() as w:
        actions.reset_workflow(w, agent, 1)
    with pytest.raises(Forbidden), db.work() as w:
        definition_actions.create_definition(w, agent, "dance", "update")


def test_a_workflow_taken_back_is_as_built_in_again(db: Database) -> None:
    change = two_step_workflow(db)
    with db.work() as w:
        actions.reset_workflow(w, SYSTEM, change)
    assert "assign" in allowed(db, opened(db, type="Service Request"))


def test_an_action_every_desk_has_is_not_retired(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        definition_actions.update_definition(w, SYSTEM, 1, active=False)
    assert refused.value.errors[0].field == "active"


def test_every_type_of_a_new_desk_exists_and_behaves_alike(db: Database) -> None:
    with db.read() as session:
        books = [book_of(session, t.id) for t in session.query(TicketType)]
    assert len(books) == 7
    assert len({frozenset(book.transitions.items()) for book in books}) == 1
