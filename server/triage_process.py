"""The serving process's end: starts the background, asks it, and starts it again should it end."""

import itertools
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import Any

import structlog

from server.children import environment_of
from server.line import Answer, Ask, Ready, Triaged, Wake
from server.settings import Settings
from server.triager import Answered, Told, cannot_run
from triage.desk.desk_triage import Asked

log = structlog.get_logger()

_ANSWERS_WITHIN = 60.0
_ENDS_WITHIN = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
_ENDED = "its process ended and is being started again"
# One that lived for so long did not die of what it met at its start.
_LIVED_LONG = 60.0


class TriageProcess:
    """A `Triager` whose work is done by `server.background` in a child process, which is started at once."""

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self._settings, self._with_worker = settings, with_worker
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._asked: dict[int, Future[Answered]] = {}
        self._connection: Connection[Any, Any] | None = None
        self._trouble: list[str] = []
        self._known = threading.Event()
        self._stopped = threading.Event()
        self._told: Told = lambda _ids: None
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)
        self._thread.start()

    @property
    def state(self) -> str:
        """Starting only once: while a second background takes the place of one that ended, triage is unavailable."""
        if not self._known.is_set():
            return "starting"
        return "unavailable" if self._trouble else "ready"

    @property
    def trouble(self) -> list[str]:
        return self._trouble

    def wait_until_known(self, seconds: float) -> None:
        """Waits until triage is ready or is known to be unavailable, at most so long."""
        self._known.wait(seconds)

    def start(self, told: Told) -> None:
        self._told = told

    def wake(self) -> None:
        self._send(Wake())

    def preview(self, asked: Sequence[Asked]) -> Answered:
        number, answer = next(self._numbers), Future[Answered]()
        self._asked[number] = answer
        try:
            if self._trouble or not self._send(Ask(number, asked)):
                raise cannot_run(self._trouble)
            return answer.result(_ANSWERS_WITHIN)
        except TimeoutError as error:
            raise cannot_run([f"no answer within {_ANSWERS_WITHIN:.0f} seconds"]) from error
        finally:
            self._asked.pop(number, None)

    def stop(self) -> None:
        """Closes the line, upon which the background ends; one that does not is ended."""
        self._stopped.set()
        self._hang_up()
        self._thread.join(timeout=_ENDS_WITHIN + 5)

    def _send(self, message: Any) -> bool:
        with self._lock:
            if self._connection is None:
                return False
            try:
                self._connection.send(message)
            except OSError:  # it has just ended: what waits is found by the next one
                return False
            return True

    def _hang_up(self) -> None:
        """Shut down and not closed: the thread that listens is told, and it closes."""
        with self._lock:
            if self._connection is not None:
                with socket.socket(fileno=self._connection.fileno()) as line:
                    line.shutdown(socket.SHUT_RDWR)
                    line.detach()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            started = time.monotonic()
            code = self._live()
            if self._stopped.is_set():
                return
            log.error("background.ended", code=code, retry_seconds=pause)
            self._stopped.wait(pause)
            pause = _FIRST_PAUSE if time.monotonic() - started > _LIVED_LONG else min(pause * 2, _LONGEST_PAUSE)

    def _live(self) -> int:
        """One life of the background, from its start to its end; returns its exit code."""
        ours, theirs = socket.socketpair()
        with theirs:
            child = self._start(theirs)
        connection: Connection[Any, Any] = Connection(ours.detach())
        with self._lock:
            self._connection = connection
        if self._stopped.is_set():
            self._hang_up()
        self._listen(connection)
        with self._lock:
            self._connection = None
            connection.close()
        self._trouble = [_ENDED]
        self._forget_questions()
        try:
            return child.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def _start(self, line: socket.socket) -> "subprocess.Popen[bytes]":
        number = line.fileno()
        worker = "worker" if self._with_worker else "no-worker"
        command = [sys.executable, "-P", "-m", "server.background", str(number), worker]
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, env=environment_of(self._settings), pass_fds=(number,)
        )

    def _listen(self, connection: "Connection[Any, Any]") -> None:
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError):
                return
            match message:
                case Ready(trouble):
                    self._trouble = trouble
                    self._known.set()
                case Triaged(ticket_ids):
                    self._told(ticket_ids)
                case Answer(number, answered):
                    self._answer(number, answered)

    def _answer(self, number: int, answered: Answered | Exception) -> None:
        if waiting := self._asked.get(number):
            if isinstance(answered, Exception):
                waiting.set_exception(answered)
            else:
                waiting.set_result(answered)

    def _forget_questions(self) -> None:
        for waiting in list(self._asked.values()):
            waiting.set_exception(cannot_run(self._trouble))
