"""`fifthcall sandbox`: a desk to try things out on."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import Data, Json, print_json, settings_of

app = typer.Typer(no_args_is_help=True, help="A desk beside this one, to try things out on.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The sandbox's data folder, which does not exist yet.")]
Customers = Annotated[int, typer.Option(min=0, max=50, help="How many made-up customers it gets.")]
DatabaseUrl = Annotated[str, typer.Option(help="A PostgreSQL database of its own; SQLite in its folder unless given.")]


@app.callback()
def _group() -> None:
    """Keeps the command below by its name, though it is the only one."""


@app.command()
def create(
    folder: Folder, customers: Customers = 0, database_url: DatabaseUrl = "", data: Data = None, json: Json = False
) -> None:
    """Make a sandbox with this desk's configuration and people, without its customers and tickets. No mail leaves it."""
    from msgspec.structs import replace

    from server import sandbox

    production = settings_of(data)
    own = replace(production, data=folder, database_url=database_url, secret_key_file=None)
    made = sandbox.create(production, own, customers)
    if json:
        print_json({"folder": folder, **vars(made)})
        return
    typer.echo(f"The sandbox stands in {folder}: {made.agents} agents sign in as they do in production.")
    for record in made.left_out:
        typer.echo(f"left out  {record}: it speaks of a customer")
    where = f"FIFTHCALL_DATABASE_URL={database_url} " if production.database_url or database_url else ""
    typer.echo(f"Serve it with: {where}fifthcall serve --data {folder} --port 8001")
    typer.echo(f"Bring back what was arranged there: fifthcall config export arranged.json --data {folder}")
