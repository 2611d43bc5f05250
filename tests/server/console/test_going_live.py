"""The pages of taking a desk into service."""

from collections.abc import Callable

import pytest

from tests.server.console.conftest import Browser


@pytest.fixture
def manager(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("manager")


def test_the_guide_says_what_lacks_and_leads_there(manager: Browser) -> None:
    page = manager.get("/set-up")
    assert 'href="/teams"' in page
    assert "There is no team" in page


def test_a_step_is_given_to_somebody(manager: Browser) -> None:
    assert manager.post("/set-up/steps/teams", owner_id="1", due_on="2026-03-20", note="<soon>") == 303
    page = manager.get("/set-up")
    assert "&lt;soon&gt;" in page
    assert "by 20 Mar" in page
    assert manager.post("/set-up/steps/teams", owner_id="1", due_on="never") == 422
    assert manager.post("/set-up/steps/moon") == 404


def test_the_organisation_is_named_by_who_administers(signed_in: Callable[[str], Browser], manager: Browser) -> None:
    admin = signed_in("administrator")
    assert admin.post("/set-up/organisation", name="", timezone="Moon") == 422
    assert admin.post("/set-up/organisation", name="Quay IT", timezone="Europe/Oslo") == 303
    assert "Quay IT" in manager.get("/set-up")
    assert manager.post("/set-up/organisation", name="Mine", timezone="UTC") == 403


def test_the_desk_is_tested_and_signed_off_with_a_reason(manager: Browser) -> None:
    shown = manager.client.post("/go-live/test", data={"csrf_token": manager.csrf_token}).text
    assert "It was not sent" in shown
    assert "No rule fits" in shown
    assert manager.post("/go-live/sign-off", note="") == 422
    assert manager.post("/go-live/sign-off", note="routing comes later") == 303
    page = manager.get("/go-live")
    assert "4 of 5 passed" in page
    assert "routing comes later" in page


def test_the_first_week_is_looked_back_on(manager: Browser, ticket: Callable[[str, str], int]) -> None:
    ticket("<b>Printer</b>", "jams")
    assert "&lt;b&gt;Printer" in manager.get("/first-week")


@pytest.mark.parametrize("address", ["/set-up", "/go-live", "/first-week", "/set-up/organisation"])
def test_an_agent_has_no_business_there(agent: Browser, address: str) -> None:
    assert agent.client.get(address).status_code == 403
