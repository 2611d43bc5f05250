"""Which promise holds, and another priority, customer, calendar or target meanwhile; on both engines."""

from datetime import date

from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.db.weeks import Hours
from core_psa.desk import actions as desk
from core_psa.desk.clocks import scan
from core_psa.organisation.tables import Team
from core_psa.sla import actions as calendars
from core_psa.sla import policy_actions
from core_psa.sla.agreement_actions import create_agreement
from core_psa.sla.owner_actions import update_customer, update_team
from core_psa.sla.policy_rules import Target
from core_psa.tickets.tables import NEVER
from core_psa.viewer import SYSTEM
from tests.core_psa.desk.clocks import (
    HOUR,
    MINUTE,
    calendar_id,
    clock_of,
    due_at,
    minutes,
    new_customer,
    policy_id,
    priority_id,
    remarks,
    sla_of,
)
from tests.desk import AGENT, opened


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
