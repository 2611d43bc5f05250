"""A calendar's form reads the days of an iCalendar file, and saves nothing by that."""

import html
from collections.abc import Callable

import pytest
from httpx2 import Response

from tests.server.console.conftest import Browser

FORM = {"name": "Office", "timezone": "Europe/Lisbon", "holidays": "2026-12-24 Christmas Eve", "day_0": "9:00-17:00"}
FILE = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260425
SUMMARY:Liberty Day
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261224
SUMMARY:Eve
END:VEVENT
BEGIN:VEVENT
DTSTART:20260301T090000Z
SUMMARY:A meeting
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def lead(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def read(browser: Browser, written: str | None, address: str = "/administration/calendars/new/read") -> Response:
    files = {} if written is None else {"file": ("days.ics", written, "text/calendar")}
    return browser.client.post(address, data={**browser.token, **FORM}, files=files)


def test_the_days_of_a_file_stand_in_the_form_and_the_own_names_stay(lead: Browser) -> None:
    shown = read(lead, FILE)
    assert shown.status_code == 200
    assert "2026-04-25 Liberty Day\n2026-12-24 Christmas Eve</textarea>" in html.unescape(shown.text)
    assert "1 day of the file now stands under" in shown.text
    assert "1 entry is left out" in shown.text


def test_reading_a_file_saves_nothing(lead: Browser) -> None:
    read(lead, FILE, "/administration/calendars/1/read")
    assert "Liberty Day" not in lead.get("/administration/calendars/1")
    assert "Office" not in lead.get("/administration/calendars")


def test_what_was_read_is_saved_like_what_was_typed(lead: Browser) -> None:
    days = "2026-04-25 Liberty Day\n2026-12-24 Christmas Eve"
    assert lead.post("/administration/calendars/1", **{**FORM, "holidays": days}) == 303
    assert days in lead.get("/administration/calendars/1")


@pytest.mark.parametrize("written", [None, "", "not a calendar", "BEGIN:VCALENDAR" + " " * 1024 * 1024])
def test_what_is_no_file_of_a_calendar_is_refused_beside_it(lead: Browser, written: str | None) -> None:
    shown = read(lead, written)
    assert shown.status_code == 422
    assert 'id="file-problem"' in shown.text


def test_who_may_not_change_calendars_reads_none(agent: Browser) -> None:
    assert read(agent, FILE).status_code == 403
