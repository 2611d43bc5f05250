"""How good are suggestions on real tickets: the backtest on five public data sets, beside plain neighbours.

Each set is parted by time (older 80 %, newest 20 %; where there is no time, at random by id), and the newer part is
predicted from the older one. Vectors are kept, so that a second run embeds nothing.

    python -m bench.backtest_sets ../shared/data
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from embeddings.encoder import Encoder
from server.cli.backtest import evaluate
from server.settings import read_settings
from server.wiring import open_encoder

OLDER = 0.8
SEED = 20
SAVED_EVERY = 2_000


@dataclass(frozen=True)
class DataSet:
    """A folder of the data; `inputs` are the columns known at intake, `unless` marks rows whose assignee is no choice."""

    name: str
    folder: str
    inputs: tuple[str, ...] = ()
    unless: str | None = None


SETS = (
    DataSet("helpdesk_groups", "helpdesk_groups"),
    DataSet("it_topics", "it_topics"),
    DataSet("banking77", "banking77"),
    DataSet(
        "incident_log",
        "incident_log",
        (
            "category",
            "subcategory",
            "symptom",
            "cmdb_ci",
            "location",
            "impact",
            "urgency",
            "contact_type",
            "opened_by",
        ),
    ),
    DataSet("apache_bugs", "apache_bugs"),
    DataSet("apache_bugs, not self-assigned", "apache_bugs", unless="self_assigned"),
)


class RememberingEncoder:
    """An encoder that keeps every vector it made in one file, so that a run that was stopped goes on where it was."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.id, self.dim = encoder.id, encoder.dim
        self._encoder = encoder
        self._file = folder / f"{encoder.id}.npz"
        self._known: dict[str, NDArray[np.float32]] = {}
        self._saved = 0
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["hashes"].tolist(), kept["vectors"], strict=True))
                self._saved = len(self._known)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        hashes = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        new = {each: text for each, text in zip(hashes, texts, strict=True) if each not in self._known}
        if new:
            self._known.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        if len(self._known) >= self._saved + SAVED_EVERY:
            self.save()
        return np.array([self._known[each] for each in hashes], dtype=np.float32).reshape(-1, self.dim)

    def save(self) -> None:
        half_done = self._file.with_suffix(".part.npz")
        np.savez(half_done, hashes=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
        half_done.replace(self._file)
        self._saved = len(self._known)


def part(data: Path, work: Path, each: DataSet) -> tuple[Path, Path]:
    """Write the older and the newer part of a set into `work`; return both files."""
    table = pq.read_table(data / each.folder / "history.parquet")
    order = _order(table)
    border = int(len(order) * OLDER)
    older, newer = table.take(order[:border]), table.take(order[border:])
    if each.unless is not None:
        newer = _without_assignee(newer, each.unless)
    folder = work / "sets" / each.name.replace(", ", "-").replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(older, folder / "history.parquet")
    pq.write_table(newer, folder / "test.parquet")
    return folder / "history.parquet", folder / "test.parquet"


def _order(table: pa.Table) -> NDArray[np.int64]:
    """Return the rows by time, or shuffled where no row has one."""
    if table["created_at"].null_count == len(table):
        by_id: NDArray[np.int64] = pc.sort_indices(table["id"]).to_numpy()
        return np.random.default_rng(SEED).permutation(by_id)
    order: NDArray[np.int64] = pc.sort_indices(table["created_at"]).to_numpy()
    return order


def _without_assignee(table: pa.Table, where: str) -> pa.Table:
    column = table.schema.get_field_index("assignee")
    chosen = pc.if_else(pc.equal(table[where], "True"), None, table["assignee"])
    return table.set_column(column, "assignee", chosen)


def measure(data: Path, work: Path, encoder: Encoder, sets: Sequence[DataSet] = SETS) -> dict[str, Any]:
    """Return the backtest's report for each of `sets`."""
    work.mkdir(parents=True, exist_ok=True)
    remembering = RememberingEncoder(encoder, work)
    reports = {}
    for each in sets:
        history, test = part(data, work, each)
        reports[each.name] = evaluate(history, test, remembering, inputs=each.inputs).report
        remembering.save()
    return {"encoder": encoder.id, "sets": reports}


def table_of(reports: dict[str, Any]) -> Table:
    """Return one line for each field of each set."""
    table = Table(
        "set",
        "field",
        "n",
        "fifthcall",
        "knn5",
        "majority",
        "margin to knn5 (95 %)",
        "ECE",
        "at 95 %",
        "auto",
        "new only",
    )
    for name, report in reports["sets"].items():
        for field, marks in report["fields"].items():
            ours, margin = marks["fifthcall"], marks["margin"]
            table.add_row(
                name,
                field,
                str(ours["n"]),
                *(f"{marks[method]['accuracy']:.3f}" for method in ("fifthcall", "knn5", "majority")),
                f"{margin['accuracy']:+.3f} ({margin['low']:+.3f} … {margin['high']:+.3f})",
                f"{ours['ece']:.3f}",
                f"{ours['coverage_at_95']:.2f}",
                f"{ours['auto_coverage']:.2f} at {ours['auto_precision'] or 0:.2f}",
                _without_near_duplicates(marks["without_near_duplicates"]),
            )
    return table


def _without_near_duplicates(marks: dict[str, Any]) -> str:
    """Return how many have none in the history, and how often we and plain neighbours are right on them."""
    if not marks:
        return "0"
    return f"{marks['fifthcall']['n']}: {marks['fifthcall']['accuracy']:.3f}, {marks['knn5']['accuracy']:.3f}"


def times_of(reports: dict[str, Any]) -> Table:
    """Return one line for each method of each set that knows times to resolve."""
    table = Table("set", "method", "n", "median |log2|", "within 2x", "below p90", "in p5-p95", "log2 width")
    for name, report in reports["sets"].items():
        for method in ("fifthcall", "median") if report["eta"] else ():
            values = list(report["eta"][method].values())
            table.add_row(name, method, str(values[0]), *(f"{value:.3f}" for value in values[1:]))
    return table


def main(
    data: Path,
    work: Path = Path("var/bench"),
    only: Annotated[list[str] | None, typer.Option(help="A set's name; may be repeated.")] = None,
) -> None:
    """Run the backtest on the data sets in DATA, print the marks and write them to WORK/backtest_sets.json."""
    chosen = [each for each in SETS if only is None or each.name in only]
    reports = measure(data, work, open_encoder(read_settings()), chosen)
    (work / "backtest_sets.json").write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")
    console = Console(width=150)
    console.print(table_of(reports))
    console.print(times_of(reports))


if __name__ == "__main__":
    typer.run(main)
