"""The report of service levels over the API."""

from starlette.testclient import TestClient

ADDRESS = "/api/v1/reports/service-levels"


def test_the_report_tells_its_days_its_zone_and_its_figures(api: TestClient) -> None:
    api.post("/api/v1/tickets", json={"subject": "Printer jams", "priority": "P1 Critical"})
    answer = api.get(ADDRESS).json()
    assert (answer["until"], answer["timezone"], answer["tickets"]) == ("2026-03-02", "Europe/Berlin", 1)
    assert answer["kept"]["response"] == {"met": 0, "missed": 0, "running": 1, "share": None}
    assert [line["name"] for line in answer["items"]] == ["P1 Critical"]


def test_the_report_is_read_a_page_at_a_time(api: TestClient) -> None:
    for priority in ("P1 Critical", "P2 High", "P3 Medium"):
        api.post("/api/v1/tickets", json={"subject": "Printer jams", "priority": priority})
    first = api.get(ADDRESS, params={"limit": 2}).json()
    second = api.get(ADDRESS, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)


def test_a_period_that_ends_before_it_begins_names_the_field(api: TestClient) -> None:
    answer = api.get(ADDRESS, params={"since": "2026-03-02", "until": "2026-03-01"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")
