"""Holidays out of an iCalendar file: whole days, each once, whatever calendars write around them."""

import pytest

from core_psa.errors import Invalid
from core_psa.sla.icalendar import MOST_EVENTS, whole_days

YEARS = range(2026, 2029)


def file(*events: str) -> str:
    written = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{written}END:VCALENDAR\n".replace("\n", "\r\n")


def days(*events: str) -> list[str]:
    return [f"{day} {name}" for day, name in whole_days(file(*events), YEARS).days.items()]


def test_a_whole_day_is_a_holiday() -> None:
    assert days("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225\nSUMMARY:Eve") == ["2026-12-24 Eve"]


def test_several_days_are_as_many_holidays_and_the_end_is_none() -> None:
    assert days("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nSUMMARY:Closed") == [
        "2026-12-24 Closed",
        "2026-12-25 Closed",
        "2026-12-26 Closed",
    ]
    assert len(days("DTSTART;VALUE=DATE:20260801\nDURATION:P2W\nSUMMARY:Works holiday")) == 14


def test_what_comes_every_year_comes_in_these() -> None:
    every = "DTSTART;VALUE=DATE:20051126\nSUMMARY:Thanks\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
    assert days(every) == ["2026-11-26 Thanks", "2027-11-25 Thanks", "2028-11-23 Thanks"]
    ended = "DTSTART;VALUE=DATE:20200501\nSUMMARY:May\nRRULE:FREQ=YEARLY;UNTIL=20270501T000000Z"
    assert days(ended) == ["2026-05-01 May", "2027-05-01 May"]


def test_a_day_that_was_dropped_or_moved_is_not_where_the_rule_has_it() -> None:
    every = "UID:1\nDTSTART;VALUE=DATE:20260501\nSUMMARY:May\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270501"
    moved = "UID:1\nRECURRENCE-ID;VALUE=DATE:20280501\nDTSTART;VALUE=DATE:20280502\nSUMMARY:May, a day later"
    assert days(every, moved) == ["2026-05-01 May", "2028-05-02 May, a day later"]


def test_a_name_stands_in_one_line_as_it_was_meant() -> None:
    folded = "DTSTART;VALUE=DATE:20261224\nSUMMARY:Christmas\\, the\n  eve\\nof it"
    assert days(folded) == ["2026-12-24 Christmas, the eve of it"]
    assert days("DTSTART;VALUE=DATE:20261224") == ["2026-12-24 Closed"]


def test_an_alarm_and_a_parameter_in_quotes_say_nothing_of_the_day() -> None:
    alarm = "BEGIN:VALARM\nSUMMARY:Wake up\nDTSTART;VALUE=DATE:20270101\nEND:VALARM"
    assert days(f'DTSTART;X-SAID="a:b";VALUE=DATE:20261224\n{alarm}\nSUMMARY:Eve') == ["2026-12-24 Eve"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261224T090000Z",
        "DTSTART;VALUE=DATE:20261399",
        "SUMMARY:Some day",
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY",
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=YEARLY;INTERVAL=0",
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=YEARLY;BYMONTH=99",
        "DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20991231",
    ],
)
def test_what_is_no_holiday_is_counted_as_left_out(event: str) -> None:
    found = whole_days(file(event), YEARS)
    assert (found.days, found.left_out) == ({}, 1)


def test_what_was_called_off_is_not_even_counted() -> None:
    found = whole_days(file("DTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED"), YEARS)
    assert (found.days, found.left_out) == ({}, 0)


@pytest.mark.parametrize("text", ["", "2026-12-24 Eve", "\x00", file(*["SUMMARY:x"] * (MOST_EVENTS + 1))])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as error:
        whole_days(text, YEARS)
    assert [e.field for e in error.value.errors] == ["file"]
