"""Options that several commands share, and how a command answers."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from server.settings import Settings

Data = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", envvar="FIFTHCALL_DATA", help="The desk's data folder, var/desk unless told otherwise."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def settings_of(data: Path | None) -> "Settings":
    """The settings, with this data folder where one was given."""
    from server.settings import read_settings

    return read_settings(data)


def print_json(value: Any) -> None:
    """As ASCII, so that any terminal and any pipe can carry it."""
    typer.echo(json.dumps(value, indent=None if sys.stdout.isatty() is False else 2, default=_plain))


def console() -> "Console":
    """Where a command shows what it found to a person."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
