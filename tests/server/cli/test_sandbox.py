"""`fifthcall sandbox`: a desk beside this one, by command."""

import json
from pathlib import Path

import pytest

from tests.server.cli.conftest import Command


def test_a_sandbox_is_made_once(
    fifthcall: Command, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "sandbox"
    assert fifthcall("sandbox", "create", place, "--customers", "1", "--data", data, "--json") == 0
    assert json.loads(capsys.readouterr().out)["customers"] == 1
    assert fifthcall("doctor", "--data", place, "--json") in (0, 1)
    assert "no mail leaves it" in capsys.readouterr().out
    assert fifthcall("sandbox", "create", place, "--data", data) == 1
    assert "is not empty" in capsys.readouterr().err
