"""Signing in with an authenticator, and without it on the day it is lost."""

import re
import time
from collections.abc import Callable

import pyotp
import pytest
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.access import second_factor
from core_psa.access.roles import set_roles
from core_psa.organisation.actions import create_agent
from core_psa.organisation.tables import Role
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

PASSWORD = "correct horse battery"


@pytest.fixture
def mara(desk: Desk) -> int:
    with desk.db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara Castell", email="mara@desk.example")
        set_roles(w, SYSTEM, agent.id, ["agent"])
        access.set_password(w, agent.id, PASSWORD)
    return agent.id


def enter_password(client: TestClient) -> str:
    """Where the sign-in goes on."""
    fields = {"email": "mara@desk.example", "password": PASSWORD, "next": "/queue"}
    return client.post("/sign-in", data=fields, follow_redirects=False).headers["location"]


def enter_code(client: TestClient, code: str) -> int:
    return client.post("/sign-in/code", data={"code": code, "next": "/queue"}, follow_redirects=False).status_code


def codes_of(page: str) -> list[str]:
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


@pytest.fixture
def authenticator(desk: Desk, mara: int) -> tuple[pyotp.TOTP, list[str]]:
    """Mara's, confirmed a while ago, with her recovery codes."""
    with desk.db.work() as w:
        secret = second_factor.begin(w, mara, "Harbour IT").secret
        w.now = w.now.fromtimestamp(time.time() - 300, w.now.tzinfo)
        codes = second_factor.confirm(w, mara, pyotp.TOTP(secret).at(int(w.now.timestamp())))
    return pyotp.TOTP(secret), codes


def test_a_password_alone_opens_no_page(stranger: TestClient, authenticator: tuple[pyotp.TOTP, list[str]]) -> None:
    assert enter_password(stranger) == "/sign-in/code?next=%2Fqueue"
    assert stranger.get("/queue", follow_redirects=False).headers["location"].startswith("/sign-in")
    assert enter_code(stranger, "000000") == 401
    assert enter_code(stranger, authenticator[0].now()) == 303
    assert stranger.get("/queue").status_code == 200


def test_the_session_gets_a_new_token_with_the_code(
    stranger: TestClient, authenticator: tuple[pyotp.TOTP, list[str]]
) -> None:
    enter_password(stranger)
    before = stranger.cookies.get("fifthcall_session")
    enter_code(stranger, authenticator[0].now())
    after = stranger.cookies.get("fifthcall_session")
    stranger.cookies.clear()
    stranger.cookies.set("fifthcall_session", before)
    assert before != after
    assert stranger.get("/queue", follow_redirects=False).status_code == 303


def test_a_recovery_code_lets_in_once(stranger: TestClient, authenticator: tuple[pyotp.TOTP, list[str]]) -> None:
    code = authenticator[1][0]
    enter_password(stranger)
    assert enter_code(stranger, f" {code.upper()} ") == 303
    stranger.cookies.clear()
    enter_password(stranger)
    assert enter_code(stranger, code) == 401


def test_guessing_codes_is_slowed_down(stranger: TestClient, authenticator: tuple[pyotp.TOTP, list[str]]) -> None:
    enter_password(stranger)
    answers = [enter_code(stranger, "000000") for _ in range(7)]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_a_role_that_asks_for_a_second_factor_leads_to_setting_it_up(
    desk: Desk, stranger: TestClient, mara: int
) -> None:
    with desk.db.work() as w:
        role_id = w.session.query(Role).filter_by(name="agent").one().id
        second_factor.require_of(w, SYSTEM, [role_id])
    assert enter_password(stranger) == "/sign-in/enrolment?next=%2Fqueue"
    page = stranger.get("/sign-in/enrolment").text
    assert "<svg" in page
    assert stranger.get("/queue", follow_redirects=False).status_code == 303
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    wrong = stranger.post("/sign-in/enrolment", data={"code": "123", "next": "/queue"})
    assert secret[1] in wrong.text
    done = stranger.post("/sign-in/enrolment", data={"code": pyotp.TOTP(secret[1]).now(), "next": "/queue"})
    assert len(codes_of(done.text)) == 10
    assert stranger.get("/queue").status_code == 200


def test_an_agent_sets_it_up_and_switches_it_off_again(agent: Browser) -> None:
    secret = re.search(r'class="secret">([A-Z2-7]+)<', agent.get("/account/second-factor"))
    assert secret
    assert agent.post("/account/second-factor", code="000000") == 422
    assert agent.post("/account/second-factor", code=pyotp.TOTP(secret[1]).now()) == 200
    assert "10 recovery codes are left" in agent.get("/account")
    assert agent.post("/account/second-factor/remove", code="000000") == 422
    assert agent.post("/account/second-factor/remove", code=pyotp.TOTP(secret[1]).at(int(time.time()) + 30)) == 303
    assert "recovery codes" not in agent.get("/account")


def test_changing_the_password_ends_every_other_session(
    desk: Desk, stranger: TestClient, mara: int, signed_in: Callable[[str], Browser]
) -> None:
    enter_password(stranger)
    elsewhere = TestClient(stranger.app, base_url="http://desk.example")
    enter_password(elsewhere)
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/account").text)
    assert token
    new = {"csrf_token": token[1], "password": "a new long one", "repeated": "a new long one"}
    assert stranger.post("/account/password", data=new | {"present": "wrong"}).status_code == 422
    assert stranger.post("/account/password", data=new | {"repeated": "other"}).status_code == 422
    assert stranger.post("/account/password", data=new | {"present": PASSWORD}).status_code == 200
    assert stranger.get("/queue", follow_redirects=False).status_code == 200
    assert elsewhere.get("/queue", follow_redirects=False).status_code == 303


def test_one_may_end_ones_own_sessions_and_nobody_elses(
    stranger: TestClient, mara: int, signed_in: Callable[[str], Browser]
) -> None:
    enter_password(stranger)
    jory = signed_in("dispatcher")
    assert jory.post("/account/sessions/1/end") == 404
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/account").text)
    assert token
    stranger.post("/account/sessions/1/end", data={"csrf_token": token[1]})
    assert stranger.get("/queue", follow_redirects=False).status_code == 303
