"""What a history file teaches about later tickets."""

from triage.hindsight import Row, hours_taken, known


def row(name: str, created: float | None = None, resolved: float | None = None, duplicate_of: str | None = None) -> Row:
    return Row(name, "text", created, resolved, {"category": "VPN"}, duplicate_of)


def names(history: list[Row], test: list[Row]) -> list[str]:
    return [history[position].id for position in known(history, test).positions]


def test_a_ticket_resolved_before_the_first_test_ticket_is_known() -> None:
    history = [row("early", 0, 50), row("late", 10, 100), row("open", 20)]
    assert names(history, [row("second", 120, 130), row("first", 100, 110)]) == ["early"]


def test_without_any_resolved_at_every_row_is_known() -> None:
    history = [row("a", 0), row("b", 10)]
    taught = known(history, [row("test", 100)])
    assert [each.hours for each in taught.tickets] == [None, None]
    assert len(taught.watched_hours) == 0


def test_without_times_the_order_of_the_file_is_the_order() -> None:
    history = [row("a"), row("b"), row("c")]
    taught = known(history, [row("test")])
    assert [each.solved_at for each in taught.tickets] == [0.0, 1.0, 2.0]
    assert taught.start == 2.0


def test_a_ticket_still_open_was_watched_all_the_same() -> None:
    history = [row("solved", 0, 3_600), row("open", 7_200), row("later", 20_000, 30_000)]
    taught = known(history, [row("test", 10_800)])
    assert taught.watched_hours.tolist() == [3.0, 1.0]


def test_a_row_that_is_asked_about_teaches_nothing() -> None:
    assert names([row("a", 0, 1), row("b", 0, 1)], [row("b", 100)]) == ["a"]


def test_duplicates_of_duplicates_are_one_group() -> None:
    history = [row("a"), row("b", duplicate_of="a"), row("c", duplicate_of="b"), row("d")]
    groups = [each.duplicate_group for each in known(history, []).tickets]
    assert groups[0] == groups[1] == groups[2]
    assert groups[0] is not None
    assert groups[3] is None


def test_tickets_that_name_each_other_as_duplicates_do_not_go_in_circles() -> None:
    history = [row("a", duplicate_of="b"), row("b", duplicate_of="a"), row("c", duplicate_of="c")]
    groups = [each.duplicate_group for each in known(history, []).tickets]
    assert groups[0] == groups[1]


def test_a_ticket_resolved_before_it_was_created_has_no_known_time() -> None:
    assert hours_taken(row("a", 7_200, 3_600)) is None
    assert hours_taken(row("a", 0, 3_600)) == 1.0
