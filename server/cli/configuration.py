"""`fifthcall config`: the desk's configuration as a file, and how a file differs from the desk."""

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from core_psa.configuration.rules import Difference

app = typer.Typer(no_args_is_help=True, help="The desk's configuration: export it, compare it with a file.")

Target = Annotated[Path | None, typer.Argument(help="Where to write; the terminal unless given.")]
File = Annotated[Path, typer.Argument(help="What 'config export' wrote, here or on another desk.")]


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
    from core_psa.errors import FieldError, Invalid

    try:
        document = json_text.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(FieldError(str(file), f"is not JSON: {error}")) from error
    found = differences(_present(data), document if isinstance(document, dict) else {})
    if json:
        print_json([{"kind": d.kind, "key": d.key, "state": d.state, "changes": d.changes} for d in found])
        return
    for difference in found:
        typer.echo(_line(difference))
    if not found:
        typer.echo("The desk is arranged just as the file says.")


def _present(data: Path | None) -> Any:
    from core_psa.configuration.store import document
    from core_psa.viewer import SYSTEM
    from server.store import open_store

    db = open_store(settings_of(data))
    try:
        with db.read() as session:
            return document(session, SYSTEM)
    finally:
        db.close()


def _line(difference: "Difference") -> str:
    named = f"{difference.kind.replace('_', ' ')} {' / '.join(str(part) for part in difference.key)}"
    changes = ", ".join(f"{name}: {was} → {now}" for name, (was, now) in difference.changes.items())
    return f"{difference.state:8} {named}" + (f" ({changes})" if changes else "")
