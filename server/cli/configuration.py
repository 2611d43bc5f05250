"""`fifthcall config`: the desk's configuration as a file, how a file differs from the desk, bringing one in, and going back."""

import json as json_text
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from core_psa.configuration.importing import Outcome
    from core_psa.configuration.rules import Difference
    from core_psa.db import Database

app = typer.Typer(no_args_is_help=True, help="The desk's configuration as a file: export, compare, import, roll back.")

Target = Annotated[Path | None, typer.Argument(help="Where to write; the terminal unless given.")]
File = Annotated[Path, typer.Argument(help="What 'config export' wrote, here or on another desk.")]
Version = Annotated[int, typer.Argument(min=1, help="A number of 'config history'.")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="How many at most.")]


@app.command()
def export(file: Target = None, data: Data = None) -> None:
    """Write everything administrators have arranged as readable JSON, without people, customers, tickets and secrets."""
    text = json_text.dumps(_present(data), indent=1, ensure_ascii=False)
    if file is None:
        typer.echo(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")


@app.command()
def diff(file: File, data: Data = None, json: Json = False) -> None:
    """Show what is different in the file; nothing is changed."""
    from core_psa.configuration.rules import differences

    found = differences(_present(data), _read(file))
    if json:
        print_json([_facts(difference) for difference in found])
        return
    _show(found)
    if not found:
        typer.echo("The desk is arranged just as the file says.")


@app.command("import")
def import_(
    file: File, note: Note = "", dry_run: DryRun = False, yes: Yes = False, data: Data = None, json: Json = False
) -> None:
    """Arrange the desk as the file says, all of it or nothing, after showing what that means."""
    from core_psa.configuration import versions
    from core_psa.viewer import SYSTEM

    document = _read(file)
    with _desk(data) as db:
        outcome = versions.try_out(db, SYSTEM, document)
        if _agreed(outcome, dry_run=dry_run, yes=yes, json=json):
            with db.work() as w:
                row, outcome = versions.import_document(w, SYSTEM, document, note or f"from {file.name}")
            _done(row.id, outcome, json=json)


@app.command()
def save(note: Note = "", data: Data = None, json: Json = False) -> None:
    """Keep the configuration as it is now, to go back to."""
    from core_psa.configuration import versions
    from core_psa.viewer import SYSTEM

    with _desk(data) as db, db.work() as w:
        row = versions.keep(w, SYSTEM, note)
    print_json({"version": row.id}) if json else typer.echo(f"Kept as version {row.id}.")


@app.command()
def history(limit: Limit = 20, data: Data = None, json: Json = False) -> None:
    """List the versions that were kept, the newest first."""
    from core_psa.configuration import versions
    from core_psa.viewer import SYSTEM

    names = ("id", "at", "actor_name", "reason", "note")
    with _desk(data) as db, db.read() as session:
        page = versions.version_page(session, SYSTEM, limit=limit)
        found = [{name: getattr(row, name) for name in names} for row in page.rows]
    if json:
        print_json(found)
        return
    for row in found:
        typer.echo(
            f"{row['id']:>5}  {row['at']:%Y-%m-%d %H:%M}  {row['actor_name']}: {row['reason']} {row['note']}".rstrip()
        )
    if not found:
        typer.echo("No version was kept yet. Keep one with: fifthcall config save")


@app.command()
def rollback(
    version: Version, note: Note = "", dry_run: DryRun = False, yes: Yes = False, data: Data = None, json: Json = False
) -> None:
    """Make the configuration what it was in a kept version, after showing what that means."""
    from core_psa.configuration import versions
    from core_psa.viewer import SYSTEM

    with _desk(data) as db:
        outcome = versions.try_going_back(db, SYSTEM, version)
        if _agreed(outcome, dry_run=dry_run, yes=yes, json=json):
            with db.work() as w:
                row, outcome = versions.go_back(w, SYSTEM, version, note)
            _done(row.id, outcome, json=json)


def _agreed(outcome: "Outcome", *, dry_run: bool, yes: bool, json: bool) -> bool:
    """Shows what would happen; whether it shall."""
    if json and (dry_run or not yes):
        print_json({"version": None, **_told(outcome)})
    elif not json:
        _show(outcome.changes)
        for kept in outcome.staying:
            typer.echo(f"stays    {_named(kept)}")
        if not outcome.changes:
            typer.echo("Nothing would change.")
    return bool(outcome.changes) and not dry_run and (yes or (not json and typer.confirm("Shall it be so?")))


def _done(version: int, outcome: "Outcome", *, json: bool) -> None:
    if json:
        print_json({"version": version, **_told(outcome)})
    else:
        typer.echo(f"Done: {len(outcome.changes)} changes, kept as version {version}.")


def _told(outcome: "Outcome") -> dict[str, Any]:
    return {"changes": [_facts(d) for d in outcome.changes], "staying": [_facts(d) for d in outcome.staying]}


def _read(file: Path) -> dict[str, Any]:
    from core_psa.errors import FieldError, Invalid

    try:
        document = json_text.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(FieldError(str(file), f"is not JSON: {error}")) from error
    return document if isinstance(document, dict) else {}


@contextmanager
def _desk(data: Path | None) -> Iterator["Database"]:
    from server.store import open_store

    db = open_store(settings_of(data))
    try:
        yield db
    finally:
        db.close()


def _present(data: Path | None) -> Any:
    from core_psa.configuration.store import document
    from core_psa.viewer import SYSTEM

    with _desk(data) as db, db.read() as session:
        return document(session, SYSTEM)


def _show(differences: "Sequence[Difference]") -> None:
    from core_psa.configuration.rules import in_lines

    for line in in_lines(differences):
        difference = line.difference
        changes = ", ".join(f"{name}: {was} → {now}" for name, (was, now) in difference.changes.items())
        typer.echo(f"{difference.state:8} {_named(difference, line.number)}" + (f" ({changes})" if changes else ""))


def _named(difference: "Difference", number: int = 1) -> str:
    what = difference.kind.replace("_", " ")
    if number > 1:
        return f"{number} {what}s of {difference.key[0]}"
    return f"{what} {' / '.join(str(part) for part in difference.key if part is not None)}".rstrip()


def _facts(difference: "Difference") -> dict[str, Any]:
    return {
        "kind": difference.kind,
        "key": difference.key,
        "state": difference.state,
        "changes": difference.changes,
    }
