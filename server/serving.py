"""Serving a desk: this process answers requests and tells pages what changed; triage and the worker run beside it."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn

from core_psa.errors import Conflict
from server.live import Live
from server.settings import Settings
from server.store import open_store
from server.triage_process import TriageProcess
from server.wiring import Desk

# Tickets come in from the first moment; that the desk answers is said when suggestions do, or after so many seconds.
_TRIAGE_STARTS_WITHIN = 5.0
# The interpreter goes from thread to thread. At its own 5 ms whoever has the turn to write waits as long after every
# statement, while another request is being read.
_SWITCHES_EVERY = 0.001
_GRACE = 10  # seconds for requests that are being answered when the server is told to stop


class AddressTaken(Conflict):
    """Something else listens there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port} ({reason}): choose another one with --host and --port")
        self.host, self.port = host, port


def serve(settings: Settings, *, with_worker: bool, ready: Callable[[str], None]) -> None:
    """Serves until told to stop; `ready` is called with the address once it answers. Raises AddressTaken or StoreUnavailable."""
    sys.setswitchinterval(_SWITCHES_EVERY)
    listening = _listen(settings.host, settings.port)
    with listening:
        db = open_store(settings)
        triage = TriageProcess(settings, with_worker=with_worker)
        from server.app import create_app  # takes a second, in which triage starts too

        def answering() -> None:
            triage.wait_until_known(_TRIAGE_STARTS_WITHIN)
            ready(_address(listening))

        _stop_quietly()
        app = create_app(Desk(settings, db, Live(db), triage))
        _Server(app, answering).run(sockets=[listening])


def _stop_quietly() -> None:
    """Having shut down, uvicorn raises the signal again that told it to; being stopped is no failure here."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)


class _Server(uvicorn.Server):
    def __init__(self, app: object, answering: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, ws="auto", timeout_graceful_shutdown=_GRACE)  # type: ignore[arg-type]
        )
        self._answering = answering

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            threading.Thread(target=self._answering, name="answering", daemon=True).start()


def _listen(host: str, port: int) -> socket.socket:
    """Taken before the desk is opened, so that a wrong port is told at once."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise AddressTaken(host, port, os.strerror(error.errno or 0)) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
