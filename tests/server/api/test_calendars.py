"""Business calendars over the API, and arithmetic in their time."""

from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

CALENDARS = "/api/v1/calendars"
OFFICE = [{"weekday": day, "starts": 540, "ends": 1020} for day in range(5)]


@pytest.fixture
def manager(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("manager"))
    return client


@pytest.fixture
def office(manager: TestClient) -> dict[str, Any]:
    body = {
        "name": "Munich",
        "timezone": "Europe/Berlin",
        "windows": OFFICE,
        "public_holidays": {"country": "DE", "subdivision": "BY"},
        "holidays": [{"day": "2026-03-19", "name": "Works outing"}],
        "years": {"first": 2026, "last": 2026},
    }
    answer = manager.post(CALENDARS, json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def test_a_calendar_is_stored_with_its_holidays_as_days(manager: TestClient, office: dict[str, Any]) -> None:
    days = {holiday["day"]: holiday["name"] for holiday in office["holidays"]}
    assert days["2026-01-06"]
    assert days["2026-03-19"] == "Works outing"
    assert office["windows"] == OFFICE
    assert manager.get(f"{CALENDARS}/{office['id']}").json() == office


def test_a_calendar_put_back_as_it_was_read_does_not_change(manager: TestClient, office: dict[str, Any]) -> None:
    body = {name: value for name, value in office.items() if name not in ("id", "version")}
    assert manager.put(f"{CALENDARS}/{office['id']}", json=body).json() == office


def test_a_changed_calendar_has_a_higher_version(manager: TestClient, office: dict[str, Any]) -> None:
    body = {"name": "Munich", "timezone": "Europe/Berlin", "windows": OFFICE[:4]}
    changed = manager.put(f"{CALENDARS}/{office['id']}", json=body).json()
    assert changed["version"] > office["version"]
    assert (len(changed["windows"]), changed["holidays"]) == (4, [])


def test_a_deadline_skips_nights_weekends_and_holidays(manager: TestClient, office: dict[str, Any]) -> None:
    wednesday: dict[str, Any] = {"start": "2026-03-18T16:00:00+01:00", "minutes": 120}
    answer = manager.get(f"{CALENDARS}/{office['id']}/deadline", params=wednesday).json()
    assert datetime.fromisoformat(answer["deadline"]) == datetime.fromisoformat("2026-03-20T10:00:00+01:00")


def test_elapsed_and_deadline_answer_each_other(manager: TestClient, office: dict[str, Any]) -> None:
    path = f"{CALENDARS}/{office['id']}"
    start = "2026-03-27T12:00:00+00:00"
    due = manager.get(f"{path}/deadline", params={"start": start, "minutes": 1234.5}).json()["deadline"]
    elapsed = manager.get(f"{path}/elapsed", params={"start": start, "end": due}).json()
    assert elapsed["minutes"] == 1234.5


def test_arithmetic_follows_a_changed_calendar(manager: TestClient, office: dict[str, Any]) -> None:
    path = f"{CALENDARS}/{office['id']}"
    week = {"start": "2026-03-02T00:00:00+01:00", "end": "2026-03-09T00:00:00+01:00"}
    assert manager.get(f"{path}/elapsed", params=week).json()["minutes"] == 5 * 480
    manager.put(path, json={"name": "Munich", "timezone": "Europe/Berlin", "windows": OFFICE[:1]})
    assert manager.get(f"{path}/elapsed", params=week).json()["minutes"] == 480


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"windows": [*OFFICE, {"weekday": 0, "starts": 600, "ends": 660}]}, "windows"),
        ({"windows": [{"weekday": 0, "starts": 660, "ends": 600}]}, "windows.0"),
        ({"timezone": "Europe/Munich"}, "timezone"),
        ({"public_holidays": {"country": "XX"}}, "public_holidays.country"),
        ({"public_holidays": {"country": "DE", "subdivision": "CA"}}, "public_holidays.subdivision"),
        ({"years": {"first": 2026, "last": 2025}}, "years"),
        ({"name": "business HOURS"}, "name"),
    ],
)
def test_a_refused_calendar_names_the_field_and_stays_as_it_was(
    manager: TestClient, office: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    body = {"name": "Munich", "timezone": "Europe/Berlin", "windows": OFFICE} | change
    answer = manager.put(f"{CALENDARS}/{office['id']}", json=body)
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert manager.get(f"{CALENDARS}/{office['id']}").json() == office


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-03-02T00:00:00"},
        {"start": "0001-01-01T00:00:00+00:00"},
        {"start": "0003-01-01T00:00:00+00:00"},
        {"start": "9995-01-01T00:00:00+00:00"},
        {"start": "9999-12-31T23:59:59-12:00"},
        {"start": "2198-01-01T00:00:00Z", "minutes": 10_000_000},
        {"minutes": -1},
        {"minutes": "nan"},
        {"minutes": 1e18},
    ],
)
def test_a_time_that_no_calendar_knows_is_refused(
    manager: TestClient, office: dict[str, Any], query: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"start": "2026-03-02T00:00:00Z", "minutes": 60, **query}
    assert manager.get(f"{CALENDARS}/{office['id']}/deadline", params=asked).status_code == 422


def test_an_agent_reads_calendars_and_counts_in_them(api: TestClient) -> None:
    default = api.get(CALENDARS).json()["items"][0]
    assert default["is_default"]
    query: dict[str, Any] = {"start": "2026-03-02T00:00:00Z", "minutes": 60}
    assert api.get(f"{CALENDARS}/{default['id']}/deadline", params=query).status_code == 200


def test_the_days_of_a_file_are_told_and_nothing_is_stored(manager: TestClient, office: dict[str, Any]) -> None:
    event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260425\nSUMMARY:Liberty Day\nEND:VEVENT\n"
    address = f"{CALENDARS}/days-of-a-file"
    told = manager.post(address, json={"file": f"BEGIN:VCALENDAR\n{event}END:VCALENDAR"}).json()
    assert told == {"holidays": [{"day": "2026-04-25", "name": "Liberty Day"}], "left_out": 0}
    refused = manager.post(address, json={"file": "Liberty Day"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")
    assert manager.get(f"{CALENDARS}/{office['id']}").json() == office
