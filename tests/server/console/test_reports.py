"""The report of service levels, as a manager reads it and takes it away."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.server.console.conftest import Browser

ADDRESS = "/reports/service-levels"


@pytest.fixture
def manager(signed_in: Callable[[str], Browser], ticket: Callable[[str, str], int]) -> Browser:
    ticket("Printer jams", "Again.")
    return signed_in("manager")


def test_what_is_not_decided_is_a_dash_and_no_share(manager: Browser) -> None:
    page = manager.get(ADDRESS)
    assert "–</span>" in page
    assert "0 %" not in page


def test_every_figure_leads_to_its_tickets(manager: Browser) -> None:
    figures = re.findall(r'<a class="(?:due-over)?" href="(/queue\?[^"]*)">1</a>', manager.get(ADDRESS))
    assert figures
    assert all("Printer jams" in manager.get(unescape(address)) for address in figures)


def test_the_report_is_made_by_whatever_one_chooses(manager: Browser) -> None:
    for by, named in (("customer", "Customer"), ("team", "Team"), ("assignee", "Agent")):
        assert f'rowspan="2">{named}</th>' in manager.get(f"{ADDRESS}?by={by}")


def test_days_in_which_nothing_was_opened_say_so(manager: Browser) -> None:
    assert "No ticket was opened in these days" in manager.get(f"{ADDRESS}?since=2020-01-01&until=2020-01-31")


def test_a_period_that_ends_before_it_begins_is_refused_in_words(manager: Browser) -> None:
    answer = manager.client.get(f"{ADDRESS}?since=2026-03-02&until=2026-03-01")
    assert answer.status_code == 422
    assert "must be a day from 2026-03-02" in answer.text


def test_the_report_is_taken_away_as_a_file(manager: Browser) -> None:
    lines = manager.get(f"{ADDRESS}/export.csv?by=team").splitlines()
    assert lines[0].startswith("\ufeffTeam,tickets,response met,response missed,response not decided")
    assert lines[1].startswith("none,1,")


def test_who_may_not_export_is_refused(agent: Browser) -> None:
    assert agent.client.get(f"{ADDRESS}/export.csv").status_code == 403
