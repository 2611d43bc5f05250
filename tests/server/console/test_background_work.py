"""What the desk is busy with is said on the pages while it is so."""

import pytest

from server.progress import Report, folder_of
from server.wiring import Desk
from tests.server.console.conftest import Browser


@pytest.fixture
def building(desk: Desk) -> Report:
    report = Report(folder_of(desk.settings), "index", "building the index")
    report(43, 100)
    report.end("running")  # written at once
    return report


@pytest.mark.usefixtures("building")
@pytest.mark.parametrize("address", ["/", "/queue", "/background-work"])
def test_a_page_says_how_far_the_index_is(agent: Browser, address: str) -> None:
    page = agent.get(address)
    assert "Building the index" in page
    assert "43 %" in page
    assert 'hx-trigger="every 3s"' in page


def test_what_is_done_is_no_longer_said(agent: Browser, building: Report) -> None:
    building.end("done")
    assert "Building the index" not in agent.get("/background-work")


def test_work_whose_end_is_unknown_is_said_without_a_number(agent: Browser, desk: Desk) -> None:
    Report(folder_of(desk.settings), "learn", "learning from solved tickets")
    page = agent.get("/")
    assert "Learning from solved tickets" in page
    assert "<progress" not in page


@pytest.mark.usefixtures("building")
def test_metrics_tell_how_far_it_is(agent: Browser) -> None:
    assert 'fifthcall_work_share{work="index"} 0.43' in agent.get("/metrics")
