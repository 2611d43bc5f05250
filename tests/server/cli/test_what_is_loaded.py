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
    print("LOADED", *sys.modules)
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


def modules(program: Program, *arguments: str | Path) -> set[str]:
    said = program("-c", LOADED, *arguments).stdout
    return set(said.partition("LOADED")[2].split())


def loaded(program: Program, *arguments: str | Path) -> set[str]:
    return {name.partition(".")[0] for name in modules(program, *arguments)}


@pytest.mark.parametrize("arguments", [["--help"], ["no-such-command"], ["keys", "create"], ["serve", "--port", "x"]])
def test_help_and_wrong_arguments_load_no_store(program: Program, arguments: list[str]) -> None:
    assert loaded(program, *arguments) & (HEAVY | ANY_STORE) == set()


def test_a_command_on_the_store_alone_loads_no_model_and_no_migrations(program: Program, data: Path) -> None:
    found = loaded(program, "keys", "list", "--data", data)
    assert "sqlalchemy" in found
    assert found & (HEAVY | {"numpy"}) == set()


def test_init_of_a_desk_that_is_up_to_date_loads_no_migrations(program: Program, data: Path) -> None:
    assert loaded(program, "init", "--data", data) & HEAVY == set()


@pytest.mark.parametrize(
    "arguments", [["keys", "list"], ["keys", "create", "reports", "--role", "agent"], ["keys", "revoke", "x"], ["init"]]
)
def test_a_command_that_answers_at_once_maps_no_tickets(program: Program, data: Path, arguments: list[str]) -> None:
    """Each mapped class takes milliseconds; what these commands write must point to none that is missing."""
    found = modules(program, *arguments, "--data", data)
    assert "sqlalchemy.orm" in found
    assert found & {"core_psa.tables", "core_psa.tickets.tables", "sqlalchemy.dialects.postgresql"} == set()


def test_a_key_can_be_created_where_few_tables_are_mapped(program: Program, data: Path) -> None:
    run = ("-m", "server.cli.main", "keys")
    assert program(*run, "create", "reports", "--role", "agent", "--data", data).returncode == 0
    assert program(*run, "revoke", "reports", "--data", data).returncode == 0
