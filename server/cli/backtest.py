"""`fifthcall backtest`: learn from one file of tickets, predict another, write how well that went."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.progress import Progress

    from embeddings.encoder import Encoder
    from triage.backtest import Result
    from triage.engine import Index

_CHUNK = 1024  # texts between two steps of the progress bar

History = Annotated[Path, typer.Option(help="Tickets to learn from: .parquet, .csv or .jsonl in exchange columns.")]
Test = Annotated[Path, typer.Option(help="Later tickets to predict, in the same columns.")]
JsonOut = Annotated[Path, typer.Option("--json", help="Where the marks are written.")]
Inputs = Annotated[list[str] | None, typer.Option("--input", help="A further column known at intake; repeatable.")]
Predictions = Annotated[Path | None, typer.Option(help="Where one row a test ticket is written: .parquet or .jsonl.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Predict only the first N test tickets.")]


def backtest(
    history: History,
    test: Test,
    json_out: JsonOut,
    inputs: Inputs = None,
    predictions: Predictions = None,
    limit: Limit = None,
) -> None:
    """Measure on later tickets what would have been suggested, beside five plain neighbours and the commonest answer."""
    _check_outputs(json_out, predictions)
    from msgspec.structs import replace

    from embeddings.errors import EmbeddingsError
    from server.settings import read_settings
    from server.wiring import open_encoder
    from triage.exchange import BadFile

    try:
        encoder = open_encoder(replace(read_settings(), encoder_threads=os.cpu_count() or 1))
        result = evaluate(history, test, encoder, inputs=inputs or (), limit=limit)
    except (BadFile, EmbeddingsError) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    json_out.write_text(json.dumps({"encoder": encoder.id, **result.report}, indent=1) + "\n", encoding="utf-8")
    if predictions is not None:
        write_predictions(predictions, result.predictions)


def evaluate(
    history: Path, test: Path, encoder: "Encoder", *, inputs: Sequence[str] = (), limit: int | None = None
) -> "Result":
    """Run the backtest of two exchange files, with a bar for each of its long parts on the terminal; raise BadFile."""
    from core_psa.intake.cleaning import clean
    from triage.backtest import run
    from triage.exchange import read

    rows, asked = read(history, inputs, clean), read(test, inputs, clean)
    with _progress() as progress:
        bar = progress.add_task("Predicting", total=min(len(asked), limit or len(asked)), visible=False)

        def encode(texts: Sequence[str]) -> "NDArray[np.float32]":
            return _encode_distinct(texts, encoder, progress)

        def answered() -> None:
            progress.update(bar, advance=1, visible=True)

        return run(rows, asked, encode, _exact, limit=limit, answered=answered)


def write_predictions(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write one row a test ticket, as Parquet or as JSON Lines."""
    if path.suffix.lower() == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _check_outputs(json_out: Path, predictions: Path | None) -> None:
    """Refuse before an hour of work what could not be written after it."""
    for option, path in (("--json", json_out), ("--predictions", predictions)):
        if path is not None and not path.absolute().parent.is_dir():
            raise typer.BadParameter(f"{path}: there is no folder {path.absolute().parent}", param_hint=option)
    if predictions is not None and predictions.suffix.lower() not in (".parquet", ".jsonl"):
        raise typer.BadParameter(f"{predictions}: must end in .parquet or .jsonl", param_hint="--predictions")


def _encode_distinct(texts: Sequence[str], encoder: "Encoder", progress: "Progress") -> "NDArray[np.float32]":
    """Return one vector a text; the same text is encoded once."""
    import numpy as np

    distinct = sorted(set(texts), key=len)  # like lengths share a batch
    vectors = np.empty((len(distinct), encoder.dim), dtype=np.float32)
    for start in progress.track(range(0, len(distinct), _CHUNK), description="Encoding"):
        vectors[start : start + _CHUNK] = encoder.encode(distinct[start : start + _CHUNK])
    position = {text: row for row, text in enumerate(distinct)}
    return vectors[[position[text] for text in texts]]


def _exact(ids: "NDArray[np.int64]", vectors: "NDArray[np.float32]") -> "Index":
    from embeddings.exact_index import ExactIndex

    index = ExactIndex(vectors.shape[1])
    index.add(ids, vectors)
    return index


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
