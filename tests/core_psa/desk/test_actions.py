"""What the desk does to a ticket, on both engines."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.errors import ActionRefused, Forbidden, Invalid, NotFound, VersionConflict
from core_psa.organisation.tables import Agent, Team, TeamMember
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Ticket
from core_psa.time_tracking.tables import TimeEntry
from core_psa.vectors import store as vectors
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

USER = Viewer("user", 1, "Lena", customer_id=1)


def timeline(db: Database, ticket_id: int) -> list[Action]:
    with db.read() as session:
        return list(store.timeline(session, AGENT, ticket_id))


def ticket(db: Database, ticket_id: int) -> Ticket:
    with db.read() as session:
        return store.get(session, SYSTEM, ticket_id)


def test_a_new_ticket_has_one_timeline_entry_that_holds_its_message(db: Database) -> None:
    ticket_id = opened(db, subject="Printer", body="It jams.\x00")
    (created,) = timeline(db, ticket_id)
    assert (created.kind, created.body, created.public) == ("created", "It jams.\x00", True)


def test_a_first_reply_by_an_agent_takes_a_new_ticket_into_progress(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert timeline(db, ticket_id)[-1].changes["status"][1]["name"] == "In Progress"


def test_a_note_is_not_public(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Beware of the dog.")
    with db.read() as session:
        assert [a.kind for a in store.timeline(session, USER, ticket_id)] == ["created"]


@pytest.mark.parametrize("words", ["", "   ", "\n\t"])
def test_an_empty_reply_is_refused_by_name(db: Database, words: str) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.reply(w, AGENT, ticket_id, body=words)
    assert refused.value.errors[0].field == "body"


def test_a_refused_action_changes_nothing(db: Database) -> None:
    ticket_id = opened(db)
    with contextlib.suppress(Invalid), db.work() as w:
        desk.note(w, AGENT, ticket_id, body="kept?")
        desk.reply(w, AGENT, ticket_id, body="")
    assert len(timeline(db, ticket_id)) == 1


def test_every_action_raises_the_version_by_one(db: Database) -> None:
    ticket_id = opened(db)
    before = ticket(db, ticket_id).version
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="one")
        desk.note(w, AGENT, ticket_id, body="two")
    assert ticket(db, ticket_id).version == before + 2


def test_a_change_based_on_an_old_version_is_refused_with_the_fields_changed_since(db: Database) -> None:
    ticket_id = opened(db)
    version = ticket(db, ticket_id).version
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"subject": "Another"})
    with pytest.raises(VersionConflict) as refused, db.work() as w:
        desk.note(w, AGENT, ticket_id, body="late", expected_version=version)
    assert refused.value.fields == ("subject",)


def test_resolving_stamps_the_time_and_tells_the_indexes(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(timedelta(hours=3))
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Cleared the jam.")
    resolved = ticket(db, ticket_id)
    with db.read() as session:
        told = [row[1] for row in vectors.changes_after(session, 0, 10)]
    assert (resolved.state, resolved.resolved_at, told) == ("done", clock.now(), [ticket_id])


def test_resolving_with_a_status_that_does_not_end_the_work_lists_those_that_do(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.", status_id=status_id(db, "In Progress"))
    assert refused.value.errors[0].allowed == ("Resolved", "Closed")


def test_closing_without_a_resolution_is_refused_and_says_what_is_allowed(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(ActionRefused) as refused, db.work() as w:
        desk.close(w, AGENT, ticket_id)
    assert "resolve" in refused.value.allowed
    assert "close" not in refused.value.allowed


def test_a_resolved_ticket_can_be_closed_once(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
        desk.close(w, AGENT, ticket_id)
    with pytest.raises(ActionRefused), db.work() as w:
        desk.close(w, AGENT, ticket_id)


def test_reopening_forgets_the_time_of_resolution(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    reopened = ticket(db, ticket_id)
    assert (reopened.state, reopened.resolved_at) == ("open", None)


def test_an_open_ticket_cannot_be_reopened(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(ActionRefused) as refused, db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="Why not.")
    assert refused.value.reasons == ("the ticket is New (open)",)


@pytest.mark.parametrize("field", ["category", "priority", "type", "status", "customer", "site", "requester", "team"])
def test_an_id_that_no_record_has_is_refused_by_its_field(db: Database, field: str) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, ticket_id, values={field: 999, "subject": "Another"})
    assert [e.field for e in refused.value.errors] == [field]


@pytest.mark.parametrize(("field", "value"), [("type", None), ("status", None), ("subject", "  ")])
def test_what_every_ticket_has_is_not_taken_away(db: Database, field: str, value: str | None) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, ticket_id, values={field: value})
    assert [e.field for e in refused.value.errors] == [field]


def test_an_update_cannot_end_the_work(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "Closed")})
    assert "Waiting on Customer" in refused.value.errors[0].allowed


def test_waiting_on_the_customer_pauses_the_ticket(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=status_id(db, "Waiting on Customer"))
    assert ticket(db, ticket_id).state == "paused"


def test_another_team_drops_an_assignee_who_is_not_in_it(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        w.session.add_all([Team(id=1, name="Network"), Team(id=2, name="Field")])
        w.session.add(Agent(id=9, name="Ada", email="ada@harbour.example", created_at=w.now))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=9))
        w.session.flush()
        desk.assign(w, AGENT, ticket_id, values={"team": 1, "assignee": 9})
        desk.assign(w, AGENT, ticket_id, values={"team": 2})
    moved = ticket(db, ticket_id)
    assert (moved.team_id, moved.assignee_id) == (2, None)


def test_time_logged_from_start_to_end_counts_whole_minutes(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    start = clock.now() - timedelta(minutes=17, seconds=40)
    with db.work() as w:
        desk.log_time(w, AGENT, ticket_id, start=start, end=clock.now(), note="on site")
    with db.read() as session:
        assert session.scalars(select(TimeEntry.minutes)).all() == [17]


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_time_outside_a_day_is_refused(db: Database, minutes: int) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid), db.work() as w:
        desk.log_time(w, AGENT, ticket_id, minutes=minutes)


def test_tags_are_kept_once_and_sorted(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"tags": ["vpn", " vpn ", "home office", ""]})
    with db.read() as session:
        assert store.tags_of(session, [ticket_id]) == {ticket_id: ["home office", "vpn"]}


def test_a_viewer_without_the_permission_changes_nothing(db: Database) -> None:
    ticket_id = opened(db)
    reader = Viewer("key", 1, "Reader", frozenset({"tickets.see", "tickets.see_all"}))
    with pytest.raises(Forbidden), db.work() as w:
        desk.note(w, reader, ticket_id, body="hello")


def test_a_ticket_beyond_the_wall_does_not_exist(db: Database) -> None:
    ticket_id = opened(db)
    user = Viewer("user", 77, "Somebody else's user", customer_id=12)
    with pytest.raises(NotFound), db.work() as w:
        desk.reply(w, user, ticket_id, body="let me in")
