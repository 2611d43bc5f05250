"""`fifthcall agents`: a lost second factor."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from core_psa.access import second_factor
from core_psa.access.tables import SecondFactor
from core_psa.organisation.actions import create_agent
from core_psa.viewer import SYSTEM
from server import secret_key
from server.settings import Settings
from server.store import open_store
from tests.server.cli.conftest import Command


@pytest.fixture
def settings(data: Path) -> Settings:
    """A desk where Mara has an authenticator."""
    settings = Settings(data=data)
    secret_key.make(settings)
    db = open_store(settings)
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara Castell", email="mara@harbour.example")
        second_factor.begin(w, agent.id, "Harbour IT")
    db.close()
    return settings


def test_a_lost_second_factor_is_taken_away(
    fifthcall: Command, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("agents", "reset-second-factor", "Mara@harbour.example", "--data", settings.data, "--json")
    assert [fifthcall(*command), fifthcall(*command)] == [0, 0]
    told = [json.loads(line)["reset"] for line in capsys.readouterr().out.splitlines()]
    assert told == [True, False]
    db = open_store(settings)
    with db.read() as session:
        assert session.scalars(select(SecondFactor)).all() == []
    db.close()


def test_an_unknown_agent_is_refused(
    fifthcall: Command, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fifthcall("agents", "reset-second-factor", "nobody@harbour.example", "--data", settings.data) == 1
    assert "agent nobody@harbour.example does not exist" in capsys.readouterr().err


def test_the_key_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    before = settings.key_file.read_text()
    secret_key.make(settings)
    assert settings.key_file.read_text() == before
    assert settings.key_file.stat().st_mode & 0o077 == 0


def test_a_missing_key_is_named_by_doctor(
    fifthcall: Command, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.key_file.unlink()
    assert fifthcall("doctor", "--data", settings.data, "--json") == 1
    (found,) = [f for f in json.loads(capsys.readouterr().out) if f["check"] == "secrets"]
    assert found["state"] == "problem"
    assert str(settings.key_file) in found["advice"]


def test_init_makes_no_new_key_while_a_lost_one_is_needed(
    fifthcall: Command, settings: Settings, tmp_path: Path
) -> None:
    settings.key_file.unlink()
    password = tmp_path / "password"
    password.write_text("long enough for this")
    arguments = ("--admin-email", "ada@harbour.example", "--password-file", password, "--data", settings.data)
    assert fifthcall("init", *arguments) == 0
    assert not settings.key_file.exists()
