"""What a customer's answer does."""

from datetime import timedelta
from typing import Any

import pytest

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import merging, spam
from core_psa.errors import Invalid, NotFound
from core_psa.intake.replies import actions
from core_psa.intake.replies.actions import Landed
from core_psa.intake.replies.rules import FollowUp, Reply, outcome
from core_psa.organisation.actions import create_team, update_team
from core_psa.organisation.tables import Team
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store as relations
from core_psa.tickets.settings_actions import create_status, create_type, update_status, update_type
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

HOUR = timedelta(hours=1)


def does(setting: FollowUp | None = None, **told: Any) -> str:
    return outcome(setting or FollowUp(), Reply(**{"after_end": HOUR, **told})).does


def test_a_reply_reopens_a_finished_ticket() -> None:
    assert does() == "reopen"


def test_where_reopening_is_off_it_is_only_a_comment() -> None:
    assert does(FollowUp(reopening=False, cutoff=HOUR), after_end=2 * HOUR) == "comment"


def test_after_the_cut_off_it_is_a_new_ticket() -> None:
    setting = FollowUp(cutoff=HOUR)
    assert [does(setting, after_end=HOUR * n) for n in (1, 2)] == ["reopen", "new ticket"]


def test_what_no_person_wrote_reopens_nothing() -> None:
    assert does(automated=True, by_agent=True) == "comment"


def test_an_agent_takes_it_up_again_whatever_it_says() -> None:
    assert does(by_agent=True, mere_thanks=True, reopened_last_hour=9) == "reopen"


def test_mere_thanks_reopen_nothing() -> None:
    assert does(mere_thanks=True) == "comment"


def test_a_ticket_is_reopened_three_times_an_hour_and_no_more() -> None:
    assert [does(reopened_last_hour=n) for n in (2, 3, 4)] == ["reopen", "comment", "comment"]


def test_spam_is_never_taken_up_again() -> None:
    assert does(spam=True) == "comment"


@pytest.fixture
def ines(db: Database) -> Viewer:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add_all(
            User(id=i, customer_id=1, name=name, email=f"{name}@quay.example", created_at=w.now)
            for i, name in ((5, "Ines"), (6, "Bo"))
        )
    return Viewer("user", 5, "Ines", customer_id=1)


def finished(db: Database, **fields: Any) -> int:
    ticket_id = opened(db, requester=5, **fields)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    return ticket_id


def answered(db: Database, viewer: Viewer, ticket_id: int, **told: Any) -> Landed:
    with db.work() as w:
        return actions.reply(w, viewer, ticket_id, body="It broke again.", **told)


def ticket(db: Database, ticket_id: int) -> Ticket:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id)


def last_words(db: Database, ticket_id: int) -> tuple[str, str | None, str]:
    with db.read() as session:
        last = tickets.timeline(session, SYSTEM, ticket_id)[-1]
        return last.kind, last.body, last.actor_name


def test_an_answer_to_a_finished_ticket_reopens_it_and_is_read_there(db: Database, ines: Viewer) -> None:
    ticket_id = finished(db)
    assert answered(db, ines, ticket_id)[:2] == (ticket_id, "reopen")
    assert ticket(db, ticket_id).state == "open"
    assert last_words(db, ticket_id) == ("reply", "It broke again.", "Ines")


def test_an_answer_to_what_waited_for_it_takes_the_ticket_on(db: Database, ines: Viewer) -> None:
    ticket_id = opened(db, requester=5)
    with db.work() as w:
        waiting = tickets.status_named(w.session, "Waiting on Customer").id
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=waiting)
    answered(db, ines, ticket_id)
    assert ticket(db, ticket_id).state == "open"


def test_any_status_may_wait_for_the_customers_answer(db: Database, ines: Viewer) -> None:
    with db.work() as w:
        own = create_status(w, SYSTEM, "Offer sent", "paused", awaits_reply=True).id
        vendor = tickets.status_named(w.session, "Waiting on Vendor").id
        waiting = tickets.status_named(w.session, "Waiting on Customer").id
        update_status(w, SYSTEM, waiting, name="With the client")
    states = {}
    for status in (own, waiting, vendor):
        ticket_id = opened(db, requester=5)
        with db.work() as w:
            desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=status)
        answered(db, ines, ticket_id)
        states[status] = ticket(db, ticket_id).state
    assert states == {own: "open", waiting: "open", vendor: "paused"}


def test_an_automated_answer_moves_nothing(db: Database, ines: Viewer) -> None:
    ticket_id = opened(db, requester=5)
    with db.work() as w:
        waiting = tickets.status_named(w.session, "Waiting on Customer").id
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=waiting)
    answered(db, ines, ticket_id, automated=True)
    assert ticket(db, ticket_id).state == "paused"


def test_an_answer_after_the_cut_off_opens_a_ticket_that_follows_the_old_one(
    db: Database, clock: StoppedClock, ines: Viewer
) -> None:
    with db.work() as w:
        actions.set_follow_up(w, SYSTEM, None, cutoff_hours=24)
    old = finished(db, subject="Scanner")
    clock.advance(25 * HOUR)
    landed = answered(db, ines, old)
    new = ticket(db, landed.ticket_id)
    assert (landed.did, new.subject, new.customer_id, new.requester_id) == ("new ticket", "Scanner", 1, 5)
    assert ticket(db, old).state == "done"
    with db.read() as session:
        assert relations.chain_of(session, new.id) == [old, new.id]


def test_a_late_answer_is_not_lost_because_the_tickets_type_and_team_were_retired(
    db: Database, clock: StoppedClock, ines: Viewer
) -> None:
    with db.work() as w:
        actions.set_follow_up(w, SYSTEM, None, cutoff_hours=24)
        kind, team = create_type(w, SYSTEM, name="Project").id, create_team(w, SYSTEM, name="Projects").id
    old = finished(db, type=kind, team=team)
    with db.work() as w:
        update_type(w, SYSTEM, kind, active=False)
        update_team(w, SYSTEM, team, active=False)
    clock.advance(25 * HOUR)
    landed = answered(db, ines, old)
    assert (landed.did, ticket(db, landed.ticket_id).team_id) == ("new ticket", None)


def test_a_teams_own_setting_comes_before_the_desks(db: Database, ines: Viewer) -> None:
    with db.work() as w:
        w.session.add(Team(id=3, name="Network"))
        w.session.flush()
        actions.set_follow_up(w, SYSTEM, None, reopening=False)
        actions.set_follow_up(w, SYSTEM, 3, reopening=True)
    assert answered(db, ines, finished(db)).did == "comment"
    assert answered(db, ines, finished(db, team=3)).did == "reopen"


def test_a_ticket_is_reopened_in_the_status_set_up_for_that(db: Database, ines: Viewer) -> None:
    with db.work() as w:
        actions.set_follow_up(w, SYSTEM, None, reopen_status_id=tickets.status_named(w.session, "In Triage").id)
    ticket_id = finished(db)
    answered(db, ines, ticket_id)
    assert ticket(db, ticket_id).status_id == status_id(db, "In Triage")


def test_the_fourth_reopening_within_an_hour_is_only_a_comment(db: Database, ines: Viewer) -> None:
    ticket_id = finished(db)
    did = []
    for _ in range(4):
        did.append(answered(db, ines, ticket_id).did)
        with db.work() as w:
            if tickets.get(w.session, AGENT, ticket_id).state != "done":
                desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    assert did == ["reopen"] * 3 + ["comment"]


def test_an_answer_to_a_merged_ticket_is_read_where_it_lives_on(db: Database, ines: Viewer) -> None:
    one, two, three = opened(db, requester=5), opened(db, requester=6), opened(db, requester=6)
    with db.work() as w:
        merging.merge(w, AGENT, one, two)
        merging.merge(w, AGENT, two, three)
    assert answered(db, ines, one).ticket_id == three
    assert last_words(db, three) == ("reply", "It broke again.", "Ines")


def test_nobody_answers_a_ticket_they_may_not_see(db: Database, ines: Viewer) -> None:
    with pytest.raises(NotFound):
        answered(db, ines, opened(db, requester=6))


def test_spam_stays_spam_whatever_is_answered(db: Database, ines: Viewer) -> None:
    ticket_id = opened(db, requester=5)
    with db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id)
    assert answered(db, ines, ticket_id).did == "comment"
    assert ticket(db, ticket_id).state == "done"


def test_a_setting_that_makes_no_sense_is_refused_by_field(db: Database) -> None:
    closed = status_id(db, "Closed")
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.set_follow_up(w, SYSTEM, 99, cutoff_hours=0, reopens_an_hour=0, reopen_status_id=closed)
    assert {e.field for e in refused.value.errors} == {"team_id", "cutoff_hours", "reopens_an_hour", "reopen_status_id"}
