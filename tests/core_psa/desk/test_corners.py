"""Where several rules meet on one ticket."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core_psa.access.roles import set_roles
from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import approvals, auto_close, members, merging, snooze
from core_psa.desk.links import link
from core_psa.desk.splitting import undo_split
from core_psa.errors import ActionRefused, Forbidden, NotFound
from core_psa.intake import offspring
from core_psa.notices.tables import OutgoingMail
from core_psa.organisation.actions import create_agent, create_team, update_agent
from core_psa.organisation.tables import Team
from core_psa.sla import ledger_store
from core_psa.tickets import settings_actions as settings
from core_psa.tickets import store as tickets
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.category_actions import create_category
from core_psa.tickets.relations import store
from core_psa.tickets.tables import Category, Ticket, TicketType
from core_psa.tickets.waiting import actions as rule_actions
from core_psa.tickets.waiting import store as waiting
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ines(db: Database) -> Viewer:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    return Viewer("user", 5, "Ines", customer_id=1)


def linked(db: Database, ticket_id: int, relation: str, other: int) -> None:
    with db.work() as w:
        link(w, AGENT, ticket_id, relation, other)


def merged(db: Database, source: int, target: int) -> None:
    with db.work() as w:
        merging.merge(w, AGENT, source, target)


def resolved(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")


def closed(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.close(w, AGENT, ticket_id)


def state(db: Database, ticket_id: int) -> str:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id).state


# Children and merges.


def test_children_of_a_ticket_that_was_merged_are_those_of_the_one_it_lives_on_in(db: Database) -> None:
    first, parent, survivor, child = (opened(db) for _ in range(4))
    linked(db, child, "child_of", first)
    merged(db, first, parent)
    merged(db, parent, survivor)
    resolved(db, survivor)
    with pytest.raises(ActionRefused, match="1 of its child tickets is not done"):
        closed(db, survivor)
    with db.read() as session:
        assert store.open_members(session, survivor) == [child]
    with db.work() as w:
        merging.undo_merge(w, AGENT, parent)
    closed(db, survivor)


def test_a_parent_that_is_merged_into_its_child_does_not_keep_that_from_closing(db: Database) -> None:
    parent, child, sibling = opened(db), opened(db), opened(db)
    linked(db, child, "child_of", parent)
    linked(db, sibling, "child_of", parent)
    merged(db, parent, child)
    resolved(db, child)
    with pytest.raises(ActionRefused, match="1 of its child tickets is not done"):
        closed(db, child)
    resolved(db, sibling)
    closed(db, child)


def test_resolving_the_survivor_resolves_the_children_it_took_over(db: Database) -> None:
    parent, survivor, child = opened(db), opened(db), opened(db)
    linked(db, child, "child_of", parent)
    merged(db, parent, survivor)
    with db.work() as w:
        done = members.resolve_with_members(w, AGENT, survivor, resolution="New cable.", members="resolve")
    assert [(each.ticket_id, each.done) for each in done] == [(child, True)]


def test_a_child_that_is_merged_elsewhere_keeps_its_parent_from_nothing(db: Database) -> None:
    parent, child, other = opened(db), opened(db), opened(db)
    linked(db, child, "child_of", parent)
    merged(db, child, other)
    resolved(db, parent)
    closed(db, parent)
    assert state(db, other) == "open"


# Splits.


def question(db: Database, ines: Viewer, clock: StoppedClock) -> tuple[int, int]:
    """An answered ticket on which the customer has asked something else an hour ago, and that message."""
    ticket_id = opened(db, requester=5)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
    clock.advance(HOUR)
    with db.work() as w:
        asked = desk.reply(w, ines, ticket_id, body="And the scanner is dead.").id
    clock.advance(HOUR)
    return ticket_id, asked


def owed(db: Database, ticket_id: int) -> list[str]:
    with db.read() as session:
        return [clock.kind for clock in ledger_store.ledger(session, ticket_id) if clock.state == "running"]


def test_a_question_that_is_split_off_is_owed_no_answer_where_it_was(
    db: Database, ines: Viewer, clock: StoppedClock
) -> None:
    source, asked = question(db, ines, clock)
    assert "update" in owed(db, source)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, asked).id
    assert "update" not in owed(db, source)
    assert "response" in owed(db, new)


def test_a_question_leaves_with_the_agents_words_before_it(db: Database, ines: Viewer, clock: StoppedClock) -> None:
    source = opened(db, requester=5)
    with db.work() as w:
        desk.reply(w, AGENT, source, body="Which printer?")
        begins = desk.reply(w, AGENT, source, body="How is the scanner?").id
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, ines, source, body="Dead.")
    with db.work() as w:
        offspring.split_off(w, AGENT, source, begins)
    assert "update" not in owed(db, source)


def test_undoing_the_split_owes_the_answer_again_from_when_it_was_asked(
    db: Database, ines: Viewer, clock: StoppedClock
) -> None:
    source, asked = question(db, ines, clock)
    with db.read() as session:
        before = [c for c in ledger_store.ledger(session, source) if c.kind == "update"]
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, asked).id
    clock.advance(HOUR)
    with db.work() as w:
        undo_split(w, AGENT, new)
    with db.read() as session:
        after = [c for c in ledger_store.ledger(session, source) if c.kind == "update"]
    assert [(c.cycle, c.running_since, c.consumed) for c in after] == [
        (c.cycle, c.running_since, c.consumed) for c in before
    ]


def test_an_earlier_question_is_still_owed_an_answer_after_a_split(
    db: Database, ines: Viewer, clock: StoppedClock
) -> None:
    source, _ = question(db, ines, clock)
    with db.work() as w:
        later = desk.reply(w, ines, source, body="And the phone.").id
        offspring.split_off(w, AGENT, source, later)
    assert "update" in owed(db, source)


def test_a_snoozed_ticket_that_is_split_stays_away_and_the_new_one_does_not(
    db: Database, ines: Viewer, clock: StoppedClock
) -> None:
    source, asked = question(db, ines, clock)
    with db.work() as w:
        snooze.snooze(w, AGENT, source, until=clock.now() + DAY)
        new = offspring.split_off(w, AGENT, source, asked).id
    with db.read() as session:
        assert [waiting.is_snoozed(session, i) for i in (source, new)] == [True, False]


@pytest.mark.parametrize("way", ["split", "follow on"])
def test_what_is_no_longer_on_offer_keeps_no_ticket_from_coming_out_of_another(
    db: Database, ines: Viewer, clock: StoppedClock, way: str
) -> None:
    source, asked = question(db, ines, clock)
    with db.work() as w:
        team = create_team(w, SYSTEM, name="Network").id
        agent = create_agent(w, SYSTEM, name="Bo", email="bo@harbour.example").id
        kind = settings.create_type(w, SYSTEM, name="Project").id
        category = create_category(w, SYSTEM, name="Printing").id
        desk.update(w, AGENT, source, values={"type": kind, "team": team, "assignee": agent, "category": category})
    with db.work() as w:
        update_agent(w, SYSTEM, agent, active=False)
        settings.update_type(w, SYSTEM, kind, active=False)
        w.session.get_one(Team, team).active = False
        w.session.get_one(Category, category).retired = True
        w.session.get_one(User, 5).active = False
    with db.work() as w:
        new = (
            offspring.split_off(w, AGENT, source, asked)
            if way == "split"
            else offspring.follow_on(w, AGENT, source, body="Again.")
        )
        assert w.session.get_one(TicketType, new.type_id).active
        assert (new.team_id, new.assignee_id, new.category_id) == (None, None, None)
        assert new.customer_id == 1


# Snoozed tickets and merges.


def test_a_ticket_that_waits_for_one_that_is_merged_waits_for_the_survivor(db: Database) -> None:
    patient, awaited, survivor = opened(db), opened(db), opened(db)
    with db.work() as w:
        snooze.snooze(w, AGENT, patient, linked_id=awaited)
    merged(db, awaited, survivor)
    assert snooze.wake_due(db).tickets == []
    resolved(db, survivor)
    assert snooze.wake_due(db).tickets == [patient]


def test_a_question_that_is_merged_into_a_ticket_waiting_for_a_reply_brings_it_back(
    db: Database, ines: Viewer, clock: StoppedClock
) -> None:
    asked = opened(db, requester=5)
    target = opened(db, requester=5)
    clock.advance(HOUR)
    with db.work() as w:
        snooze.snooze(w, AGENT, target, on_reply=True)
    clock.advance(HOUR)
    merged(db, asked, target)
    with db.read() as session:
        assert [ticket.id for _, ticket in waiting.came_back(session, AGENT)] == [target]


# Approvals.


def asked_about(db: Database, ticket_id: int) -> int:
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara", email="mara@harbour.example").id
        set_roles(w, SYSTEM, agent, ["agent"])
        return approvals.request_approval(w, AGENT, ticket_id, question="May I?", agent_id=agent).approval.id


def test_a_question_stays_to_be_answered_while_the_type_changes(db: Database) -> None:
    ticket_id = opened(db, type="Change")
    approval = asked_about(db, ticket_id)
    with db.work() as w:
        incident = w.session.scalars(select(TicketType.id).where(TicketType.name == "Incident")).one()
        desk.update(w, AGENT, ticket_id, values={"type": incident})
    with db.work() as w:
        mara = Viewer("agent", w.session.get_one(Approval, approval).agent_id, "Mara", AGENT.permissions)
        assert approvals.answer(w, mara, approval, "approve").state == "approved"


@pytest.mark.parametrize("end", ["resolve", "merge"])
def test_nobody_is_reminded_of_a_question_on_work_that_has_ended(db: Database, clock: StoppedClock, end: str) -> None:
    ticket_id, other = opened(db), opened(db)
    asked_about(db, ticket_id)
    resolved(db, ticket_id) if end == "resolve" else merged(db, ticket_id, other)
    with db.read() as session:
        before = session.scalars(select(OutgoingMail.id)).all()
    clock.advance(25 * HOUR)
    assert approvals.scan(db).reminded == 0
    with db.read() as session:
        assert session.scalars(select(OutgoingMail.id)).all() == before


# Reopening, silence, walls.


def test_reopening_a_problem_leaves_its_incidents_as_they_are(db: Database) -> None:
    problem, solved, going_on = opened(db), opened(db), opened(db)
    for incident in (solved, going_on):
        linked(db, incident, "caused_by", problem)
    resolved(db, solved)
    resolved(db, problem)
    with db.work() as w:
        desk.reopen(w, AGENT, problem, reason="It is back.")
    assert [state(db, i) for i in (solved, going_on)] == ["done", "open"]
    with db.work() as w:
        done = members.resolve_with_members(w, AGENT, problem, resolution="New cable.", members="resolve")
    assert [each.ticket_id for each in done] == [going_on]


def test_silence_closes_a_parent_beside_its_open_child_and_says_so(db: Database, clock: StoppedClock) -> None:
    parent, child = opened(db), opened(db)
    linked(db, child, "child_of", parent)
    silent = status_id(db, "Waiting on Customer")
    with db.work() as w:
        desk.update(w, AGENT, parent, values={"status": silent})
        rule_actions.create_rule(
            w, SYSTEM, name="Silence", status_id=silent, inactive_days=5, target_status_id=status_id(db, "Closed")
        )
    auto_close.scan(db)
    clock.advance(6 * DAY)
    assert auto_close.scan(db).closed == [parent]
    with db.read() as session:
        (told,) = (a.changes or {} for a in tickets.timeline(session, AGENT, parent) if a.kind == "close")
    assert any("child" in reason for reason in told["unmet"][1])
    assert state(db, child) == "open"


def test_what_lies_beyond_the_wall_is_neither_merged_nor_named(db: Database) -> None:
    mine, theirs = opened(db), opened(db)
    with db.work() as w:
        w.session.add(Team(id=8, name="Other"))
        w.session.flush()
        desk.assign(w, AGENT, theirs, values={"team": 8})
    walled = Viewer("agent", None, "Bo", frozenset({"tickets.see", "tickets.edit"}), frozenset({7}))
    for source, target in ((mine, theirs), (theirs, mine)):
        with pytest.raises((NotFound, Forbidden)), db.work() as w:
            merging.merge(w, walled, source, target)
    assert [state(db, i) for i in (mine, theirs)] == ["open", "open"]
