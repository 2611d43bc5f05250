"""One process that serves a desk: requests, live updates, triage and, where no other process is it, the worker."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import structlog
import uvicorn

from core_psa.errors import Conflict
from server.app import create_app
from server.settings import Settings
from server.wiring import Desk, open_desk
from server.worker_lock import WorkerLock

log = structlog.get_logger()

# How long triage may hold the interpreter before a request gets it.
_SWITCH_SECONDS = 0.0005
_GRACE = 10  # seconds for requests that are being answered when the server is told to stop


class AddressTaken(Conflict):
    """Something else listens there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port} ({reason}): choose another one with --host and --port")
        self.host, self.port = host, port


def serve(settings: Settings, *, with_worker: bool, ready: Callable[[str], None]) -> None:
    """Serves until told to stop; `ready` is called with the address once it answers. Raises AddressTaken or StoreUnavailable."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    listening = _listen(settings.host, settings.port)
    with listening:
        desk = open_desk(settings)
        worker = EmbeddedWorker(settings, desk) if with_worker else None

        def answering() -> None:
            ready(_address(listening))
            if worker:
                worker.start()

        server = _Server(create_app(desk), answering)
        _stop_quietly()
        try:
            server.run(sockets=[listening])
        finally:
            if worker:
                worker.stop()


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
            self._answering()


class EmbeddedWorker:
    """Starts beside the server, in a thread of its own: the server answers before it is there, and also if it cannot be."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings, self._desk = settings, desk
        self._lock = WorkerLock(settings.worker_lock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _run(self) -> None:
        if not self._lock.take():
            log.info("worker.elsewhere", holder=self._lock.holder())
            return
        try:
            from server.worker import Worker

            worker = Worker(self._settings, self._desk)
            worker.start()
            self._stop.wait()
            worker.stop()
        except Exception as error:  # tickets keep coming in and are triaged without it
            log.error("worker.unavailable", error=f"{type(error).__name__}: {error}", advice="run 'fifthcall doctor'")
        finally:
            self._lock.leave()


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
