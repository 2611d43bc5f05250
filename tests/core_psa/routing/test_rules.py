"""Which rules fit and what they do, over plain facts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.routing.rules import Condition, Facts, Rule, fits, least_loaded, next_in_turn, route

PRINTER, NETWORK, EVA = 3, 7, 11
FACTS = Facts(
    {"customer": frozenset({1}), "category": frozenset({20, 2}), "channel": frozenset({"email"})}, "Printer JAMS"
)


def rule(number: int, *conditions: Condition, **more: Any) -> Rule:
    return Rule(number, f"rule {number}", conditions, **more)


def nobody(_rule: Rule, _team_id: int) -> None:
    return None


@pytest.mark.parametrize(
    ("conditions", "match_all", "expected"),
    [
        ([], True, True),
        ([Condition("customer", (1, 5))], True, True),
        ([Condition("customer", (5,))], True, False),
        ([Condition("customer", (5,), negated=True)], True, True),
        ([Condition("customer", (1,)), Condition("channel", ("phone",))], True, False),
        ([Condition("customer", (1,)), Condition("channel", ("phone",))], False, True),
        ([Condition("text", ("scanner", "jams"))], True, True),
        ([Condition("site", (1,))], True, False),
    ],
)
def test_a_rule_fits_when_all_or_any_of_its_conditions_hold(
    conditions: list[Condition], match_all: bool, expected: bool
) -> None:
    assert fits(rule(1, *conditions, match_all=match_all), FACTS) is expected


def test_a_rule_for_a_branch_of_the_tree_means_what_is_below_it() -> None:
    assert fits(rule(1, Condition("category", (2,))), FACTS)


def test_the_first_rule_that_fits_ends_it() -> None:
    steps = route([rule(1, sets={"team": PRINTER}), rule(2, sets={"priority": 1})], FACTS, {}, nobody)
    assert [step.values for step in steps] == [{"team": PRINTER}]


def test_a_rule_that_goes_on_leaves_later_ones_what_it_did_not_set() -> None:
    rules = [rule(1, sets={"team": PRINTER}, go_on=True), rule(2, sets={"team": NETWORK, "priority": 1})]
    assert [step.values for step in route(rules, FACTS, {}, nobody)] == [{"team": PRINTER}, {"priority": 1}]


def test_later_rules_see_what_earlier_ones_set() -> None:
    rules = [
        rule(1, sets={"category": 30}, go_on=True),
        rule(2, Condition("category", (3,)), sets={"team": NETWORK}),
    ]
    facts = Facts({}, above={30: frozenset({3})})
    assert [step.values for step in route(rules, facts, {}, nobody)] == [{"category": 30}, {"team": NETWORK}]


def test_what_somebody_chose_stays() -> None:
    steps = route([rule(1, sets={"team": PRINTER, "assignee": EVA})], FACTS, {"team": NETWORK}, nobody)
    assert steps[0].values == {"assignee": EVA}


def test_an_agent_is_picked_in_the_team_the_ticket_is_in_by_then() -> None:
    steps = route([rule(1, pick="round_robin")], FACTS, {"team": NETWORK}, lambda _, team_id: team_id * 100)
    assert steps[0].values == {"assignee": 700}


def test_a_rule_that_finds_nobody_says_so() -> None:
    steps = route([rule(1, sets={"team": PRINTER}, pick="round_robin")], FACTS, {}, nobody)
    assert steps[0].nobody_free
    assert steps[0].values == {"team": PRINTER}


@given(st.sets(st.integers(1, 50), min_size=1), st.integers(1, 50))
def test_turns_come_round_to_everybody_before_anybody_twice(candidates: set[int], last: int) -> None:
    turns, at = [], last
    for _ in candidates:
        at = next_in_turn(candidates, at)  # type: ignore[assignment]
        turns.append(at)
    assert sorted(turns) == sorted(candidates)


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 9), min_size=1))
def test_the_least_loaded_has_no_more_than_anybody(loads: dict[int, int]) -> None:
    chosen = least_loaded(loads, None)
    assert chosen is not None
    assert loads[chosen] == min(loads.values())
