"""Who gets in, and whose requests count."""

import re
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.organisation.tables import Agent
from server.console.routes import ROUTERS
from server.console.session import local_path
from server.wiring import Desk
from tests.server.console.conftest import Browser

Tickets = Callable[[str, str], int]
PASSWORD = "correct horse battery"

# Nobody is signed in there: a link of a mail, or a password, is what counts.
OUTSIDE = ("/sign-in", "/approve/")
UNSAFE = sorted(
    route.path
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in route.methods and not route.path.startswith(OUTSIDE)
)
READING = (
    "/",
    "/queue",
    "/queue/news?after=1",
    "/search?q=x",
    "/tickets/1",
    "/tickets/new",
    "/suggestions/modes",
    "/account",
)


@pytest.fixture
def mara(desk: Desk) -> str:
    with desk.db.work() as w:
        agent = Agent(name="Mara", email="mara@desk.example", created_at=w.now)
        w.session.add(agent)
        w.session.flush()
        access.set_password(w, agent.id, PASSWORD)
    return "mara@desk.example"


def sign_in(client: TestClient, email: str, password: str, target: str = "/", **headers: str) -> tuple[int, str]:
    fields = {"email": email, "password": password, "next": target}
    answer = client.post("/sign-in", data=fields, headers=headers, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize("path", READING)
def test_a_stranger_is_led_to_the_sign_in_page(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_a_part_asked_for_by_a_stranger_reloads_its_page(stranger: TestClient) -> None:
    answer = stranger.get("/queue/news?after=1", headers={"hx-request": "true"})
    assert answer.headers["hx-refresh"] == "true"


def test_a_change_refused_altogether_is_told_above_the_page_that_stays(stranger: TestClient, mara: str) -> None:
    sign_in(stranger, mara, PASSWORD)
    answer = stranger.post("/tickets/1/say", data={"csrf_token": "another"}, headers={"hx-request": "true"})
    assert answer.status_code == 403
    assert answer.headers["hx-retarget"] == "#refused"
    assert 'id="refused"' in stranger.get("/").text


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(stranger: TestClient, mara: str) -> None:
    answer = stranger.post("/sign-in", data={"email": mara, "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert stranger.get("/").status_code == 200


def test_a_wrong_password_is_refused_in_place(stranger: TestClient, mara: str) -> None:
    answer = stranger.post("/sign-in", data={"email": mara, "password": "wrong"})
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert mara in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\tx"])
def test_signing_in_never_leads_to_another_site(stranger: TestClient, mara: str, elsewhere: str) -> None:
    assert sign_in(stranger, mara, PASSWORD, elsewhere) == (303, "/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for() -> None:
    assert local_path("/queue?assignee=me") == "/queue?assignee=me"


def test_another_sites_page_cannot_sign_somebody_in(stranger: TestClient, mara: str) -> None:
    assert sign_in(stranger, mara, PASSWORD, origin="https://evil.example")[0] == 403


def test_signing_out_ends_the_session_on_the_server(agent: Browser) -> None:
    kept = dict(agent.client.cookies)
    assert agent.post("/sign-out") == 303
    agent.client.cookies.update(kept)
    assert agent.client.get("/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("path", UNSAFE)
def test_no_form_counts_without_the_sessions_own_token(agent: Browser, ticket: Tickets, path: str) -> None:
    address = re.sub("{[^}]*}", str(ticket("One", "")), path)
    assert agent.client.post(address, data={"csrf_token": "guessed"}).status_code == 403
    assert agent.client.post(address).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_the_right_token_from_another_site_counts_for_nothing(
    agent: Browser, ticket: Tickets, headers: dict[str, str]
) -> None:
    fields = {"csrf_token": agent.csrf_token, "kind": "note", "body": "x"}
    answer = agent.client.post(f"/tickets/{ticket('One', '')}/say", data=fields, headers=headers)
    assert answer.status_code == 403


def test_the_token_may_come_in_a_header(agent: Browser, ticket: Tickets) -> None:
    answer = agent.client.post(
        f"/tickets/{ticket('One', '')}/say",
        data={"kind": "note", "body": "seen"},
        headers={"x-csrf-token": agent.csrf_token, "origin": "http://desk.example"},
    )
    assert "seen" in answer.text


def test_every_page_forbids_scripts_of_others(agent: Browser) -> None:
    policy = agent.client.get("/queue").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
