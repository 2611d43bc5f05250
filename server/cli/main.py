"""The command line's table of commands, and what becomes of an error."""

import gc
import os
import sys
from collections.abc import Sequence

import typer

from server.cli import agents, backup, bench, configuration, demo, doctor, keys, sandbox, serving, setup, triage
from server.cli.backtest import backtest
from server.cli.importing import import_app
from server.cli.options import Data

# What is imported stays: looking through it for garbage every 700 objects takes a tenth of a command's start.
gc.set_threshold(20_000)

# Plain help: rich's panels alone would take half of the time in which a wrong argument has to be answered.
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback()
def root(data: Data = None) -> None:
    """Fifthcall, a service desk that triages by its neighbours."""
    if data is not None:
        os.environ["FIFTHCALL_DATA"] = str(data)


app.command()(setup.init)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.add_typer(import_app, name="import")
app.command()(triage.triage)
app.command()(backtest)
app.add_typer(keys.app, name="keys")
app.add_typer(agents.app, name="agents")
app.add_typer(configuration.app, name="config")
app.add_typer(sandbox.app, name="sandbox")
app.command()(backup.backup)
app.command()(backup.restore)
app.command(context_settings=bench.TAKES_MORE)(bench.bench)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command; ends the process with 0 only if it succeeded."""
    try:
        app(arguments, prog_name="fifthcall")
    except Exception as error:
        message = explained(error)
        if message is None:
            raise
        typer.echo(f"Error: {message}", err=True)
        sys.exit(1)


def explained(error: Exception) -> str | None:
    """One line for an error that its reader can do something about; None for one that is a fault of this program."""
    from core_psa.errors import DomainError, Invalid
    from embeddings.errors import EmbeddingsError

    if isinstance(error, Invalid):
        return "; ".join(_field(e.field, e.message, e.allowed) for e in error.errors)
    if isinstance(error, DomainError | EmbeddingsError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if type(error).__module__ == "sqlalchemy.exc" and hasattr(error, "orig"):
        return f"the store cannot be used: {str(error.orig).strip()}: run 'fifthcall doctor'"
    return None


def _field(field: str, message: str, allowed: tuple[str, ...]) -> str:
    return f"{field}: {message}" + (f" (one of: {', '.join(allowed)})" if allowed else "")


if __name__ == "__main__":
    main()
