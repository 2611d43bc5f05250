"""Retiring departments, skills, roles, calendars and SLA policies on their pages."""

from collections.abc import Callable

import pytest

from core_psa.access import roles
from core_psa.organisation import actions, store
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def last(desk: Desk, path: str) -> str:
    """The address of what was created last, by its list over the pages."""
    with desk.db.read() as session:
        rows = {
            "/administration/roles": lambda: roles.role_page(session, SYSTEM, limit=200, inactive=True).rows,
            "/departments": lambda: store.department_page(session, SYSTEM, inactive=True).rows,
            "/administration/skills": lambda: store.skill_page(session, SYSTEM, inactive=True).rows,
        }[path]()
        return f"{path}/{max(row.id for row in rows)}"


@pytest.mark.parametrize(
    ("path", "shown", "new"),
    [
        ("/departments", "/teams", {"name": "Field"}),
        ("/administration/skills", "/administration/skills", {"name": "Fax"}),
        ("/administration/roles", "/administration/roles", {"name": "auditor", "permission": "audit.see"}),
    ],
)
def test_it_is_retired_on_its_page_and_brought_back(
    desk: Desk, admin: Browser, path: str, shown: str, new: dict[str, str]
) -> None:
    assert admin.post(f"{path}/new" if path.endswith("roles") else path, **new) == 303
    address = last(desk, path)
    assert admin.post(address, **new, active="") == 303
    assert "retired" in admin.get(shown)
    assert admin.post(address, **new, active="on") == 303
    assert "retired" not in admin.get(shown)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("/administration/calendars", {"name": "Nights", "timezone": "UTC"}),
        (
            "/administration/sla",
            {"name": "Silver", "reopening": "continue", "updates": "always", "at_risk_from": "75"},
        ),
    ],
)
def test_calendars_and_policies_are_retired_with_the_rest_of_their_page(
    admin: Browser, path: str, new: dict[str, str]
) -> None:
    data = {"csrf_token": admin.csrf_token, **new}
    made = admin.client.post(f"{path}/new", data=data, follow_redirects=False).headers["location"].split("?")[0]
    assert admin.post(made, **new, active="") == 303
    assert "retired" in admin.get(path)
    assert admin.post(made, **new, active="on") == 303
    assert "retired" not in admin.get(path)


def test_what_stands_in_the_way_is_said_beside_the_box(admin: Browser) -> None:
    data = {"csrf_token": admin.csrf_token, "name": "Standard", "active": "", "at_risk_from": "75"}
    answer = admin.client.post("/administration/sla/1", data={**data, "reopening": "continue", "updates": "always"})
    assert answer.status_code == 422
    assert "is used by the desk itself, as its default: give them another first" in answer.text


def test_an_agents_page_offers_retired_skills_and_roles_only_where_they_are_held(desk: Desk, admin: Browser) -> None:
    with desk.db.work() as w:
        left = actions.create_agent(w, SYSTEM, name="Odalys Brennick", email="odalys@desk.example").id
        other = actions.create_agent(w, SYSTEM, name="Jory Penhallick", email="jory@desk.example").id
        actions.create_skill(w, SYSTEM, "Fax")
        roles.create_role(w, SYSTEM, "auditor", ["audit.see"])
        actions.set_skills(w, SYSTEM, left, {"Fax": 2})
        roles.set_roles(w, SYSTEM, left, ["auditor"])
        actions.update_agent(w, SYSTEM, left, active=False)
    for path, name in (("/administration/skills", "Fax"), ("/administration/roles", "auditor")):
        assert admin.post(last(desk, path), name=name, active="") == 303
    assert admin.get(f"/agents/{left}").count('<span class="pill">retired</span>') == 2
    page = admin.get(f"/agents/{other}")
    assert "Fax" not in page
    assert "Auditor" not in page


def test_a_team_that_rests_keeps_its_retired_department_on_its_form(desk: Desk, admin: Browser) -> None:
    with desk.db.work() as w:
        department = actions.create_department(w, SYSTEM, "Field").id
        team = actions.create_team(w, SYSTEM, name="Network", department_id=department, active=False).id
    assert admin.post(f"/departments/{department}", name="Field", active="") == 303
    assert f'<option value="{department}" selected>Field (retired)</option>' in admin.get(f"/teams/{team}")
    assert "Field (retired)" not in admin.get("/teams/new")
