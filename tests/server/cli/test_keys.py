import json
from pathlib import Path

import pytest

from core_psa.access.actions import viewer_of_key
from core_psa.db import Database
from core_psa.errors import Unauthenticated
from tests.server.cli.conftest import Command


@pytest.fixture
def created(fifthcall: Command, data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert fifthcall("keys", "create", "reports", "--role", "agent", "--data", data) == 0
    return capsys.readouterr().out.strip()


def permissions(data: Path, key: str) -> frozenset[str]:
    db = Database.open(f"sqlite:///{data / 'store.db'}")
    try:
        return viewer_of_key(db, key).permissions
    finally:
        db.close()


def test_a_created_key_has_the_permissions_of_its_role(data: Path, created: str) -> None:
    assert "tickets.edit" in permissions(data, created)


def test_the_list_names_keys_without_showing_them(
    fifthcall: Command, data: Path, created: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fifthcall("keys", "list", "--json", "--data", data) == 0
    said = capsys.readouterr().out
    assert [(k["name"], k["role"], k["revoked_at"]) for k in json.loads(said)] == [("reports", "agent", None)]
    assert created not in said


def test_a_revoked_key_opens_nothing(fifthcall: Command, data: Path, created: str) -> None:
    assert fifthcall("keys", "revoke", "reports", "--data", data) == 0
    with pytest.raises(Unauthenticated):
        permissions(data, created)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "x", "--role", "captain"], "'captain' is not a role (one of: administrator, agent"),
        (["create", "reports", "--role", "agent"], "'reports' is empty or taken"),
        (["revoke", "nothing"], "api key nothing does not exist"),
    ],
)
@pytest.mark.usefixtures("created")
def test_what_cannot_be_done_is_one_line_on_standard_error(
    fifthcall: Command, data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert fifthcall("keys", *arguments, "--data", data) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_without_a_desk_the_answer_is_how_to_make_one(
    fifthcall: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fifthcall("keys", "list", "--data", tmp_path / "none") == 1
    assert "run 'fifthcall init --data" in capsys.readouterr().err
