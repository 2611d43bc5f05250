"""What a newcomer mistypes is answered in words, on standard error, with the exit code 2."""

import socket
from pathlib import Path

import pytest

from tests.server.cli.conftest import Command, Program


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serv"], "No such command 'serv'. Did you mean 'serve'"),
        (["serve", "--port", "much"], "Invalid value for '--port'"),
        (["serve", "--port", "70000"], "Invalid value for '--port'"),
        (["keys", "create", "x"], "Missing option '--role'"),
        (["bench", "nothing"], "there is no benchmark 'nothing' (one of: "),
        (["import", "tickets"], "Missing argument"),
        (["restore", "/no/such/folder"], "does not exist"),
    ],
)
def test_a_wrong_argument_is_named(
    fifthcall: Command, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert fifthcall(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_port_that_is_taken_is_told_before_anything_is_opened(
    fifthcall: Command, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert fifthcall("serve", "--port", str(port), "--data", data) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_a_file_that_is_no_store_is_one_line_and_not_a_fault(
    fifthcall: Command, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "store.db").write_bytes(b"no database" * 500)
    assert fifthcall("keys", "list", "--data", data) == 1
    said = capsys.readouterr().err
    assert "run 'fifthcall doctor'" in said
    assert said.count("\n") == 1


def test_a_setting_of_the_wrong_kind_is_named(program: Program, data: Path) -> None:
    code = "import os; os.environ['FIFTHCALL_TRIAGE_BATCH'] = 'many'; from server.cli.main import main; main(['keys', 'list'])"
    found = program("-c", code)
    assert found.returncode == 1
    assert found.stderr.startswith("Error: FIFTHCALL_TRIAGE_BATCH: ")
