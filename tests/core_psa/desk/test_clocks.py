"""The clocks of tickets as they are stored, moved by the desk and seen to by the scan, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from core_psa.access.roles import set_roles
from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.db.weeks import Hours
from core_psa.desk import actions as desk
from core_psa.desk import merging, spam
from core_psa.desk.clocks import adopt, scan
from core_psa.following.store import watchers
from core_psa.intake.replies import actions as replies
from core_psa.notices.tables import Notification
from core_psa.organisation.tables import Agent, Team, TeamMember
from core_psa.sla import actions as calendars
from core_psa.sla import ledger_store, policy_actions
from core_psa.sla.agreement_actions import create_agreement
from core_psa.sla.clocks import Clock
from core_psa.sla.owner_actions import update_customer, update_team
from core_psa.sla.policy_rules import Target, Threshold
from core_psa.sla.tables import Calendar, SlaClock, SlaInterval, SlaPolicy, SlaTicket
from core_psa.tickets import store
from core_psa.tickets.tables import NEVER, Priority, Ticket
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def priority_id(db: Database, rank: int) -> int:
    with db.read() as session:
        return session.scalars(select(Priority.id).where(Priority.rank == rank)).one()


def policy_id(db: Database, name: str) -> int:
    with db.read() as session:
        return session.scalars(select(SlaPolicy.id).where(SlaPolicy.name == name)).one()


def calendar_id(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(Calendar.id)).one()


def clock_of(db: Database, ticket_id: int, kind: str) -> Clock:
    """The latest of its kind, with its whole ledger."""
    with db.read() as session:
        return [clock for clock in ledger_store.ledger(session, ticket_id) if clock.kind == kind][-1]


def sla_of(db: Database, ticket_id: int) -> SlaTicket:
    with db.read() as session:
        return session.get_one(SlaTicket, ticket_id)


def due_at(db: Database, ticket_id: int) -> object:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id).due_at


def remarks(db: Database, ticket_id: int) -> list[object]:
    with db.read() as session:
        timeline = store.timeline(session, AGENT, ticket_id)
        return [entry.changes for entry in timeline if entry.kind == "sla"]


def new_customer(db: Database) -> int:
    with db.work() as w:
        return customers.create_customer(w, SYSTEM, name="Larkfield Dairy").id


def asked_by_ida(db: Database) -> tuple[int, Viewer]:
    with db.work() as w:
        customer_id = customers.create_customer(w, SYSTEM, name="Larkfield").id
        user_id = customers.create_user(w, SYSTEM, customer_id, name="Ida").id
    return opened(db, requester=user_id), Viewer("user", user_id, "Ida", customer_id=customer_id)


def wait_on_customer(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "Waiting on Customer")})


def take_up(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "In Progress")})


def minutes(db: Database, ticket_id: int, kind: str = "resolution") -> list[float | None]:
    return [i.worked and i.worked / MINUTE for i in clock_of(db, ticket_id, kind).intervals]


@pytest.fixture
def assignee_id(db: Database) -> int:
    with db.work() as w:
        w.session.add(Team(id=1, name="Network"))
        w.session.add(Agent(id=9, name="Ada", email="ada@harbour.example", created_at=w.now))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=9))
        set_roles(w, SYSTEM, 9, ["agent"])
    return 9


def test_a_ticket_has_its_clocks_as_soon_as_it_is_opened(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P2 High")
    assert clock_of(db, ticket_id, "response").terms.budget == HOUR
    assert due_at(db, ticket_id) == clock.now() + HOUR
    assert (sla_of(db, ticket_id).standing, sla_of(db, ticket_id).policy_from) == ("ok", "desk")


def test_without_a_priority_a_ticket_is_measured_as_the_policy_presumes(db: Database) -> None:
    assert clock_of(db, opened(db), "response").terms.budget == 4 * HOUR


def test_an_agents_reply_stops_the_response_clock_and_the_customers_does_not(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, ida, ticket_id, body="Anybody there?")
    assert clock_of(db, ticket_id, "response").state == "running"
    with db.work() as w:
        desk.reply(w, SYSTEM, ticket_id, body="We have got your message.")
    assert clock_of(db, ticket_id, "response").state == "running"
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
    assert (clock_of(db, ticket_id, "response").state, minutes(db, ticket_id, "response")) == ("stopped", [60])
    with db.work() as w:
        desk.reply(w, ida, ticket_id, body="The big one.")
    assert clock_of(db, ticket_id, "update").state == "running"


def test_an_automated_answer_asks_for_no_update(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
        replies.reply(w, ida, ticket_id, body="I am out of the office.", automated=True)
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, ticket_id)}


def test_a_customer_who_reopens_is_owed_an_update(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
        action = desk.reopen(w, ida, ticket_id, reason="It jams again.")
    assert (clock_of(db, ticket_id, "update").state, action.public) == ("running", True)


def test_a_note_is_no_answer(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Looks like the fuser.")
    assert clock_of(db, ticket_id, "response").state == "running"


def test_waiting_pauses_and_taking_up_again_gives_the_rest(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    wait_on_customer(db, ticket_id)
    assert clock_of(db, ticket_id, "resolution").state == "paused"
    clock.advance(timedelta(days=2))
    take_up(db, ticket_id)
    clock.advance(2 * HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    ledger = clock_of(db, ticket_id, "resolution")
    assert [(i.began, i.ended) for i in ledger.intervals] == [("opened", "waiting"), ("taken up again", "work done")]
    assert (minutes(db, ticket_id), ledger.consumed) == ([60, 120], 3 * HOUR)
    assert due_at(db, ticket_id) == NEVER


def test_reopening_goes_on_where_the_work_had_ended(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    clock.advance(timedelta(days=1))
    with db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    assert [(i.began, i.ended) for i in clock_of(db, ticket_id, "resolution").intervals][1] == ("reopened", None)
    assert clock_of(db, ticket_id, "resolution").consumed == HOUR


def test_another_priority_keeps_what_was_used_up(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P4 Low")
    clock.advance(2 * HOUR)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"priority": priority_id(db, 2)})
    assert (clock_of(db, ticket_id, "resolution").consumed, minutes(db, ticket_id)) == (2 * HOUR, [120, None])
    # Eight hours, two of them used up, and the desk closes at five in the afternoon, UTC.
    assert clock_of(db, ticket_id, "resolution").terms.budget == 8 * HOUR


def test_the_agreement_decides_before_the_customer_the_team_and_the_desk(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        agreed, own, teams = (policy_actions.create_policy(w, SYSTEM, name=name).id for name in ("Gold", "Own", "Team"))
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
        w.session.add(Team(id=1, name="Network"))
        w.session.flush()
    ticket_id = opened(db, customer=customer.id, team=1)

    def chosen() -> tuple[int, str]:
        scan(db)
        return sla_of(db, ticket_id).policy_id, sla_of(db, ticket_id).policy_from

    assert chosen() == (policy_id(db, "Standard"), "desk")
    with db.work() as w:
        policy_actions.set_policy_of_team(w, SYSTEM, 1, teams)
    assert chosen() == (teams, "team")
    with db.work() as w:
        policy_actions.set_policy_of_customer(w, SYSTEM, customer.id, own)
    assert chosen() == (own, "customer")
    with db.work() as w:
        create_agreement(w, SYSTEM, customer.id, name="Care", starts_on=date(2026, 1, 1), sla_policy_id=agreed)
    assert chosen() == (agreed, "agreement")
    assert {"SLA policy": ["Own", "Gold"]} in remarks(db, ticket_id)


def test_no_sla_is_a_choice_of_its_own(db: Database) -> None:
    with db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
        policy_actions.set_policy_of_customer(w, SYSTEM, customer.id, policy_id(db, "No SLA"))
    ticket_id = opened(db, customer=customer.id)
    assert (sla_of(db, ticket_id).standing, due_at(db, ticket_id)) == ("none", NEVER)


def test_another_customer_is_another_promise(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
        policy_actions.set_policy_of_customer(w, SYSTEM, customer.id, policy_id(db, "No SLA"))
    ticket_id = opened(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"customer": customer.id})
    assert sla_of(db, ticket_id).standing == "none"
    assert clock_of(db, ticket_id, "resolution").consumed == HOUR


def test_spam_that_was_none_is_still_to_be_answered(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P2 High")
    clock.advance(20 * MINUTE)
    with db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id)
    clock.advance(HOUR)
    with db.work() as w:
        spam.not_spam(w, AGENT, ticket_id)
    assert due_at(db, ticket_id) == clock.now() + 40 * MINUTE
    assert minutes(db, ticket_id, "response") == [20, None]


def test_undoing_a_merge_gives_back_the_time_that_was_left(db: Database, clock: StoppedClock) -> None:
    source, target = opened(db, priority="P2 High"), opened(db)
    clock.advance(20 * MINUTE)
    wait_on_customer(db, source)
    clock.advance(20 * MINUTE)
    with db.work() as w:
        merging.merge(w, AGENT, source, target)
    clock.advance(HOUR)
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)
    assert [clock_of(db, source, kind).state for kind in ("response", "resolution")] == ["running", "paused"]
    assert due_at(db, source) == clock.now() + 20 * MINUTE
    clock.advance(HOUR)
    take_up(db, source)
    assert (minutes(db, source), minutes(db, source, "response")) == ([20, None], [40, None])


def test_a_question_that_is_merged_into_an_answered_ticket_is_owed_an_answer_there(db: Database) -> None:
    target, answered, asked = opened(db), opened(db), opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
        desk.reply(w, AGENT, answered, body="See the other one.")
        merging.merge(w, AGENT, answered, target)
        assert "update" not in {known.kind for known in ledger_store.ledger(w.session, target)}
        merging.merge(w, AGENT, asked, target)
    assert clock_of(db, target, "update").state == "running"


def answered(db: Database) -> int:
    ticket_id = opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
    return ticket_id


def merged(db: Database, source: int, target: int) -> None:
    with db.work() as w:
        merging.merge(w, AGENT, source, target)


def unmerged(db: Database, source: int) -> None:
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)


def promises_of(db: Database, ticket_id: int) -> tuple[object, ...]:
    """All that the ticket's clocks hold, and how it stands by them."""
    with db.read() as session:
        return ledger_store.ledger(session, ticket_id), sla_of(db, ticket_id).standing, due_at(db, ticket_id)


def test_undoing_a_merge_forgets_the_update_that_was_only_owed_for_it(db: Database, clock: StoppedClock) -> None:
    target, asked = answered(db), opened(db)
    before = promises_of(db, target)
    clock.advance(HOUR)
    merged(db, asked, target)
    assert clock_of(db, target, "update").state == "running"
    clock.advance(timedelta(days=2))
    scan(db)
    assert sla_of(db, target).standing == "breached"
    unmerged(db, asked)
    assert clock_of(db, target, "resolution").state == "running"
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, target)}
    assert due_at(db, target) == before[2]


def test_undoing_a_merge_leaves_an_update_that_was_owed_before(db: Database, clock: StoppedClock) -> None:
    target, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
        desk.reply(w, ida, target, body="The big one.")
    before = promises_of(db, target)
    clock.advance(HOUR)
    asked = opened(db)
    merged(db, asked, target)
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_undoing_a_merge_leaves_an_update_that_was_given_meanwhile(db: Database, clock: StoppedClock) -> None:
    target, asked = answered(db), opened(db)
    merged(db, asked, target)
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Both are mended.")
    before = promises_of(db, target)
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_what_the_customer_wrote_there_after_a_merge_is_owed_an_update_from_then(
    db: Database, clock: StoppedClock
) -> None:
    target, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
    asked = opened(db)
    clock.advance(HOUR)
    merged(db, asked, target)
    clock.advance(HOUR)
    wrote_at = clock.now()
    with db.work() as w:
        desk.reply(w, ida, target, body="The big one.")
    clock.advance(HOUR)
    unmerged(db, asked)
    update = clock_of(db, target, "update")
    assert (update.cycle, update.state, update.running_since) == (1, "running", wrote_at)


def test_another_question_that_was_merged_later_is_owed_an_update_from_then(db: Database, clock: StoppedClock) -> None:
    target, first, second = answered(db), opened(db), opened(db)
    clock.advance(HOUR)
    merged(db, first, target)
    clock.advance(HOUR)
    merged(db, second, target)
    clock.advance(HOUR)
    unmerged(db, first)
    assert clock_of(db, target, "update").running_since == clock.now() - HOUR
    unmerged(db, second)
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, target)}


@pytest.mark.parametrize("reopening", ["continue", "restart"])
def test_undoing_a_merge_that_took_finished_work_up_again_puts_all_its_clocks_back(
    db: Database, clock: StoppedClock, reopening: str
) -> None:
    with db.work() as w:
        policy_actions.update_policy(w, SYSTEM, policy_id(db, "Standard"), reopening=reopening)
    target, asked = opened(db, priority="P2 High"), opened(db)
    clock.advance(20 * MINUTE)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    before = promises_of(db, target)
    clock.advance(HOUR)
    merged(db, asked, target)
    clock.advance(timedelta(days=9))
    scan(db)
    assert sla_of(db, target).standing == "breached"
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_finished_work_stays_taken_up_where_the_customer_wrote_after_the_merge(db: Database) -> None:
    target, ida = asked_by_ida(db)
    asked = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    merged(db, asked, target)
    with db.work() as w:
        desk.reply(w, ida, target, body="Mine jams again, too.")
    unmerged(db, asked)
    with db.read() as session:
        assert session.get_one(Ticket, target).state == "open"


def test_a_status_that_was_changed_after_a_merge_keeps_its_end(db: Database) -> None:
    target, asked = opened(db), opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    merged(db, asked, target)
    wait_on_customer(db, target)
    unmerged(db, asked)
    with db.read() as session:
        ticket = session.get_one(Ticket, target)
        assert (ticket.state, ticket.resolved_at) == ("paused", None)


def test_what_was_promised_anew_meanwhile_holds_for_what_is_reopened(db: Database, clock: StoppedClock) -> None:
    customer_id = new_customer(db)
    ticket_id = opened(db, customer=customer_id)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    with db.work() as w:
        policy_actions.set_policy_of_customer(w, SYSTEM, customer_id, policy_id(db, "No SLA"))
    assert scan(db).reviewed == 0
    with db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    assert (sla_of(db, ticket_id).policy_from, due_at(db, ticket_id)) == ("customer", NEVER)


def test_a_changed_calendar_is_followed_from_the_instant_of_the_change(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    with db.work() as w:
        calendars.set_windows(w, SYSTEM, calendar_id(db), [Hours(day, 0, 1440) for day in range(7)])
    clock.advance(9 * HOUR)
    assert scan(db).reviewed == 1
    ledger = clock_of(db, ticket_id, "resolution")
    assert [i.terms.calendar_version for i in ledger.intervals] == [1, 2]
    assert ledger.intervals[0].worked == HOUR
    clock.advance(10 * HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    assert minutes(db, ticket_id) == [60, 19 * 60]


def test_another_calendar_of_the_customer_or_the_team_is_followed_by_their_open_tickets(
    db: Database, clock: StoppedClock
) -> None:
    customer_id = new_customer(db)
    with db.work() as w:
        w.session.add(Team(id=1, name="Network"))
        nights = calendars.create_calendar(w, SYSTEM, name="Nights", timezone="UTC").id
    of_customer, of_team = opened(db, customer=customer_id), opened(db, team=1)
    clock.advance(HOUR)
    with db.work() as w:
        update_customer(w, SYSTEM, customer_id, calendar_id=nights)
        update_team(w, SYSTEM, 1, calendar_id=nights)
    assert scan(db).reviewed == 2
    for ticket_id, whose in ((of_customer, "customer"), (of_team, "team")):
        row = sla_of(db, ticket_id)
        assert (row.calendar_id, row.calendar_from) == (nights, whose)
        assert minutes(db, ticket_id) == [60, None]


def test_a_calendar_changed_while_the_work_was_done_counts_once_it_is_reopened(
    db: Database, clock: StoppedClock
) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
        calendars.set_windows(w, SYSTEM, calendar_id(db), [Hours(day, 0, 1440) for day in range(7)])
    clock.advance(10 * HOUR)
    with db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    clock.advance(2 * HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New drum.")
    ledger = clock_of(db, ticket_id, "resolution")
    assert [(i.terms.calendar_version, i.worked) for i in ledger.intervals] == [(1, HOUR), (2, 2 * HOUR)]


def test_changed_targets_are_followed_and_keep_what_was_used_up(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    clock.advance(HOUR)
    with db.work() as w:
        target = Target(priority_id(db, 1), "resolution", 90)
        policy_actions.set_targets(w, SYSTEM, policy_id(db, "Standard"), [target])
    scan(db)
    assert due_at(db, ticket_id) == clock.now() + 30 * MINUTE


def test_a_breach_is_found_told_once_and_stays(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    ticket_id = opened(db, priority="P1 Critical", assignee=assignee_id)
    clock.advance(20 * MINUTE)
    assert (scan(db).told, scan(db).told) == (1, 0)
    assert remarks(db, ticket_id) == [{"time to respond": [None, "missed"]}]
    assert clock_of(db, ticket_id, "response").breached_at == clock.now() - 5 * MINUTE
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert sla_of(db, ticket_id).standing == "breached"
    with db.read() as session:
        events = session.scalars(select(Notification.event).where(Notification.agent_id == assignee_id)).all()
    assert [event for event in events if event in ("sla_warning", "sla_breached", "escalated")] == ["sla_breached"]


def test_a_warning_comes_at_its_share_of_the_business_time(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    ticket_id = opened(db, priority="P2 High", assignee=assignee_id)
    clock.advance(29 * MINUTE)
    assert scan(db).told == 0
    clock.advance(2 * MINUTE)
    scan(db)
    assert remarks(db, ticket_id) == [{"time to respond": [None, "50 % used"]}]
    clock.advance(20 * MINUTE)
    scan(db)
    assert sla_of(db, ticket_id).standing == "at_risk"
    assert remarks(db, ticket_id)[1:] == [{"time to respond": [None, "75 % used"]}]


def test_a_breach_that_no_scan_saw_is_told_when_the_clock_stops(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    clock.advance(20 * MINUTE)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert remarks(db, ticket_id) == [{"time to respond": [None, "missed"]}]
    assert scan(db).told == 0


def warned(db: Database) -> list[int]:
    with db.read() as session:
        query = select(Notification.agent_id).where(Notification.event == "sla_warning")
        return list(session.scalars(query.order_by(Notification.agent_id)))


def test_a_warning_to_the_lead_reaches_the_one_the_team_names(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    with db.work() as w:
        w.session.get_one(Team, 1).lead_id = assignee_id
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), [Threshold(50, ("team lead",))])
    opened(db, priority="P2 High", team=1)
    clock.advance(31 * MINUTE)
    scan(db)
    assert warned(db) == [assignee_id]


def test_the_warning_of_a_ticket_that_nobody_has_reaches_its_team(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    opened(db, priority="P2 High", team=1)
    clock.advance(31 * MINUTE)
    scan(db)
    assert warned(db) == [assignee_id]


def test_the_warning_of_a_ticket_whose_agent_left_reaches_the_team(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    opened(db, priority="P2 High", team=1, assignee=assignee_id)
    with db.work() as w:
        w.session.add(Agent(id=10, name="Bo", email="bo@harbour.example", created_at=w.now))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=10))
        set_roles(w, SYSTEM, 10, ["agent"])
        w.session.get_one(Agent, assignee_id).active = False
    clock.advance(31 * MINUTE)
    scan(db)
    assert (warned(db), scan(db).failed) == ([10], {})


def test_an_escalation_reaches_each_level_once(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    with db.work() as w:
        warnings = [
            Threshold(50, (), (9,), level=2),
            Threshold(60, (), (9,), level=1),
            Threshold(70, (), (9,), level=3),
        ]
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), warnings)
    ticket_id = opened(db, priority="P2 High")
    levels = []
    for _ in range(4):
        clock.advance(11 * MINUTE)
        scan(db)
        levels.append(sla_of(db, ticket_id).level)
    assert levels == [0, 0, 2, 3]
    with db.read() as session:
        query = select(func.count()).where(Notification.event == "escalated")
        assert session.scalar(query) == 2


def test_whom_an_escalation_reaches_watches_from_then_on(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    with db.work() as w:
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), [Threshold(50, (), (assignee_id,), level=2)])
    ticket_id = opened(db, priority="P2 High")
    clock.advance(31 * MINUTE)
    scan(db)
    with db.read() as session:
        assert [watching.agent_id for watching in watchers(session, ticket_id)] == [assignee_id]


def test_a_scan_leaves_a_paused_ticket_alone(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=status_id(db, "Waiting on Customer"))
    clock.advance(timedelta(days=9))
    assert scan(db).told == 0
    assert sla_of(db, ticket_id).standing == "paused"


def test_a_remark_about_a_deadline_refuses_nobodys_save(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    clock.advance(HOUR)
    scan(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Late.", expected_version=1)


def test_no_clock_ever_has_two_open_intervals(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    for _ in range(3):
        clock.advance(HOUR)
        wait_on_customer(db, ticket_id)
        clock.advance(HOUR)
        take_up(db, ticket_id)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(SlaClock)) == 2
    assert minutes(db, ticket_id) == [60, 60, 60, None]


def test_an_imported_open_ticket_may_be_given_clocks_and_nobody_is_told_of_the_past(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    ticket_id = opened(db, priority="P2 High", assignee=assignee_id)
    with db.work() as w:
        for model in (SlaInterval, SlaClock, SlaTicket):
            w.session.execute(delete(model))
    clock.advance(2 * HOUR)
    with db.work() as w:
        adopt(w, [ticket_id])
        adopt(w, [ticket_id])
    assert (sla_of(db, ticket_id).standing, remarks(db, ticket_id)) == ("breached", [])
    assert scan(db).told == 0
    assert minutes(db, ticket_id) == [None]
    assert due_at(db, ticket_id) == clock.now() - HOUR
