"""Which solved tickets may speak for the one that asks."""

from triage.neighbours import Outcome, neighbours_of

NOW = 100 * 86_400.0


def solved(ticket: int, *, day: float = 90.0, group: int | None = None) -> Outcome:
    return Outcome(ticket, (day - 1) * 86_400, day * 86_400, {"category": "VPN"}, 3.0, group)


def ids(found: list[tuple[int, float]], *outcomes: Outcome, asking: int | None = None) -> list[int]:
    return [each.id for each in neighbours_of(asking, NOW, found, {each.id: each for each in outcomes})]


def test_a_ticket_is_not_its_own_neighbour() -> None:
    assert ids([(1, 1.0), (2, 0.9)], solved(1), solved(2), asking=1) == [2]


def test_a_ticket_without_a_trusted_outcome_does_not_speak() -> None:
    assert ids([(1, 0.9), (2, 0.8)], solved(2)) == [2]


def test_a_ticket_solved_later_does_not_speak() -> None:
    assert ids([(1, 0.9), (2, 0.8)], solved(1, day=101), solved(2)) == [2]


def test_of_a_duplicate_group_only_the_nearest_speaks() -> None:
    assert ids([(1, 0.9), (2, 0.8), (3, 0.7)], solved(1, group=7), solved(2, group=7), solved(3)) == [1, 3]


def test_a_neighbour_knows_its_age_and_how_long_it_took_by_the_clock_on_the_wall() -> None:
    (neighbour,) = neighbours_of(None, NOW, [(1, 0.9)], {1: solved(1)})
    assert (neighbour.age_days, neighbour.hours, neighbour.elapsed_hours) == (10.0, 3.0, 24.0)
