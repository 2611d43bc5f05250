"""Random lives of a ticket: no minute is lost or invented, whatever happens in whatever order."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core_psa.sla import clocks
from core_psa.sla.clocks import Clock
from core_psa.sla.promises import Conduct
from tests.core_psa.sla.clockwork import ALWAYS, MONDAY, Life, time_of

CONDUCTS = st.builds(
    Conduct,
    pauses=st.booleans(),
    reopening=st.sampled_from(["continue", "restart"]),
    updates=st.sampled_from(["always", "when_asked"]),
)
BUDGETS = st.tuples(*[st.none() | st.integers(1, 3_000)] * 3)
EVENTS: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.tuples(st.just("state"), st.sampled_from(["open", "paused", "done"])),
    st.tuples(st.just("said"), st.sampled_from(["agent", "customer"])),
    st.tuples(st.just("budgets"), BUDGETS),
    st.tuples(st.just("calendar_id"), st.sampled_from([1, 2])),
    st.tuples(st.just("always_open"), st.booleans()),
    st.tuples(st.just("conduct"), CONDUCTS),
)
LIVES = st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(days=3)), EVENTS), max_size=12)


def live(budgets: Any, conduct: Conduct, events: Any) -> tuple[Life, list[dict[Any, Clock]], Any]:
    """The life, its clocks after each event, and when the last happened."""
    now = MONDAY
    life, history = Life(budgets, conduct).opened(now), []
    for pause, (name, value) in events:
        now += pause
        if name in ("state", "said"):
            life.happens(now, name, **{name: value})
        else:
            life.promised(now, name, **{name: value})
        history.append(dict(life.every))
    return life, history, now


@settings(max_examples=150, deadline=None)
@given(BUDGETS, CONDUCTS, LIVES)
def test_consumed_time_is_the_sum_of_the_intervals_and_never_more_than_has_passed(
    budgets: Any, conduct: Conduct, events: Any
) -> None:
    life, _, now = live(budgets, conduct, events)
    for clock in life.every.values():
        closed = [i for i in clock.intervals if i.ended_at is not None]
        assert clock.consumed == sum((i.worked for i in closed if i.worked is not None), timedelta(0))
        assert clock.consumed <= ALWAYS.elapsed(clock.started_at, clock.stopped_at or now)
        running = timedelta(0)
        for interval in closed:
            assert interval.ended_at is not None
            assert interval.worked == time_of(interval.terms).elapsed(interval.started_at, interval.ended_at)
            running += interval.worked or timedelta(0)
            assert interval.total == running


@settings(max_examples=150, deadline=None)
@given(BUDGETS, CONDUCTS, LIVES)
def test_a_clock_runs_once_at_a_time_and_its_intervals_do_not_overlap(
    budgets: Any, conduct: Conduct, events: Any
) -> None:
    life, _, _ = live(budgets, conduct, events)
    for clock in life.every.values():
        open_ones = [i for i in clock.intervals if i.ended_at is None]
        assert len(open_ones) == (1 if clock.state == "running" else 0)
        edges = [edge for i in clock.intervals for edge in (i.started_at, i.ended_at) if edge]
        assert edges == sorted(edges)
    for kind, clock in life.now.items():
        others = [c for (k, _), c in life.every.items() if k == kind and c is not clock]
        assert all(c.state == "stopped" for c in others)


@settings(max_examples=150, deadline=None)
@given(BUDGETS, CONDUCTS, LIVES)
def test_breached_stays_breached(budgets: Any, conduct: Conduct, events: Any) -> None:
    _, history, _ = live(budgets, conduct, events)
    seen: dict[Any, Any] = {}
    for every in history:
        for key, clock in every.items():
            assert seen.get(key) in (None, clock.breached_at)
            seen[key] = clock.breached_at


@settings(max_examples=150, deadline=None)
@given(BUDGETS, CONDUCTS, LIVES)
def test_what_is_left_ends_at_the_deadline(budgets: Any, conduct: Conduct, events: Any) -> None:
    life, _, _ = live(budgets, conduct, events)
    for clock in life.now.values():
        due = clocks.due_at(clock, time_of)
        if due is not None and clock.running_since is not None:
            budget = clock.terms.budget
            assert due >= clock.running_since
            assert clocks.consumed(clock, due, time_of) == max(budget or timedelta(0), clock.consumed)


@settings(max_examples=100, deadline=None)
@given(BUDGETS, CONDUCTS, LIVES, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_life_without_pause_or_change_counts_like_one_stretch(
    budgets: Any, conduct: Conduct, events: Any, later: timedelta
) -> None:
    """Whatever cuts an interval in two must not change what both add up to."""
    plain = [(pause, (name, value)) for pause, (name, value) in events if name in ("said", "budgets")]
    life, _, now = live(budgets, conduct, plain)
    expected = time_of(life.now["resolution"].terms).elapsed(MONDAY, now + later)
    assert clocks.consumed(life.now["resolution"], now + later, time_of) == expected
