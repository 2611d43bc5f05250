"""Signing in at an identity provider, over real HTTP with a provider that the tests start."""

from collections.abc import Callable, Iterator

import httpx2
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.access import providers, second_factor, single_sign_on
from core_psa.access.roles import set_roles
from core_psa.access.tables import IdentityAttempt
from core_psa.audit.tables import AuditEntry
from core_psa.errors import Conflict
from core_psa.organisation import store as organisation
from core_psa.organisation.actions import create_agent, update_agent
from core_psa.organisation.tables import Agent
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, running
from tests.server.console.conftest import Browser

PASSWORD = "correct horse battery"
MARA = {"sub": "u-17", "email": "Mara@desk.example", "email_verified": True, "name": "Mara Castell"}


@pytest.fixture(scope="module")
def started() -> Iterator[IdentityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def idp(started: IdentityProvider) -> IdentityProvider:
    started.account, started.lies, started.published = dict(MARA), {}, None
    return started


@pytest.fixture
def provider_id(desk: Desk, idp: IdentityProvider) -> int:
    with desk.db.work() as w:
        given = {"name": "Harbour Login", "issuer": idp.issuer, "client_id": CLIENT_ID}
        return providers.create_provider(w, SYSTEM, **given, client_secret=CLIENT_SECRET).id


@pytest.fixture
def mara(desk: Desk) -> int:
    with desk.db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara Castell", email="mara@desk.example")
        set_roles(w, SYSTEM, agent.id, ["agent"])
        access.set_password(w, agent.id, PASSWORD)
    return agent.id


def through(client: TestClient, provider_id: int, target: str = "/queue") -> str:
    """What the browser is sent back to after the provider: an address of the desk."""
    there = client.get(f"/sign-in/with/{provider_id}?next={target}", follow_redirects=False)
    assert there.status_code == 303, there.text
    back = httpx2.get(there.headers["location"], follow_redirects=False)
    return back.headers["location"].removeprefix("http://desk.example")


def arrive(client: TestClient, provider_id: int) -> tuple[int, str]:
    answer = client.get(through(client, provider_id), follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def roles_of(desk: Desk, agent_id: int) -> list[str]:
    with desk.db.read() as session:
        return organisation.roles_of(session, [agent_id]).get(agent_id, [])


def test_an_agent_is_known_by_their_verified_address_and_stays_linked(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int, idp: IdentityProvider
) -> None:
    assert arrive(stranger, provider_id) == (303, "/queue")
    assert "Mara Castell" in stranger.get("/account").text
    idp.account["email"] = "mara.new@desk.example"
    assert arrive(stranger, provider_id) == (303, "/queue")
    with desk.db.read() as session:
        assert [entry.action for entry in session.scalars(select(AuditEntry).where(AuditEntry.action == "linked"))]


def test_the_sign_in_page_offers_every_provider(stranger: TestClient, provider_id: int) -> None:
    assert "Sign in with Harbour Login" in stranger.get("/sign-in").text


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another-client"},
        {"iss": "https://login.elsewhere.example"},
        {"nonce": "an old one"},
        {"exp": 1_700_000_000},
        {"sub": ""},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "nobody@desk.example"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    stranger: TestClient, provider_id: int, mara: int, idp: IdentityProvider, lie: dict[str, object]
) -> None:
    idp.lies = lie
    assert arrive(stranger, provider_id)[0] == 401
    assert stranger.get("/queue", follow_redirects=False).status_code == 303


def test_a_token_signed_with_a_key_the_provider_does_not_publish_lets_nobody_in(
    stranger: TestClient, provider_id: int, mara: int, idp: IdentityProvider
) -> None:
    idp.published = RSAKey.generate_key(2048, parameters={"kid": "other", "use": "sig"})
    assert arrive(stranger, provider_id)[0] == 401


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(
    desk: Desk, stranger: TestClient, signed_in: Callable[[str], Browser], provider_id: int, mara: int
) -> None:
    address = through(stranger, provider_id)
    errand = stranger.cookies.get("fifthcall_errand")
    stranger.cookies.delete("fifthcall_errand")
    assert stranger.get(address, follow_redirects=False).status_code == 401
    stranger.cookies.set("fifthcall_errand", errand)
    assert stranger.get(address, follow_redirects=False).status_code == 303
    stranger.cookies.set("fifthcall_errand", errand)
    assert stranger.get(address, follow_redirects=False).status_code == 401


def test_an_answer_that_comes_too_late_is_refused(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int
) -> None:
    address = through(stranger, provider_id)
    with desk.db.work() as w:
        for attempt in w.session.scalars(select(IdentityAttempt)):
            attempt.expires_at = w.now
    assert stranger.get(address, follow_redirects=False).status_code == 401


def test_groups_decide_about_the_roles_they_mean_and_leave_the_others_alone(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int, idp: IdentityProvider
) -> None:
    with desk.db.work() as w:
        groups = {"Desk leads": "team lead", "Desk agents": "agent"}
        providers.update_provider(w, SYSTEM, provider_id, role_by_group=groups)
        set_roles(w, SYSTEM, mara, ["agent", "sales"])
    idp.account["groups"] = ["Desk leads", "Choir"]
    arrive(stranger, provider_id)
    assert roles_of(desk, mara) == ["sales", "team lead"]


def test_a_provider_cannot_take_the_last_administrator_away(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int, idp: IdentityProvider
) -> None:
    with desk.db.work() as w:
        providers.update_provider(w, SYSTEM, provider_id, role_by_group={"Admins": "administrator"})
        set_roles(w, SYSTEM, mara, ["administrator"])
    assert arrive(stranger, provider_id)[0] == 303
    assert roles_of(desk, mara) == ["administrator"]


def test_a_new_agent_is_made_only_where_allowed_and_where_a_group_means_a_role(
    desk: Desk, stranger: TestClient, provider_id: int, idp: IdentityProvider
) -> None:
    idp.account |= {"sub": "u-99", "email": "ilva@desk.example", "name": "Ilva Quarrender", "groups": ["Desk agents"]}
    assert arrive(stranger, provider_id)[0] == 401
    with desk.db.work() as w:
        given = {"creates_agents": True, "role_by_group": {"Desk agents": "agent"}}
        providers.update_provider(w, SYSTEM, provider_id, **given)
    assert arrive(stranger, provider_id) == (303, "/queue")
    with desk.db.read() as session:
        ilva = session.scalars(select(Agent).where(Agent.email == "ilva@desk.example")).one()
    assert (ilva.name, roles_of(desk, ilva.id)) == ("Ilva Quarrender", ["agent"])


def test_passwords_can_be_switched_off_for_those_who_are_linked(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int
) -> None:
    with desk.db.work() as w:
        providers.update_provider(w, SYSTEM, provider_id, local_sign_in=False)
    fields = {"email": "mara@desk.example", "password": PASSWORD}
    assert stranger.post("/sign-in", data=fields, follow_redirects=False).status_code == 303
    arrive(stranger, provider_id)
    refused = stranger.post("/sign-in", data=fields, follow_redirects=False)
    assert refused.status_code == 403
    assert "Harbour Login" in refused.text
    assert stranger.post("/sign-in", data=fields | {"password": "wrong"}, follow_redirects=False).status_code == 401


def test_who_administers_access_keeps_their_password(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int
) -> None:
    with desk.db.work() as w:
        providers.update_provider(w, SYSTEM, provider_id, local_sign_in=False)
        set_roles(w, SYSTEM, mara, ["administrator"])
    arrive(stranger, provider_id)
    fields = {"email": "mara@desk.example", "password": PASSWORD}
    assert stranger.post("/sign-in", data=fields, follow_redirects=False).status_code == 303


def test_an_agent_who_left_is_not_let_in(desk: Desk, stranger: TestClient, provider_id: int, mara: int) -> None:
    arrive(stranger, provider_id)
    with desk.db.work() as w:
        update_agent(w, SYSTEM, mara, active=False)
    assert arrive(stranger, provider_id)[0] == 401


def test_somebody_signed_in_links_their_account_and_unlinks_it_again(
    desk: Desk, agent: Browser, provider_id: int, idp: IdentityProvider
) -> None:
    idp.account |= {"sub": "u-3", "email": "private@mail.example"}
    page = agent.client.post(f"/account/links/{provider_id}", data={"csrf_token": agent.csrf_token}).text
    there = page.partition('href="')[2] and page.split('class="btn btn-primary" href="')[1].split('"')[0]
    back = httpx2.get(there.replace("&amp;", "&"), follow_redirects=False).headers["location"]
    assert agent.client.get(back, follow_redirects=False).headers["location"] == "/account?saved=linked"
    assert "private@mail.example" in agent.get("/account")
    assert agent.post("/account/links/1/remove") == 303
    assert "private@mail.example" not in agent.get("/account")


def test_an_identity_belongs_to_one_agent(desk: Desk, provider_id: int, mara: int) -> None:
    identity = single_sign_on.Identity("u-17", "mara@desk.example", True, "Mara", ())
    with desk.db.work() as w:
        other = create_agent(w, SYSTEM, name="Jory Penhallick", email="jory@desk.example")
        provider = providers.provider(w.session, SYSTEM, provider_id)
        single_sign_on.link_account(w, organisation.viewer_of(w.session, mara), provider, identity)
        with pytest.raises(Conflict):
            single_sign_on.link_account(w, organisation.viewer_of(w.session, other.id), provider, identity)


def test_a_provider_that_does_not_answer_is_said_so(desk: Desk, stranger: TestClient) -> None:
    with desk.db.work() as w:
        given = {"name": "Gone", "issuer": "http://127.0.0.1:9", "client_id": "x"}
        gone = providers.create_provider(w, SYSTEM, **given).id
    answer = stranger.get(f"/sign-in/with/{gone}", follow_redirects=False)
    assert answer.status_code == 502
    assert "does not answer" in answer.text


def test_the_provider_answers_for_the_second_factor(
    desk: Desk, stranger: TestClient, provider_id: int, mara: int
) -> None:
    with desk.db.work() as w:
        agent_role = 1
        second_factor.require_of(w, SYSTEM, [agent_role])
    assert arrive(stranger, provider_id) == (303, "/queue")
