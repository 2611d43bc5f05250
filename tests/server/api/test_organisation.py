"""Departments, teams, agents, skills and roles over the API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

API = "/api/v1"


@pytest.fixture
def admin(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def made(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def refused_fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {error["field"] for error in answer.json()["errors"]}


def test_a_team_is_made_with_its_members_and_read_back(admin: TestClient) -> None:
    department = made(admin, "departments", name="Support")
    agent = made(admin, "agents", name="Odalys Brennick", email="odalys@harbour.example")
    team = made(admin, "teams", name="Service Desk", department_id=department["id"], members=[agent["id"]])
    assert admin.get(f"{API}/teams/{team['id']}").json() == team
    assert team["members"] == [agent["id"]]
    assert admin.get(f"{API}/agents/{agent['id']}").json()["teams"] == [team["id"]]


def test_an_agent_has_roles_skills_shifts_and_absences(admin: TestClient) -> None:
    made(admin, "skills", name="Printing")
    agent = made(
        admin,
        "agents",
        name="Odalys Brennick",
        email="odalys@harbour.example",
        tier=2,
        extension="1204",
        timezone="Europe/Berlin",
        roles=["agent"],
        skills={"Printing": 4},
    )
    path = f"{API}/agents/{agent['id']}"
    shifts = [{"weekday": 0, "starts": 480, "ends": 1020}]
    assert admin.put(f"{path}/shifts", json={"shifts": shifts}).status_code == 200
    away = {"starts_at": "2026-03-02T09:30:00+01:00", "ends_at": "2026-03-03T00:00:00+01:00", "reason": "training"}
    absence = made(admin, f"agents/{agent['id']}/absences", **away)
    found = admin.get(path).json()
    assert (found["roles"], found["skills"], found["shifts"]) == (["agent"], {"Printing": 4}, shifts)
    assert (found["available"], found["availability"]) == (False, "away, back on Tuesday 3 March: training")
    assert admin.delete(f"{path}/absences/{absence['id']}").status_code == 204
    assert admin.get(path).json()["available"]


def test_fields_left_out_of_a_change_stay_as_they_are(admin: TestClient) -> None:
    agent = made(admin, "agents", name="Odalys Brennick", email="odalys@harbour.example", tier=3, extension="7")
    answer = admin.patch(f"{API}/agents/{agent['id']}", json={"extension": None, "active": False})
    assert answer.json() == agent | {"extension": None, "active": False, "available": False} | {
        "availability": "no longer works here"
    }


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name", "email"}),
        ({"name": "", "email": "o@harbour.example", "tier": 9}, {"name", "tier"}),
        ({"name": " ", "email": "odalys", "timezone": "Mars/Olympus"}, {"name", "email", "timezone"}),
        ({"name": "O", "email": "o@harbour.example", "salary": 1}, {"salary"}),
        ({"name": None, "email": "o@harbour.example"}, {"name"}),
        ({"name": "O", "email": "o@harbour.example", "skills": {"Juggling": 1}}, {"Juggling"}),
        ({"name": "O", "email": "o@harbour.example", "roles": ["wizard"]}, {"roles"}),
    ],
)
def test_a_refused_agent_names_every_wrong_field_and_leaves_nothing(
    admin: TestClient, body: dict[str, Any], fields: set[str]
) -> None:
    assert refused_fields(admin.post(f"{API}/agents", json=body)) == fields
    assert admin.get(f"{API}/agents").json()["items"] == []


def test_a_list_is_paged_by_its_cursor(admin: TestClient) -> None:
    for name in ("Cabling", "Backup", "Apple"):
        made(admin, "skills", name=name)
    first = admin.get(f"{API}/skills", params={"limit": 2}).json()
    rest = admin.get(f"{API}/skills", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [skill["name"] for skill in first["items"] + rest["items"]] == ["Apple", "Backup", "Cabling"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"cursor": "nonsense"}])
def test_a_wrong_limit_or_cursor_is_refused(admin: TestClient, query: dict[str, Any]) -> None:
    assert refused_fields(admin.get(f"{API}/teams", params=query)) == set(query)


def test_a_record_that_does_not_exist_is_not_found(admin: TestClient) -> None:
    assert admin.patch(f"{API}/departments/99", json={"name": "Support"}).status_code == 404
    assert admin.get(f"{API}/agents/99").status_code == 404


def test_a_custom_role_is_made_and_changed_and_a_builtin_one_is_not(admin: TestClient) -> None:
    role = made(admin, "roles", name="auditor", permissions=["audit.see"])
    changed = admin.put(f"{API}/roles/{role['id']}", json={"name": "auditor", "permissions": []})
    assert changed.json()["permissions"] == []
    builtin = next(r for r in admin.get(f"{API}/roles").json()["items"] if r["builtin"])
    assert admin.put(f"{API}/roles/{builtin['id']}", json={"name": "x", "permissions": []}).status_code == 409


def test_giving_roles_needs_more_than_changing_agents(client: TestClient, key: Any) -> None:
    client.headers.update(key("team lead"))
    agent = made(client, "agents", name="Odalys Brennick", email="odalys@harbour.example")
    answer = client.patch(f"{API}/agents/{agent['id']}", json={"tier": 2, "roles": ["administrator"]})
    assert answer.status_code == 403
    assert client.get(f"{API}/agents/{agent['id']}").json()["tier"] == 1


def test_the_audit_log_tells_who_changed_what(admin: TestClient) -> None:
    skill = made(admin, "skills", name="Print")
    admin.patch(f"{API}/skills/{skill['id']}", json={"name": "Printing"})
    log = admin.get(f"{API}/audit", params={"record_kind": "skill", "record_id": skill["id"]}).json()["items"]
    assert [(e["action"], e["changes"]["name"]) for e in log] == [
        ("updated", ["Print", "Printing"]),
        ("created", [None, "Print"]),
    ]
    assert log[0]["actor_name"] == "key of a administrator"


@pytest.mark.parametrize("path", ["audit", "agents", "customers", "calendars", "categories", "roles", "users"])
def test_a_role_without_permissions_reads_nothing(admin: TestClient, key: Any, path: str) -> None:
    made(admin, "roles", name="nobody", permissions=[])
    assert admin.get(f"{API}/{path}", headers=key("nobody")).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("departments", {"name": "Support"}),
        ("teams", {"name": "Support"}),
        ("agents", {"name": "O", "email": "o@harbour.example"}),
        ("skills", {"name": "Printing"}),
        ("roles", {"name": "auditor", "permissions": []}),
        ("customers", {"name": "Larkfield Dairy"}),
        ("calendars", {"name": "Nights", "timezone": "UTC"}),
        ("types", {"name": "Audit"}),
        ("statuses", {"name": "Scheduled", "state": "paused"}),
        ("priorities", {"name": "P5", "rank": 5}),
        ("categories", {"name": "Hardware"}),
    ],
)
def test_an_agent_changes_no_configuration(api: TestClient, path: str, body: dict[str, Any]) -> None:
    assert api.post(f"{API}/{path}", json=body).status_code == 403


def test_without_a_key_nothing_is_answered(client: TestClient) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method in operations:
            answer = client.request(method, path.replace("{", "1").replace("}", ""))
            assert answer.status_code in (401, 422), (method, path, answer.status_code)


def test_every_answer_of_the_records_routes_is_described(client: TestClient) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            succeeded = [a for status, a in operation["responses"].items() if status in ("200", "201")]
            for answer in succeeded:
                schemas = [content.get("schema") for content in answer["content"].values()]
                assert schemas, (method, path)
                assert all(schemas), (method, path)
