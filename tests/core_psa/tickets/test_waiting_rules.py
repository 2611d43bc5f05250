"""When silence has lasted long enough, and when a snoozed ticket comes back."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core_psa.tickets.waiting.rules import Awaited, Plan, Silence, awake, chosen, is_activity, planned, step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FOR_ALL = Silence(1, None, None, 4, 14 * DAY, 3 * DAY)


def test_a_rule_for_team_and_type_comes_before_one_for_the_team_the_type_and_all() -> None:
    of_type = FOR_ALL._replace(rule_id=2, type_id=7)
    of_team = FOR_ALL._replace(rule_id=3, team_id=5)
    of_both = FOR_ALL._replace(rule_id=4, team_id=5, type_id=7)
    rules = [FOR_ALL, of_type, of_team, of_both]
    assert [chosen(rules[:n], 4, 5, 7) for n in (4, 3, 2, 1)] == [of_both, of_team, of_type, FOR_ALL]


def test_no_rule_concerns_another_status() -> None:
    assert chosen([FOR_ALL], 5, None, 1) is None


def test_without_a_warning_the_next_thing_due_is_the_end() -> None:
    assert planned(FOR_ALL._replace(warning=None), NOW, None) == Plan(NOW + 14 * DAY, NOW + 14 * DAY)


def test_the_warning_comes_its_days_before_the_end() -> None:
    assert planned(FOR_ALL, NOW, None) == Plan(NOW + 11 * DAY, NOW + 14 * DAY)


def test_whoever_is_warned_late_still_gets_the_days_of_grace() -> None:
    warned_at = NOW + 30 * DAY
    assert planned(FOR_ALL, NOW, warned_at).close_at == warned_at + 3 * DAY


@given(waited=st.integers(0, 100), warned_after=st.none() | st.integers(0, 100))
def test_nobody_is_closed_without_the_promised_warning(waited: int, warned_after: int | None) -> None:
    warned_at = None if warned_after is None else NOW + warned_after * DAY
    now = NOW + waited * DAY
    if step(FOR_ALL, planned(FOR_ALL, NOW, warned_at), warned_at, now) == "close":
        assert warned_at is not None
        assert now >= max(NOW + FOR_ALL.inactive, warned_at + 3 * DAY)


def test_words_and_a_change_of_status_are_signs_of_life_and_logged_time_is_none() -> None:
    assert is_activity("reply", None)
    assert is_activity("attach", {"files": [None, 1]})
    assert is_activity("update", {"status": [1, 2]})
    assert not is_activity("update", {"priority": [1, 2]})
    assert not is_activity("time", {"minutes": [None, 5]})
    assert not is_activity("reply", {"automated": [None, True]})
    assert not is_activity("auto_close_warning", {"closes_at": [None, "…"]})


def test_a_snoozed_ticket_comes_back_for_the_first_reason_there_is() -> None:
    assert awake(Awaited(NOW, answered=True, linked_done=None), NOW) == "the customer has answered"
    assert awake(Awaited(NOW, answered=False, linked_done="0000012"), NOW) == "ticket 0000012 is done"
    assert awake(Awaited(NOW, answered=False, linked_done=None), NOW) == "the time has come"
    assert awake(Awaited(NOW + DAY, answered=False, linked_done=None), NOW) is None
    assert awake(Awaited(None, answered=False, linked_done=None), NOW) is None
