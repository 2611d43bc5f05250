"""`fifthcall backup` and `fifthcall restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from server.settings import Settings

To = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")]
From = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="A folder made by backup.")]
Force = Annotated[bool, typer.Option("--force", help="Put the present desk aside and take its place.")]


def backup(to: To, data: Data = None, json: Json = False) -> None:
    """Write a consistent copy of the whole desk, also while it is being served."""
    from server.backup import back_up

    made = back_up(settings_of(data), to)
    if json:
        print_json({"folder": str(to), **made.facts})
    else:
        typer.echo(f"{made.tickets} tickets and {len(made.files)} files, {made.size / 1e6:.1f} MB, stand in {to}.")


def restore(source: From, force: Force = False, data: Data = None, json: Json = False) -> None:
    """Put a backup's desk into the data folder, after checking that every file is what it was."""
    from server.backup import put_back

    settings = settings_of(data)
    made = put_back(source, settings, force=force)
    if json:
        print_json({"data": str(settings.data), **made.facts})
    else:
        typer.echo(f"The desk of {made.made_at} with {made.tickets} tickets stands in {settings.data}.")
    _examine(settings)


def _examine(settings: "Settings") -> None:
    """Says what is wrong with the desk that was put back; ends with 1 if something is."""
    from server.doctor import examine

    wrong = [f for f in examine(settings, only=("data folder", "store", "index", "learned")) if f.state == "problem"]
    for finding in wrong:
        typer.echo(f"Error: {finding.check}: {finding.text}: {finding.advice}", err=True)
    if wrong:
        raise typer.Exit(1)
