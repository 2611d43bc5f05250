"""Merging tickets, and taking it back."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core_psa.attachments import store as attachments
from core_psa.attachments.tables import Attachment, StoredFile
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import merging, spam
from core_psa.desk.merging import NotMerged
from core_psa.errors import ActionRefused, Conflict, Forbidden, Invalid
from core_psa.notices.tables import OutgoingMail
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import MergedCopy, TicketMerge
from core_psa.tickets.tables import Action, Ticket
from core_psa.vectors import store as vectors
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened, status_id

FIELDS = ("status_id", "state", "resolved_at", "duplicate_of_id", "subject", "spam", "assignee_id", "end_known")


def merged(db: Database, source: int, target: int) -> int:
    with db.work() as w:
        return merging.merge(w, AGENT, source, target).id


def undone(db: Database, source: int) -> None:
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)


def said(db: Database, ticket_id: int) -> list[tuple[Any, ...]]:
    with db.read() as session:
        told = [a for a in tickets.timeline(session, AGENT, ticket_id) if a.kind not in ("merge", "undo_merge")]
        return [(a.kind, a.body, a.at, a.actor_name, a.public) for a in told]


def fields(db: Database, ticket_id: int) -> dict[str, Any]:
    with db.read() as session:
        ticket = session.get_one(Ticket, ticket_id)
        return {name: getattr(ticket, name) for name in FIELDS}


def survivor(db: Database, ticket_id: int) -> int:
    with db.read() as session:
        return store.survivor_of(session, ticket_id)


@pytest.fixture
def requester(db: Database) -> int:
    with db.work() as w:
        w.session.add_all(Customer(id=i, name=name, created_at=w.now) for i, name in ((1, "Quay Ltd"), (2, "Mill AG")))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    return 5


def test_what_was_said_comes_along_with_its_author_and_time(db: Database, clock: Any, requester: int) -> None:
    source = opened(db, body="No mail.", requester=requester)
    came_at = clock.now()
    with db.work() as w:
        desk.note(w, Viewer("agent", None, "Bo", AGENT.permissions), source, body="Seen before.")
    clock.advance(timedelta(hours=2))
    target = opened(db)
    merged(db, source, target)
    assert said(db, target)[1:] == [
        ("copy", "No mail.", came_at, "Ines", True),
        ("copy", "Seen before.", came_at, "Bo", False),
    ]


def test_the_source_is_closed_with_a_pointer_and_leaves_the_solved_tickets(db: Database) -> None:
    source, target = opened(db), opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, source, resolution="Done.")
    merged(db, source, target)
    after = fields(db, source)
    assert (after["state"], after["resolved_at"], after["duplicate_of_id"]) == ("done", None, target)
    with db.read() as session:
        assert [row[1] for row in vectors.changes_after(session, 0, 10)] == [source, source]


def test_the_sources_requester_is_told_where_it_went(db: Database, requester: int) -> None:
    source, target = opened(db, requester=requester), opened(db)
    merged(db, source, target)
    with db.read() as session:
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.event == "merged")).one()
    assert mail.address == "ines@quay.example"
    assert f"{target:07d}" in mail.text


def test_a_finished_ticket_is_taken_up_again_for_what_is_not_finished(db: Database) -> None:
    target, asked, finished = opened(db), opened(db), opened(db)
    with db.work() as w:
        for ticket_id in (target, finished):
            desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    before = fields(db, target)
    merged(db, finished, target)
    assert fields(db, target) == before
    merged(db, asked, target)
    assert (fields(db, target)["state"], fields(db, target)["resolved_at"]) == ("open", None)
    undone(db, asked)
    assert fields(db, target) == before


def test_nothing_is_merged_into_spam(db: Database) -> None:
    source, target = opened(db), opened(db)
    with db.work() as w:
        spam.mark_spam(w, AGENT, target)
    with pytest.raises(Invalid, match="spam"):
        merged(db, source, target)


def test_merging_twice_changes_nothing(db: Database) -> None:
    source, target = opened(db), opened(db)
    first = merged(db, source, target)
    before = said(db, target)
    assert merged(db, source, target) == first
    assert said(db, target) == before


def test_a_ticket_is_not_merged_into_itself_by_whatever_way(db: Database) -> None:
    one, two = opened(db), opened(db)
    with pytest.raises(Invalid):
        merged(db, one, one)
    merged(db, one, two)
    with pytest.raises(Invalid):
        merged(db, two, one)


def test_a_merged_ticket_is_not_merged_elsewhere_before_that_is_undone(db: Database) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    merged(db, one, two)
    with pytest.raises(Conflict):
        merged(db, one, three)
    undone(db, one)
    merged(db, one, three)
    assert survivor(db, one) == three


def test_what_belongs_to_another_customer_is_not_merged(db: Database, requester: int) -> None:
    with pytest.raises(Invalid):
        merged(db, opened(db, customer=1), opened(db, customer=2))


def test_who_may_not_change_tickets_merges_none(db: Database) -> None:
    reader = Viewer("key", 1, "Reader", frozenset({"tickets.see", "tickets.see_all"}))
    source, target = opened(db), opened(db)
    with pytest.raises(Forbidden), db.work() as w:
        merging.merge(w, reader, source, target)


def test_the_survivor_is_found_through_several_merges(db: Database) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    merged(db, one, two)
    merged(db, two, three)
    assert [survivor(db, i) for i in (one, two, three)] == [three] * 3


def test_a_circle_of_merges_that_should_not_be_ends_the_search(db: Database) -> None:
    one, two = opened(db), opened(db)
    with db.work() as w:
        entry = tickets.timeline(w.session, AGENT, one)[0].id
        facts = {"action_id": entry, "at": w.now, "actor_name": "a damaged store"}
        w.session.add(TicketMerge(source_id=one, target_id=two, **facts))
        w.session.add(TicketMerge(source_id=two, target_id=one, **facts))
    assert survivor(db, one) in (one, two)


def test_what_a_merged_ticket_had_merged_comes_along_and_goes_back(db: Database) -> None:
    one, two, three = opened(db, body="first"), opened(db, body="second"), opened(db, body="third")
    merged(db, one, two)
    merged(db, two, three)
    assert [entry[1] for entry in said(db, three)] == ["third", "second", "first"]
    undone(db, one)
    assert [entry[1] for entry in said(db, three)] == ["third", "second"]
    assert [entry[1] for entry in said(db, two)] == ["second"]


def test_undoing_leaves_what_was_changed_since(db: Database) -> None:
    source, target = opened(db), opened(db)
    merged(db, source, target)
    resolved = status_id(db, "Resolved")
    with db.work() as w:
        desk.reply(w, AGENT, source, body="It goes on there.", status_id=resolved)
    undone(db, source)
    with db.read() as session:
        assert session.get_one(Ticket, source).status_id == resolved


def test_a_merged_ticket_is_not_reopened_but_its_merge_undone(db: Database) -> None:
    source, target = opened(db), opened(db)
    merged(db, source, target)
    with pytest.raises(ActionRefused, match=f"merged into {target:07d}") as refused, db.work() as w:
        desk.reopen(w, AGENT, source, reason="Not the same after all.")
    with db.read() as session:
        offered = ticket_view(session, AGENT, source).allowed_actions
    assert "reopen" not in (*refused.value.allowed, *offered)


def test_there_is_nothing_to_undo_on_a_ticket_that_was_not_merged(db: Database) -> None:
    source = opened(db)
    with pytest.raises(NotMerged):
        undone(db, source)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    source=st.lists(st.sampled_from(["reply", "note", "time", "update", "resolve", "reopen"]), max_size=6),
    target=st.lists(st.sampled_from(["reply", "note", "resolve"]), max_size=3),
)
def test_undoing_a_merge_restores_both_tickets(db: Database, source: list[str], target: list[str]) -> None:
    one, two = lived(db, source), lived(db, target)
    before = [(fields(db, i), said(db, i)) for i in (one, two)]
    merged(db, one, two)
    undone(db, one)
    assert [(fields(db, i), said(db, i)) for i in (one, two)] == before
    with db.read() as session:
        assert session.scalars(select(MergedCopy)).all() == []
        assert session.scalars(select(Action.id).where(Action.kind == "copy")).all() == []


def lived(db: Database, steps: list[str]) -> int:
    """A ticket to which these things were done, as far as its state let them."""
    ticket_id = opened(db)
    for step in steps:
        with db.work() as w:
            done = tickets.get(w.session, AGENT, ticket_id).state == "done"
            if step == "reply":
                desk.reply(w, AGENT, ticket_id, body="Words.", cc=["bo@quay.example"])
            elif step == "note":
                desk.note(w, AGENT, ticket_id, body="Words among us.")
            elif step == "time":
                desk.log_time(w, AGENT, ticket_id, minutes=5)
            elif step == "update" and not done:
                desk.update(w, AGENT, ticket_id, values={"subject": "Another"})
            elif step == "resolve" and not done:
                desk.resolve(w, AGENT, ticket_id, resolution="Done.")
            elif step == "reopen" and done:
                desk.reopen(w, AGENT, ticket_id, reason="Again.")
    return ticket_id


def test_files_come_along_without_being_kept_twice_and_go_with_the_undoing(db: Database) -> None:
    source, target = opened(db), opened(db)
    with_a_file(db, source)
    merged(db, source, target)
    with db.read() as session:
        (copy,) = attachments.of_ticket(session, target)
        (original,) = attachments.of_ticket(session, source)
        assert (copy.sha256, copy.name, copy.at) == (original.sha256, "log.txt", original.at)
    undone(db, source)
    with db.read() as session:
        assert list(attachments.of_ticket(session, target)) == []
        assert len(attachments.of_ticket(session, source)) == 1


def with_a_file(db: Database, ticket_id: int) -> None:
    """A reply on the ticket with a file."""
    with db.work() as w:
        action = desk.reply(w, AGENT, ticket_id, body="See the log.")
        w.session.add(StoredFile(sha256="0" * 64, size=9, wanted_at=w.now))
        w.session.flush()
        kept = {"sha256": "0" * 64, "name": "log.txt", "size": 9, "look": "text", "media_type": "text/plain"}
        sent = {"by_kind": "agent", "by": "Ada", "at": w.now}
        w.session.add(Attachment(ticket_id=ticket_id, action_id=action.id, **kept, **sent))
