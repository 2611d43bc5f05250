"""Long work is seen on open pages, and moves there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from server.progress import Report, folder_of
from server.wiring import Desk
from tests.ui.conftest import SCREENS


@pytest.fixture
def building(desk: Desk) -> Iterator[Report]:
    report = Report(folder_of(desk.settings), "index", "building the index")
    report(43, 100)
    report.end("running")  # written at once
    yield report
    report.end("done")


def test_the_line_moves_and_goes_without_a_reload(tab: Page, building: Report) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for address in ("/", "/queue"):
        for width in (1440, 390):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.goto(address)
            expect(tab.locator("#background-work")).to_contain_text("Building the index 43 %")
            tab.screenshot(path=SCREENS / f"working-{address.strip('/') or 'home'}-{width}.png")
    building(81, 100)
    building.end("running")
    expect(tab.locator("#background-work")).to_contain_text("81 %", timeout=8_000)
    building.end("done")
    expect(tab.locator("#background-work p")).to_have_count(0, timeout=8_000)
