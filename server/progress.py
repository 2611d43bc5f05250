"""How far long work has come: one small file for each kind, written by the process that works, read by whoever asks."""

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from server.settings import Settings

_SHORTEST = 0.5  # seconds between two writings

State = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Progress:
    """`what` says in words what is going on; `total` is 0 while it is not known. Times are ISO 8601, UTC."""

    name: str
    what: str
    done: int
    total: int
    state: State
    started_at: str
    updated_at: str
    pid: int
    error: str = ""

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def sentence(self) -> str:
        """Such as "building the index 43 %"."""
        return self.what if self.percent is None else f"{self.what} {self.percent} %"


class Report:
    """Called with (done, total) by whatever works; writes at most twice a second."""

    def __init__(self, folder: Path, name: str, what: str) -> None:
        self._path = folder / f"{name}.json"
        self._name, self._what = name, what
        self._started = _now()
        self._done = self._total = 0
        self._written = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        self._write("running")

    def __call__(self, done: int, total: int) -> None:
        self._done, self._total = done, total
        if time.monotonic() - self._written >= _SHORTEST:
            self._write("running")

    def end(self, state: State, error: str = "") -> None:
        self._write(state, error)

    def _write(self, state: State, error: str = "") -> None:
        progress = Progress(
            self._name, self._what, self._done, self._total, state, self._started, _now(), os.getpid(), error
        )
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(asdict(progress)))
        part.replace(self._path)
        self._written = time.monotonic()


def folder_of(settings: Settings) -> Path:
    return settings.data / "progress"


def read(folder: Path) -> list[Progress]:
    """Every kind of long work with how it stands or how it ended; one that was killed counts as stopped."""
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return [progress for progress in found if progress is not None]


def running(folder: Path) -> list[Progress]:
    return [progress for progress in read(folder) if progress.state == "running"]


def _read(path: Path) -> Progress | None:
    try:
        progress = Progress(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    if progress.state == "running" and not is_alive(progress.pid):
        return Progress(**{**asdict(progress), "state": "stopped"})
    return progress


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
