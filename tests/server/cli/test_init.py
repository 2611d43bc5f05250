import json
import stat
from pathlib import Path

import pytest

from core_psa.access.actions import sign_in
from core_psa.db import Database
from tests.server.cli.conftest import Command, Program

PASSWORD = "a long enough password"


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


def test_a_new_desk_has_an_administrator_who_can_sign_in(
    fifthcall: Command, tmp_path: Path, password_file: Path
) -> None:
    data = tmp_path / "new" / "desk"
    given = ("--admin-email", "Ada@desk.example", "--password-file", password_file, "--timezone", "Europe/Berlin")
    assert fifthcall("init", "--data", data, *given) == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    db = Database.open(f"sqlite:///{data / 'store.db'}")
    assert sign_in(db, "ada@desk.example", PASSWORD).token
    db.close()


def test_a_second_init_changes_nothing(
    fifthcall: Command, tmp_path: Path, password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("init", "--data", tmp_path / "desk", "--admin-email", "a@desk.example", "--password-file", password_file)
    assert fifthcall(*given) == 0
    capsys.readouterr()
    assert fifthcall(*given, "--json") == 0
    assert json.loads(capsys.readouterr().out)["administrator"] is None


def test_wrong_options_are_named_together_and_nothing_is_created(
    fifthcall: Command, tmp_path: Path, password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--admin-email", "nobody", "--timezone", "Europe/Berln", "--password-file", password_file)
    assert fifthcall("init", "--data", tmp_path / "desk", *given) == 1
    said = capsys.readouterr().err
    assert "admin_email: 'nobody' is not an e-mail address" in said
    assert "Europe/Berlin" in said
    assert not (tmp_path / "desk").exists()


def test_a_short_password_is_refused(fifthcall: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "password").write_text("short")
    given = ("--admin-email", "a@desk.example", "--password-file", tmp_path / "password")
    assert fifthcall("init", "--data", tmp_path / "desk", *given) == 1
    assert "password: needs at least" in capsys.readouterr().err
    assert not (tmp_path / "desk").exists()


def test_where_nobody_can_be_asked_the_missing_option_is_named(program: Program, tmp_path: Path) -> None:
    found = program("-m", "server.cli.main", "--data", tmp_path / "desk", "init", "--admin-email", "a@desk.example")
    assert found.returncode == 2
    assert "--password-file" in found.stderr


def test_a_password_may_come_through_standard_input(program: Program, tmp_path: Path) -> None:
    given = ("--admin-email", "a@desk.example", "--password-file", "-", "--data", tmp_path / "desk")
    found = program("-m", "server.cli.main", "init", *given, feed=PASSWORD)
    assert found.returncode == 0, found.stderr
