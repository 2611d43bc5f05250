"""A command loads what it needs and nothing else: that is what makes it answer at once."""

from pathlib import Path

import pytest

from tests.server.cli.conftest import Program

LOADED = """
import sys
from server.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""
HEAVY = {
    "alembic",
    "dbos",
    "duckdb",
    "faiss",
    "fastapi",
    "mlflow",
    "onnxruntime",
    "openvino",
    "pandas",
    "sklearn",
    "torch",
}
ANY_STORE = {"numpy", "pysqlite3", "sqlalchemy"}


def loaded(program: Program, *arguments: str | Path) -> set[str]:
    said = program("-c", LOADED, *arguments).stdout
    return set(said.partition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["no-such-command"], ["keys", "create"], ["serve", "--port", "x"]])
def test_help_and_wrong_arguments_load_no_store(program: Program, arguments: list[str]) -> None:
    assert loaded(program, *arguments) & (HEAVY | ANY_STORE) == set()


def test_a_command_on_the_store_alone_loads_no_model_and_no_migrations(program: Program, data: Path) -> None:
    found = loaded(program, "keys", "list", "--data", data)
    assert "sqlalchemy" in found
    assert found & (HEAVY | {"numpy"}) == set()


def test_init_of_a_desk_that_is_up_to_date_loads_no_migrations(program: Program, data: Path) -> None:
    assert loaded(program, "init", "--data", data) & HEAVY == set()
