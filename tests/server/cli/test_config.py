"""`fifthcall config`: out to a file, and how a file differs."""

import json
from pathlib import Path

import pytest

from tests.server.cli.conftest import Command


def test_what_was_exported_does_not_differ_until_it_is_edited(
    fifthcall: Command, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desk.json"
    assert fifthcall("config", "export", file, "--data", data) == 0
    assert fifthcall("config", "diff", file, "--data", data) == 0
    assert "just as the file says" in capsys.readouterr().out
    document = json.loads(file.read_text())
    document["configuration"]["priority"][0]["description"] = "everything burns"
    file.write_text(json.dumps(document))
    assert fifthcall("config", "diff", file, "--data", data, "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["state"], found["changes"]["description"][1]) == (
        "priority",
        "changed",
        "everything burns",
    )


def test_a_file_that_is_no_configuration_is_refused(fifthcall: Command, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("[1, 2")
    assert fifthcall("config", "diff", file, "--data", data) == 1


def test_a_file_is_imported_and_gone_back_from(
    fifthcall: Command, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desk.json"
    fifthcall("config", "export", file, "--data", data)
    document = json.loads(file.read_text())
    document["configuration"]["skill"].append({"name": "routers"})
    file.write_text(json.dumps(document))
    assert fifthcall("config", "import", file, "--dry-run", "--data", data) == 0
    assert "added    skill routers" in capsys.readouterr().out
    assert fifthcall("config", "import", file, "--yes", "--data", data, "--json") == 0
    assert json.loads(capsys.readouterr().out)["version"] == 2
    assert fifthcall("config", "rollback", "1", "--yes", "--note", "not yet", "--data", data) == 0
    assert fifthcall("config", "history", "--data", data, "--json") == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert [v["reason"] for v in json.loads(told)] == ["rolled back", "imported", "before an import"]
    assert fifthcall("config", "save", "--data", data) == 0


def test_an_import_nobody_agreed_to_is_none(fifthcall: Command, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    fifthcall("config", "export", file, "--data", data)
    document = json.loads(file.read_text())
    document["configuration"]["skill"].append({"name": "routers"})
    file.write_text(json.dumps(document))
    assert fifthcall("config", "import", file, "--data", data, "--json") == 0
    assert fifthcall("config", "diff", file, "--data", data, "--json") == 0
    document["configuration"]["skill"][-1] = {"name": ""}
    file.write_text(json.dumps(document))
    assert fifthcall("config", "import", file, "--yes", "--data", data) == 1
