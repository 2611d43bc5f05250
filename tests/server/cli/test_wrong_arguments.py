"""What a newcomer mistypes is answered in words, on standard error, with the exit code 2."""

import socket
from pathlib import Path

import pytest

from tests.server.cli.conftest import Command


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
