"""How many promises were kept, as figures."""

from hypothesis import given
from hypothesis import strategies as st

from core_psa.sla.verdicts import Kept

NUMBERS = st.integers(min_value=0, max_value=10**6)


def test_a_share_of_nothing_is_undefined_and_not_nothing() -> None:
    assert Kept().share is None
    assert Kept(running=7).share is None


def test_what_is_not_decided_counts_for_nothing() -> None:
    assert Kept(met=3, missed=1, running=96).share == 0.75


def test_all_missed_is_nothing_at_all() -> None:
    assert Kept(missed=2).share == 0.0


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_sum_lies_between_its_parts(met: int, missed: int, more: int, more_missed: int) -> None:
    one, other = Kept(met, missed), Kept(more, more_missed)
    whole = (one + other).share
    parts = [share for share in (one.share, other.share) if share is not None]
    assert (whole is None) == (not parts)
    if whole is not None:
        assert min(parts) - 1e-12 <= whole <= max(parts) + 1e-12
