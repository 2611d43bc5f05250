"""Hours of a week: what is wrong with them, entry by entry."""

from core_psa.db.weeks import Hours, week_errors


def test_hours_that_touch_do_not_overlap() -> None:
    assert week_errors("shifts", [Hours(0, 540, 720), Hours(0, 720, 1020), Hours(1, 0, 1440)]) == []


def test_every_broken_entry_is_named_by_its_position() -> None:
    errors = week_errors("shifts", [Hours(7, 0, 60), Hours(0, 60, 120), Hours(1, 600, 600), Hours(1, 0, 1441)])
    assert [error.field for error in errors] == ["shifts.0", "shifts.2", "shifts.3"]


def test_overlapping_hours_are_named_as_people_read_them() -> None:
    errors = week_errors("windows", [Hours(2, 540, 1020), Hours(2, 480, 600)])
    assert [error.message for error in errors] == ["Wednesday 08:00 to 10:00 and Wednesday 09:00 to 17:00 overlap"]
