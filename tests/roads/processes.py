"""Real processes of the product, for tests that end them as a power cut would."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
READY = "Fifthcall answers at "
STARTS_WITHIN = 60.0  # seconds, on a busy machine


class Running:
    """One `fifthcall` command at work on a data folder; its output is kept for the message of a failed test."""

    def __init__(self, data: Path, *command: str, **settings: str) -> None:
        self.log = data.parent / f"{command[0]}-{time.monotonic_ns()}.log"
        environment = {**os.environ, "FIFTHCALL_ENCODER": "hashing", **settings}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli.main", "--data", str(data), *command],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, text: str) -> str:
        """What follows this text in its output, to the end of the line."""

        def said() -> str | None:
            assert self.process.poll() is None, self.log.read_text()
            lines = self.log.read_text().splitlines(keepends=True)
            return next(
                (line.split(text, 1)[1].strip() for line in lines if text in line and line.endswith("\n")), None
            )

        return until(said, STARTS_WITHIN, f"{text} in {self.log}")

    def kill_background(self) -> None:
        """Ends the process that triages for a server; the server goes on."""
        for pid in _children(self.process.pid):
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Asks it to end; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def _children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def until(ask: Callable[[], T | None], seconds: float, what: str) -> T:
    """The first answer that is not None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (answer := ask()) is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")
