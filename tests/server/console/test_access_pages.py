"""Roles, keys, identity providers and the audit log, as an administrator uses them."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core_psa.access import providers, second_factor
from core_psa.access.tables import ApiKey
from core_psa.organisation import actions as organisation
from core_psa.organisation.tables import Role
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def role_named(desk: Desk, name: str) -> Role:
    with desk.db.read() as session:
        return session.scalars(select(Role).where(Role.name == name)).one()


def test_a_role_of_ones_own_is_put_together_and_changed(desk: Desk, admin: Browser) -> None:
    assert admin.post("/administration/roles/new", name="Auditor", permission=["audit.see"]) == 303
    role = role_named(desk, "Auditor")
    assert (
        admin.post(f"/administration/roles/{role.id}", name="Reviser", permission=["audit.see", "audit.export"]) == 303
    )
    assert role_named(desk, "Reviser").permissions == ["audit.export", "audit.see"]
    assert admin.post("/administration/roles/new", name="reviser", permission=[]) == 422


def test_a_copied_role_begins_with_what_the_first_may(desk: Desk, admin: Browser) -> None:
    page = admin.get(f"/administration/roles/new?like={role_named(desk, 'sales').id}")
    ticked = set(re.findall(r'value="([a-z_.]+)" checked', page))
    assert ticked == set(role_named(desk, "sales").permissions)


def test_the_roles_every_desk_has_are_shown_and_refused(desk: Desk, admin: Browser) -> None:
    number = role_named(desk, "agent").id
    assert 'name="permission"' not in admin.get(f"/administration/roles/{number}")
    assert admin.post(f"/administration/roles/{number}", name="agent", permission=[]) == 422


def test_roles_that_need_a_second_factor_are_ticked(desk: Desk, admin: Browser) -> None:
    number = role_named(desk, "finance").id
    assert admin.post("/administration/roles/second-factor", role=[str(number)]) == 303
    with desk.db.read() as session:
        assert second_factor.roles_requiring(session) == {number}


def test_a_key_is_shown_once_works_within_its_scopes_and_ends(desk: Desk, admin: Browser, stranger: TestClient) -> None:
    form = {"csrf_token": admin.csrf_token, "name": "Monitoring", "role": "agent", "days": "30"}
    answer = admin.client.post("/administration/keys", data={**form, "scope": ["tickets.see", "tickets.see_all"]})
    key = re.search(r"<code>(fc_[\w-]+)</code>", answer.text)
    assert key
    assert key[1] not in admin.get("/administration/keys")
    bearer = {"Authorization": f"Bearer {key[1]}"}
    assert stranger.get("/api/v1/tickets", headers=bearer).status_code == 200
    assert stranger.get("/api/v1/customers", headers=bearer).status_code == 403
    with desk.db.read() as session:
        row = session.scalars(select(ApiKey)).one()
        assert row.used_at
        assert row.expires_at
    assert admin.post("/administration/keys/revoke", name="Monitoring") == 303
    assert stranger.get("/api/v1/tickets", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"days": "0"}, {"days": "soon"}, {"role": "wizard"}, {"name": " "}, {"scope": "x.y"}]
)
def test_a_key_that_cannot_be_is_refused_beside_the_field(admin: Browser, wrong: dict[str, str]) -> None:
    assert admin.post("/administration/keys", **{"name": "Monitoring", "role": "agent", "days": ""} | wrong) == 422


def test_a_provider_is_set_up_and_its_secret_stays_here(desk: Desk, admin: Browser) -> None:
    form = {
        "name": "Harbour Login",
        "issuer": "https://login.harbour.example/",
        "client_id": "desk",
        "client_secret": "not for browsers",
        "groups_claim": "groups",
        "role_by_group": "Desk leads = team lead\nDesk agents = agent",
        "active": "on",
    }
    assert admin.post("/administration/identity-providers/new", **form) == 303
    assert "not for browsers" not in admin.get("/administration/identity-providers/1")
    assert admin.post("/administration/identity-providers/1", **form | {"client_secret": ""}) == 303
    with desk.db.read() as session:
        kept = providers.provider(session, SYSTEM, 1)
        told = (providers.client_secret(session, kept), kept.issuer)
        assert told == ("not for browsers", "https://login.harbour.example")
        assert kept.role_by_group == {"Desk leads": "team lead", "Desk agents": "agent"}
    assert "not for browsers" not in admin.get("/administration/audit")
    assert admin.post("/administration/identity-providers/1/remove") == 303


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": "http://login.harbour.example"}, {"role_by_group": "Leads: x"}, {"role_by_group": "Leads = wizard"}],
)
def test_a_provider_that_cannot_be_is_refused(admin: Browser, wrong: dict[str, str]) -> None:
    form = {"name": "Harbour", "issuer": "https://login.harbour.example", "client_id": "desk", "groups_claim": "groups"}
    assert admin.post("/administration/identity-providers/new", **form | wrong) == 422


def test_the_log_shows_before_and_after_and_goes_away_as_a_file(desk: Desk, admin: Browser) -> None:
    admin.post("/administration/roles/new", name="=Auditor", permission=["audit.see"])
    role = role_named(desk, "=Auditor")
    admin.post(f"/administration/roles/{role.id}", name="=Reviser", permission=["audit.see"])
    page = admin.get("/administration/audit?kind=role&who=administrator")
    assert "<del>=Auditor</del> → <ins>=Reviser</ins>" in page
    assert "<del>nothing</del>" not in page
    assert "=Auditor" not in admin.get("/administration/audit?kind=agent")
    assert "=Auditor" not in admin.get("/administration/audit?since=2100-01-01")
    export = admin.client.get("/administration/audit/export.csv?kind=role")
    assert "Auditor" in export.text
    assert "exported" in admin.get("/administration/audit")


def test_the_log_calls_records_by_their_names(desk: Desk, admin: Browser) -> None:
    with desk.db.work() as w:
        support = organisation.create_department(w, SYSTEM, "Support")
        team = organisation.create_team(w, SYSTEM, name="Second line")
        organisation.update_team(w, SYSTEM, team.id, department_id=support.id)
    page = admin.get("/administration/audit?kind=team")
    assert '<span class="quiet">Second line</span>' in page
    assert "<dt>department</dt><dd><del>nothing</del> → <ins>Support</ins>" in page


def test_only_those_who_may_read_the_log_do(signed_in: Callable[[str], Browser]) -> None:
    agent = signed_in("agent").client
    for address in ("/administration/audit", "/administration/audit/export.csv", "/administration/roles"):
        assert agent.get(address).status_code == 403


def test_my_account_says_who_i_am_here_and_where_my_week_is(admin: Browser) -> None:
    page = admin.get("/account")
    assert "Time zone" in page
    assert "Administrator" in page
    assert "My week, absences and skills" in page
