"""Which agreement covers a ticket, and which of several counts."""

from datetime import date

from core_psa.agreements.rules import Cover, covering

DAY = date(2026, 3, 2)
START = date(2026, 1, 1)


def counted(*agreements: Cover, site_id: int | None = 1, type_id: int = 1) -> list[int]:
    return [cover.agreement_id for cover in covering(agreements, DAY, site_id, type_id)]


def test_an_agreement_is_in_force_from_its_first_day_to_its_last() -> None:
    assert counted(Cover(1, DAY, DAY)) == [1]
    assert counted(Cover(1, date(2026, 3, 3)), Cover(2, START, date(2026, 3, 1))) == []


def test_naming_no_sites_and_no_types_covers_all_of_them() -> None:
    assert counted(Cover(1, START), site_id=None) == [1]


def test_what_is_named_is_all_that_is_covered() -> None:
    assert counted(Cover(1, START, sites=frozenset({2})), Cover(2, START, types=frozenset({2}))) == []
    assert counted(Cover(1, START, sites=frozenset({2})), site_id=None) == []


def test_the_narrower_agreement_counts_first_and_then_the_younger() -> None:
    everything, younger = Cover(1, START), Cover(2, date(2026, 2, 1))
    of_type, of_site = Cover(3, START, types=frozenset({1})), Cover(4, START, sites=frozenset({1}))
    twin = Cover(5, date(2026, 2, 1))
    assert counted(everything, younger, of_type, of_site, twin) == [4, 3, 5, 2, 1]
