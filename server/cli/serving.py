"""`fifthcall serve` and `fifthcall worker`."""

from typing import Annotated

import typer

from server.cli.options import Data, settings_of

Host = Annotated[str, typer.Option(envvar="FIFTHCALL_HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option(min=0, max=65535, envvar="FIFTHCALL_PORT", help="Port to listen on; 0 takes a free one.")
]
NoWorker = Annotated[bool, typer.Option("--no-worker", help="Leave schedules and long work to a worker of its own.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000, no_worker: NoWorker = False, data: Data = None) -> None:
    """Serve the desk: web pages, API, triage, and the worker unless another process is it."""
    from msgspec.structs import replace

    from server.logs import configure
    from server.serving import serve as run

    settings = replace(settings_of(data), host=host, port=port)
    configure(settings)
    run(settings, with_worker=not no_worker, ready=lambda address: typer.echo(f"Fifthcall answers at {address}"))


def worker(data: Data = None) -> None:
    """Run schedules, long work and triage, without serving anything."""
    from server.logs import configure
    from server.worker import work

    settings = settings_of(data)
    configure(settings)
    work(settings)
