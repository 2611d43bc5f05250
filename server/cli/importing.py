"""`fifthcall import`: tickets and people from the files of another desk."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core_psa.intake.importing import Options, Progress, Rejection, Result
    from server.progress import State
    from server.settings import Settings

import_app = typer.Typer(
    no_args_is_help=True,
    help="Bring in tickets, customers, users, agents, assets and articles from CSV, JSON Lines or Parquet. "
    "An import that was interrupted goes on where it was when it is asked for again.",
)

_SHOWN = 20

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .csv, .tsv, .jsonl or .parquet file.")]
Columns = Annotated[
    list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="The file's column is our field; repeatable.")
]
ColumnFile = Annotated[
    Path | None, typer.Option("--map-file", exists=True, dir_okay=False, help='The same as JSON: {"THEIRS": "OURS"}.')
]
Values = Annotated[
    Path | None,
    typer.Option(
        "--values", exists=True, dir_okay=False, help='The file\'s values as ours: {"group": {"HW": "Hardware"}}.'
    ),
]
Unknown = Annotated[
    str,
    typer.Option(metavar="create|reject|blank", help="A name this desk does not have: create it, reject the row, …"),
]
SourceName = Annotated[
    str | None, typer.Option("--source", help="Where the rows come from; the file's name unless told otherwise.")
]
History = Annotated[
    bool,
    typer.Option("--history", help="A ticket without resolved_at is closed, its end unknown; otherwise it is open."),
]
Triage = Annotated[bool, typer.Option("--triage", help="Triage those tickets that are open.")]
Update = Annotated[
    bool, typer.Option("--update", help="What is here already follows the file, instead of being left alone.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing, say what would become of it.")]
Report = Annotated[Path | None, typer.Option(help="Where rejected rows are listed, as CSV.")]


@import_app.command()
def tickets(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    unknown: Unknown = "create",
    source: SourceName = None,
    history: History = False,
    triage: Triage = False,
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import tickets, open and old ones. Their texts are prepared for search and triage in the background."""
    options = _options(file, columns, map_file, values, unknown, source, dry_run, history=history, triage=triage)
    _import("tickets", file, options, data, report, json=json)


@import_app.command()
def customers(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import customers: name, timezone, language, vip, note, domains. Those that are here already are left alone."""
    options = _options(file, columns, map_file, values, "create", None, dry_run)
    _import("customers", file, options, data, report, json=json)


@import_app.command()
def users(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    unknown: Unknown = "create",
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import customers' users: name or email, customer, phone, site, vip. Those that are here already are left alone."""
    options = _options(file, columns, map_file, values, unknown, None, dry_run)
    _import("users", file, options, data, report, json=json)


@import_app.command()
def agents(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    unknown: Unknown = "create",
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import agents: name, email, tier, extension, timezone, team. They cannot sign in before they get a password."""
    options = _options(file, columns, map_file, values, unknown, None, dry_run)
    _import("agents", file, options, data, report, json=json)


@import_app.command()
def assets(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    unknown: Unknown = "create",
    source: SourceName = None,
    update: Update = False,
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import assets: name, customer, site, user, type, serial, status, warranty_until, remote_id, note."""
    options = _options(file, columns, map_file, values, unknown, source, dry_run, update=update)
    _import("assets", file, options, data, report, json=json)


@import_app.command()
def articles(
    file: File,
    columns: Columns = None,
    map_file: ColumnFile = None,
    values: Values = None,
    unknown: Unknown = "create",
    source: SourceName = None,
    dry_run: DryRun = False,
    report: Report = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import articles: title, body (Markdown), status, visibility, customers, category, tags, language."""
    options = _options(file, columns, map_file, values, unknown, source, dry_run)
    _import("articles", file, options, data, report, json=json)


def _options(
    file: Path,
    columns: list[str] | None,
    map_file: Path | None,
    values: Path | None,
    unknown: str,
    source: str | None,
    dry_run: bool,
    *,
    history: bool = False,
    triage: bool = False,
    update: bool = False,
) -> "Options":
    from core_psa.intake.importing import Options

    mapped = {
        **(_texts(map_file, _object(map_file)) if map_file else {}),
        **dict(_pair(given) for given in columns or []),
    }
    by_field = {field: _texts(values, mapping) for field, mapping in _object(values).items()} if values else {}
    return Options(
        source=file.stem if source is None else source,
        columns=mapped,
        values=by_field,
        unknown=unknown,  # type: ignore[arg-type]  # checked with the other options
        history=history,
        triage=triage,
        update=update,
        rehearse=dry_run,
    )


def _pair(given: str) -> tuple[str, str]:
    theirs, equals, ours = given.rpartition("=")
    if not equals or not theirs:
        raise typer.BadParameter(f"'{given}' is not THEIRS=OURS", param_hint="--map")
    return theirs, ours


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file of names."""
    import json

    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise typer.BadParameter(f"{path} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{path} does not hold a JSON object")
    return found


def _texts(path: Path, mapping: Any) -> dict[str, str]:
    """One value for each name; null means the empty one."""
    if not isinstance(mapping, dict):
        raise typer.BadParameter(f"{path}: {mapping!r} is not a JSON object")
    return {name: "" if value is None else str(value) for name, value in mapping.items()}


def _import(kind: str, file: Path, options: "Options", data: Path | None, report: Path | None, *, json: bool) -> None:
    from core_psa.intake.importing import import_file
    from core_psa.viewer import SYSTEM
    from server.store import open_store

    settings = settings_of(data)
    db = open_store(settings)
    with _bar(f"Importing {kind}") as bar, _on_the_pages(settings, kind) as pages:

        def told(done: int, total: int) -> None:
            bar(done, total)
            pages(done, total)

        result = import_file(db, SYSTEM, kind, file, options, told)
    db.close()
    if report is not None:
        _write_report(report, result.rejections)
    for remark in result.remarks:
        typer.echo(remark, err=True)
    if json:
        print_json(_facts(result))
    else:
        _tell(result, report, dry_run=options.rehearse)


@contextmanager
def _bar(description: str) -> "Iterator[Progress]":
    """A bar on standard error, out of the way of what the command answers."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(description, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def _on_the_pages(settings: "Settings", kind: str) -> "Iterator[Progress]":
    """The same for whoever works at the desk meanwhile. A refused file is this command's business, and no trouble of theirs."""
    from server.progress import Report, folder_of

    report = Report(folder_of(settings), "import", f"importing {kind}")
    state: State = "stopped"
    try:
        yield report
        state = "done"
    finally:
        report.end(state)


def _write_report(path: Path, rejections: "Sequence[Rejection]") -> None:
    """With a mark at its beginning, by which spreadsheets know UTF-8."""
    import csv

    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "field", "reason", "value"))
        writer.writerows(rejections)


def _facts(result: "Result") -> dict[str, Any]:
    shown = [rejection._asdict() for rejection in result.rejections[:_SHOWN]]
    return {**vars(result), "rejections": shown, "rows_per_second": round(result.rate)}


def _tell(result: "Result", report: Path | None, *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    updated = f"{result.updated} {would}updated, " if result.updated else ""
    typer.echo(
        f"{result.rows} {'row' if result.rows == 1 else 'rows'} in {result.seconds:.1f} s: {result.created} {would}imported, {updated}"
        f"{result.skipped} already here, {result.rejected} {would}rejected."
    )
    if result.made:
        typer.echo("New: " + ", ".join(f"{count} {kind}" for kind, count in result.made.items()) + ".")
    if result.links or result.unknown_links:
        typer.echo(f"{result.links} duplicates linked, {result.unknown_links} name a ticket that is not here.")
    for rejection in result.rejections[:_SHOWN] if report is None else ():
        typer.echo(f"row {rejection.row}: {rejection.field} {rejection.reason}: {rejection.value[:80]!a}", err=True)
    if report is None and len(result.rejections) > _SHOWN:
        typer.echo(f"… and {len(result.rejections) - _SHOWN} more: --report FILE.csv lists them all.", err=True)
