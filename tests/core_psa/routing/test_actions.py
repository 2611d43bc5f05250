"""Rules on a desk: new tickets are routed, turns are taken, past tickets are looked at; on both engines."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.clock import StoppedClock
from core_psa.customers.actions import create_customer
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation import actions as organisation
from core_psa.organisation.working_hours import add_absence
from core_psa.routing import actions, store
from core_psa.routing.trial import try_rules
from core_psa.sla.tables import Calendar
from core_psa.suggestions import actions as suggestions
from core_psa.suggestions.rules import FieldOutcome, TriageResult
from core_psa.tickets import store as tickets
from core_psa.tickets.category_actions import create_category
from core_psa.tickets.tables import Action, Ticket, TicketType
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened


def team(db: Database, name: str = "Printers", agents: Sequence[str] = ()) -> tuple[int, list[int]]:
    with db.work() as w:
        team_id = organisation.create_team(w, SYSTEM, name=name).id
        ids = [organisation.create_agent(w, SYSTEM, name=n, email=f"{n}@desk.example").id for n in agents]
        organisation.set_members(w, SYSTEM, team_id, ids)
    return team_id, ids


def rule(db: Database, name: str = "Printers", **given: Any) -> int:
    with db.work() as w:
        return actions.create_rule(w, SYSTEM, name=name, **given).id


def condition(field: str, *values: int | str, negated: bool = False) -> dict[str, Any]:
    return {"field": field, "values": list(values), "negated": negated}


def ticket(db: Database, ticket_id: int) -> Ticket:
    with db.read() as session:
        return tickets.get(session, SYSTEM, ticket_id)


def routed(db: Database, ticket_id: int) -> list[dict[str, Any]]:
    with db.read() as session:
        found = session.scalars(select(Action).where(Action.ticket_id == ticket_id, Action.kind == "routed"))
        return [dict(action.changes or {}) for action in found]


def test_a_new_ticket_goes_where_the_first_fitting_rule_says_and_its_timeline_tells_which(db: Database) -> None:
    team_id, _ = team(db)
    rule(db, "Scanners", conditions=[condition("text", "scanner")])
    rule_id = rule(db, conditions=[condition("text", "printer")], team_id=team_id, tags=["paper"])
    ticket_id = opened(db)
    assert ticket(db, ticket_id).team_id == team_id
    (told,) = routed(db, ticket_id)
    assert told["rule"] == [None, {"id": rule_id, "name": "Printers"}]
    assert told["team"] == [None, {"id": team_id, "name": "Printers"}]
    assert told["tags"] == [[], ["paper"]]


def test_what_the_caller_chose_is_not_routed_away(db: Database) -> None:
    printers, _ = team(db)
    network, _ = team(db, "Network")
    rule(db, team_id=printers)
    assert ticket(db, opened(db, team="Network")).team_id == network


def test_a_rule_for_a_customer_sets_type_category_and_priority(db: Database) -> None:
    with db.work() as w:
        customer = create_customer(w, SYSTEM, name="Alder Ltd").id
        category = create_category(w, SYSTEM, name="Alder").id
        alert = w.session.scalars(select(TicketType.id).where(TicketType.name == "Alert")).one()
        urgent = tickets.priorities(w.session)[0].id
    rule(db, conditions=[condition("customer", customer)], type_id=alert, category_id=category, priority_id=urgent)
    found = ticket(db, opened(db, customer="Alder Ltd"))
    assert (found.type_id, found.category_id, found.priority_id) == (alert, category, urgent)
    assert ticket(db, opened(db)).category_id is None
    with db.read() as session:
        incident = session.scalars(select(TicketType.id).where(TicketType.name == "Incident")).one()
    assert ticket(db, opened(db, customer="Alder Ltd", type="Incident")).type_id == incident


def test_hours_of_a_calendar_are_asked_at_the_moment_the_ticket_comes(db: Database, clock: StoppedClock) -> None:
    team_id, _ = team(db)
    with db.read() as session:
        calendar_id = session.scalars(select(Calendar.id)).one()
    rule(db, conditions=[condition("hours", calendar_id, negated=True)], team_id=team_id)
    assert ticket(db, opened(db)).team_id is None
    clock.advance(timedelta(hours=12))
    assert ticket(db, opened(db)).team_id == team_id


def test_round_robin_passes_over_who_is_away_or_lacks_the_skill(db: Database, clock: StoppedClock) -> None:
    team_id, (ada, bea, cid) = team(db, agents=["ada", "bea", "cid"])
    with db.work() as w:
        skill_id = organisation.create_skill(w, SYSTEM, "Toner").id
        for agent_id in (ada, bea):
            organisation.set_skills(w, SYSTEM, agent_id, {"Toner": 3})
    rule(db, team_id=team_id, pick="round_robin", skill_id=skill_id)
    assert [ticket(db, opened(db)).assignee_id for _ in range(3)] == [ada, bea, ada]
    with db.work() as w:
        add_absence(w, SYSTEM, bea, w.now, w.now + timedelta(hours=1))
    assert ticket(db, opened(db)).assignee_id == ada
    assert cid not in {ada, bea}


def test_where_nobody_is_free_the_team_gets_it_and_the_timeline_says_so(db: Database) -> None:
    team_id, _ = team(db)
    rule(db, team_id=team_id, pick="least_loaded")
    ticket_id = opened(db)
    assert (ticket(db, ticket_id).team_id, ticket(db, ticket_id).assignee_id) == (team_id, None)
    assert "nobody_free" in routed(db, ticket_id)[0]


def test_the_least_loaded_agent_gets_the_next_ticket(db: Database) -> None:
    team_id, (ada, bea) = team(db, agents=["ada", "bea"])
    for _ in range(2):
        opened(db, assignee="ada@desk.example")
    rule(db, team_id=team_id, pick="least_loaded")
    assert [ticket(db, opened(db)).assignee_id for _ in range(3)] == [bea, bea, ada]


def test_tickets_that_come_at_once_are_shared_out_evenly(db: Database) -> None:
    team_id, agents = team(db, agents=["ada", "bea", "cid", "dan"])
    rule(db, team_id=team_id, pick="round_robin")
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: opened(db), range(16)))
    taken = [ticket(db, ticket_id).assignee_id for ticket_id in ids]
    assert {agent_id: taken.count(agent_id) for agent_id in agents} == dict.fromkeys(agents, 4)


def test_triage_never_overwrites_what_a_rule_has_set(db: Database) -> None:
    printers, _ = team(db)
    network, _ = team(db, "Network")
    rule(db, team_id=printers)
    ticket_id = opened(db)
    sure = FieldOutcome(network, 0.99, "neighbours", "auto", shown=True, applied=True)
    result = TriageResult({"team": sure}, (), (), None, "m", "e", 1, "h", b"")
    with db.work() as w:
        suggestions.store_results(w, {ticket_id: result})
    assert ticket(db, ticket_id).team_id == printers


def test_what_is_no_longer_offered_is_no_longer_set(db: Database) -> None:
    team_id, _ = team(db)
    rule(db, team_id=team_id)
    with db.work() as w:
        organisation.update_team(w, SYSTEM, team_id, active=False)
    assert ticket(db, opened(db)).team_id is None


def test_a_trial_counts_what_each_rule_would_have_done_and_shows_examples(db: Database) -> None:
    team_id, _ = team(db)
    with_team, without = opened(db, team="Printers"), opened(db)
    opened(db, subject="Mail is slow")
    rule_id = rule(db, conditions=[condition("text", "printer")], team_id=team_id)
    with db.read() as session:
        found = try_rules(session, AGENT)
    assert (found.looked_at, found.untouched) == (3, 1)
    assert (found.rules[0].rule.id, found.rules[0].fits, found.rules[0].agrees) == (rule_id, 2, 1)
    assert {example.ticket_id for example in found.rules[0].examples} == {with_team, without}
    assert ticket(db, without).team_id is None


def test_a_trial_shows_only_tickets_the_viewer_may_see(db: Database) -> None:
    opened(db, team=team(db)[0])
    rule(db)
    with db.read() as session:
        assert try_rules(session, Viewer("agent", 1, "Bo", frozenset({"settings.see", "tickets.see"}))).looked_at == 0


def test_rules_are_put_in_order_as_a_whole(db: Database) -> None:
    first, second = rule(db, "one"), rule(db, "two")
    with db.work() as w:
        actions.order_rules(w, SYSTEM, [second, first])
    with db.read() as session:
        assert [r.id for r in store.active_rules(session)] == [second, first]
    with db.work() as w, pytest.raises(Invalid, match="every rule once"):
        actions.order_rules(w, SYSTEM, [first])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"conditions": [condition("moon", 1)]}, "conditions.0"),
        ({"conditions": [condition("customer", 999)]}, "conditions.0"),
        ({"conditions": [condition("customer")]}, "conditions.0"),
        ({"conditions": [condition("channel", "pigeon")]}, "conditions.0"),
        ({"team_id": 999}, "team_id"),
        ({"pick": "dice"}, "pick"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_field(db: Database, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(db, **given)
    assert [error.field for error in refused.value.errors] == [field]


def test_keeping_rules_needs_the_permission_and_is_audited(db: Database) -> None:
    rule_id = rule(db)
    with db.work() as w, pytest.raises(Forbidden):
        actions.update_rule(w, Viewer("agent", 1, "Bo"), rule_id, active=False)
    with db.work() as w:
        actions.update_rule(w, SYSTEM, rule_id, active=False)
        actions.remove_rule(w, SYSTEM, rule_id)
    with db.read() as session:
        kinds = select(AuditEntry.action).where(AuditEntry.record_kind == "routing rule").order_by(AuditEntry.id)
        assert list(session.scalars(kinds)) == ["created", "updated", "removed"]
