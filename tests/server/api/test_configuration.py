"""The configuration over the API: out, looked at, in, and back."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

HERE = "/api/v1/configuration"


@pytest.fixture
def admin(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def with_team(admin: TestClient, name: str = "Network") -> dict[str, Any]:
    document: dict[str, Any] = admin.get(HERE).json()
    document["configuration"]["team"].append({"name": name})
    return document


def test_a_dry_run_tells_what_an_import_then_does(admin: TestClient) -> None:
    document = with_team(admin)
    told = admin.post(f"{HERE}/check", json=document).json()
    assert [(c["kind"], c["key"], c["state"]) for c in told["changes"]] == [("team", ["Network"], "added")]
    assert admin.get(f"{HERE}/versions").json()["items"] == []
    done = admin.post(f"{HERE}/import", json={**document, "note": "workshop"}).json()
    assert done["changes"] == told["changes"]
    kept = admin.get(f"{HERE}/versions").json()["items"]
    assert [(v["reason"], v["note"]) for v in kept] == [("imported", "workshop"), ("before an import", "")]
    assert done["version"] == kept[0]["id"]


def test_a_refusal_names_record_and_field(admin: TestClient) -> None:
    document = with_team(admin)
    document["configuration"]["team"][-1]["calendar_id"] = "Moon"
    answer = admin.post(f"{HERE}/import", json=document)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["team.Network.calendar_id"]


def test_a_version_is_gone_back_to(admin: TestClient) -> None:
    before = admin.get(HERE).json()
    version = admin.post(f"{HERE}/versions", json={"note": "as it came"}).json()["id"]
    admin.post(f"{HERE}/import", json=with_team(admin))
    assert len(admin.post(f"{HERE}/versions/{version}/check").json()["changes"]) == 1
    assert admin.post(f"{HERE}/versions/{version}/roll-back", json={}).status_code == 200
    assert admin.get(HERE).json() == before
    assert admin.get(f"{HERE}/versions/{version}").json()["document"] == before


def test_what_is_no_document_is_refused(admin: TestClient) -> None:
    assert admin.post(f"{HERE}/check", json={"format": 2, "configuration": {}}).status_code == 422
    assert admin.post(f"{HERE}/check", json={"format": 1, "configuration": {"team": "all"}}).status_code == 422


def test_an_agent_sees_none_of_it(api: TestClient) -> None:
    assert api.get(HERE).status_code == 403
    assert api.get(f"{HERE}/versions").status_code == 403
