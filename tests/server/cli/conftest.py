"""A desk of its own for commands, run in this process or, where what is loaded matters, in one of their own."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from server.cli.main import main

ROOT = Path(__file__).parents[3]

Command = Callable[..., int]


class Program(Protocol):
    def __call__(self, *arguments: str | Path, feed: str = "") -> "subprocess.CompletedProcess[str]": ...


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """The data folder of a desk with its defaults, without people or tickets."""
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    shutil.copy(sqlite_template, folder / "store.db")
    return folder


@pytest.fixture
def fifthcall() -> Command:
    """Runs a command in this process; returns its exit code."""

    def run(*arguments: str | Path) -> int:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def program() -> Program:
    """Runs Python code or a command in a process of its own, with the hashing encoder."""

    def run(*arguments: str | Path, feed: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["env", "FIFTHCALL_ENCODER=hashing", sys.executable, *map(str, arguments)],
            cwd=ROOT,
            input=feed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
