"""An import is seen from the desk's pages too."""

from pathlib import Path

import pytest

from server.progress import folder_of, read
from server.settings import Settings
from tests.server.cli.conftest import Command


@pytest.mark.parametrize(
    ("content", "code", "state"), [("id,subject\n1,Printer\n", 0, "done"), ("a,b\n1,2\n", 1, "stopped")]
)
def test_the_pages_are_told_of_an_import_and_how_it_ended(
    fifthcall: Command, data: Path, tmp_path: Path, content: str, code: int, state: str
) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(content)
    arguments = ("import", "tickets", file, "--data", data)
    assert fifthcall(*arguments) == code
    (told,) = read(folder_of(Settings(data=data)))
    assert (told.what, told.state) == ("importing tickets", state)
