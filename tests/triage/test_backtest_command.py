"""`fifthcall backtest`, from files to files."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner, Result

from server.cli.backtest import backtest

APP = typer.Typer()
APP.command()(backtest)

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
WORDS = {"Network": "vpn tunnel does not connect", "Hardware": "printer has a paper jam"}


def tickets(first: int, n: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(first, first + n):
        opened = START + timedelta(hours=number)
        category = list(WORDS)[number % 2]
        rows.append(
            {
                "id": f"T{number}",
                "created_at": opened,
                "resolved_at": opened + timedelta(hours=2),
                "subject": f"{WORDS[category]} {number}",
                "category": category,
                "site": "Harbour" if number % 2 else "Hill",
            }
        )
    return rows


@pytest.fixture
def files(tmp_path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(tickets(0, 120)), tmp_path / "history.parquet")
    pq.write_table(pa.Table.from_pylist(tickets(120, 20)), tmp_path / "test.parquet")
    return tmp_path


def command(folder: Path, *options: str, test: str = "test.parquet", out: str = "out.json") -> Result:
    paths = ["--history", str(folder / "history.parquet"), "--test", str(folder / test), "--json", str(folder / out)]
    return CliRunner().invoke(APP, [*paths, *options], env={"FIFTHCALL_ENCODER": "hashing", "COLUMNS": "200"})


def test_the_marks_are_written_as_json(files: Path) -> None:
    result = command(files)
    assert result.exit_code == 0, result.output
    report = json.loads((files / "out.json").read_text())
    assert report["encoder"] == "hashing-256"
    assert (report["n_history"], report["n_test"]) == (118, 20)
    assert report["fields"]["category"]["fifthcall"]["accuracy"] == 1.0


@pytest.mark.parametrize("name", ["predictions.parquet", "predictions.jsonl"])
def test_predictions_hold_one_row_a_ticket(files: Path, name: str) -> None:
    assert command(files, "--predictions", str(files / name), "--limit", "7").exit_code == 0
    if name.endswith(".parquet"):
        rows = pq.read_table(files / name).to_pylist()
    else:
        rows = [json.loads(line) for line in (files / name).read_text().splitlines()]
    assert [row["id"] for row in rows] == [f"T{number}" for number in range(120, 127)]
    assert len(rows[0]["neighbours"]) == 5


def test_a_further_column_is_read_when_asked_for(files: Path) -> None:
    assert command(files, "--input", "site", "--input", "category").exit_code == 0
    assert json.loads((files / "out.json").read_text())["fields"] == {}


def test_an_unknown_column_is_named(files: Path) -> None:
    result = command(files, "--input", "building")
    assert result.exit_code == 1
    assert "history.parquet, column building: no such column" in result.stderr


def test_a_bad_cell_is_named(files: Path) -> None:
    (files / "test.csv").write_text("id,subject,created_at\n1,VPN,soon\n")
    result = command(files, test="test.csv")
    assert result.exit_code == 1
    assert "test.csv, row 1, column created_at: 'soon' is no ISO 8601 time" in result.stderr


def test_a_missing_folder_is_noticed_before_the_work(files: Path) -> None:
    result = command(files, out="nowhere/out.json")
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_predictions_of_an_unknown_kind_are_refused(files: Path) -> None:
    result = command(files, "--predictions", str(files / "p.xlsx"))
    assert result.exit_code == 2
    assert "must end in .parquet or .jsonl" in result.stderr
