"""The page of the configuration: a file out, a look at one, in, and back."""

import html
import json
import re
from collections.abc import Callable

import pytest

from tests.server.console.conftest import Browser

HERE = "/administration/configuration"


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def looked_at(admin: Browser, text: str) -> str:
    """The page that answers an uploaded file."""
    answer = admin.client.post(
        f"{HERE}/check", data={"csrf_token": admin.csrf_token, "note": "workshop"}, files={"file": ("c.json", text)}
    )
    return answer.text


def with_team(admin: Browser) -> str:
    document = json.loads(admin.get(f"{HERE}/export.json"))
    document["configuration"]["team"].append({"name": "<Network>"})
    return json.dumps(document)


def test_a_file_is_looked_at_and_then_brought_in(admin: Browser) -> None:
    page = looked_at(admin, with_team(admin))
    assert "&lt;Network&gt;" in page
    assert "1 change" in page
    assert "<Network>" not in admin.get(f"{HERE}/export.json")
    carried = re.search(r'name="document" value="([^"]*)"', page)
    assert carried
    assert admin.post(f"{HERE}/import", document=html.unescape(carried[1]), note="workshop") == 303
    assert "<Network>" in admin.get(f"{HERE}/export.json")
    assert "workshop" in admin.get(HERE)


@pytest.mark.parametrize("text", ["{}", '{"format": 1, "configuration": {"team": [{"name": ""}]}}'])
def test_what_cannot_be_brought_in_says_why(admin: Browser, text: str) -> None:
    assert "Nothing was changed" in looked_at(admin, text)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_what_is_no_file_of_an_export_is_told_beside_the_file(admin: Browser, text: str) -> None:
    assert 'aria-describedby="file-problem"' in looked_at(admin, text)


def test_of_two_lists_only_what_differs_is_shown(admin: Browser) -> None:
    assert admin.post("/administration/roles/new", name="Auditor", permission=["audit.see", "audit.export"]) == 303
    document = json.loads(admin.get(f"{HERE}/export.json"))
    (role,) = document["configuration"]["role"]
    role["permissions"].remove("audit.export")
    assert "<del>audit.export</del> → <ins>nothing</ins>" in looked_at(admin, json.dumps(document))


def test_a_kept_version_is_gone_back_to(admin: Browser) -> None:
    before = admin.get(f"{HERE}/export.json")
    assert admin.post(f"{HERE}/keep", note="as it came") == 303
    assert admin.post(f"{HERE}/import", document=with_team(admin)) == 303
    assert "1 change" in admin.get(f"{HERE}/versions/1")
    assert admin.post(f"{HERE}/versions/1", note="") == 303
    assert admin.get(f"{HERE}/export.json") == before
    assert "Nothing would change" in admin.get(f"{HERE}/versions/1")


def test_an_agent_has_no_way_in(agent: Browser) -> None:
    assert agent.client.get(HERE).status_code == 403
    assert agent.post(f"{HERE}/keep") == 403
