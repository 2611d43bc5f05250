"""`fifthcall demo`: build the demo desk and serve it."""

import importlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import settings_of
from server.cli.serving import Host, Port, serve

_LOGINS = "demo-logins.json"

Tickets = Annotated[int, typer.Option(min=0, help="How many tickets the year of history holds.")]
Days = Annotated[int, typer.Option(min=1, help="How many days of history.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same desk.")]
NoServe = Annotated[bool, typer.Option("--no-serve", help="Only build it.")]
DemoData = Annotated[
    Path, typer.Option("--data", metavar="DIR", envvar="FIFTHCALL_DATA", help="Where the desk is built.")
]


def demo(
    tickets: Tickets = 12_000,
    days: Days = 365,
    seed: Seed = 1,
    no_serve: NoServe = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: DemoData = Path("var/demo"),
) -> None:
    """Build a made-up service provider with a year of history, and serve it."""
    logins = data / _LOGINS
    if not logins.exists():
        _build(data, tickets=tickets, days=days, seed=seed)
    for login in json.loads(logins.read_text()):
        typer.echo(f"  {login['role']:<14} {login['email']:<40} {login['password']}")
    if not no_serve:
        serve(host, port, data=data)


def _build(data: Path, *, tickets: int, days: int, seed: int) -> None:
    """Builds the desk beside its place and moves it there when it is whole."""
    from core_psa import migrations
    from core_psa.db import Database
    from core_psa.errors import Conflict
    from server import secret_key
    from server.store import make_folder

    if data.exists() and any(data.iterdir()):
        raise Conflict(f"{data} holds something else than a demo desk: choose another --data, or delete it")
    # By its name: the demo stands outside, the server does not know it.
    load = importlib.import_module("demo.loader").load
    building = data.with_name(f"{data.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    make_folder(building)
    settings = settings_of(building)
    secret_key.make(settings)
    opening = Database.open(settings.store_url, vault=secret_key.vault(settings))
    with closing(opening) as db, _bar("Writing tickets") as bar:
        migrations.upgrade(db)
        logins = load(db, tickets=tickets, days=days, seed=seed, progress=bar)
    (building / _LOGINS).write_text(json.dumps([asdict(login) for login in logins]))
    building.rename(data)


@contextmanager
def _bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, moved by calling it with (done, total)."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(text, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
