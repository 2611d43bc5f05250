"""Long work as a child process at lower priority: `python -m server.children NAME`.

The serving process does only short work, so whatever takes longer runs here, one at a time, in batches that commit
shortly. Killing a child at any point loses one batch; the next one goes on where it was.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from core_psa.aside import Aside
from server.progress import Report, folder_of
from server.settings import ROOT, Settings, as_environment, read_settings

# Requests come first. Who writes to the store stays as quick as they are, and only computes aside.
_NICE = 10


def _prepare(settings: Settings, report: Report) -> None:
    from core_psa.intake.preparing import prepare_all
    from server.store import open_store

    with closing(open_store(settings)) as db:
        prepare_all(db, report)


def _embed(settings: Settings, report: Report) -> None:
    from server.store import open_store
    from server.wiring import open_encoder
    from triage.desk.background import embed_missing

    aside, whole_machine = Aside(_NICE), replace(settings, encoder_threads=os.cpu_count() or 1)
    encoder = aside.run(open_encoder, whole_machine)
    with closing(open_store(settings)) as db:
        embed_missing(db, encoder, report, aside)


def _index(settings: Settings, report: Report) -> None:
    from server.store import open_store
    from server.wiring import index_folder, open_encoder, open_shared_index
    from triage.desk.background import build_index, fill_index

    encoder = open_encoder(settings)
    with closing(open_store(settings)) as db:
        if settings.vector_index == "pgvector":
            fill_index(db, open_shared_index(settings, encoder), encoder.id, encoder.dim, report)
        else:
            build_index(db, index_folder(settings, encoder.id), encoder.id, encoder.dim, report)


def _learn(settings: Settings, report: Report) -> None:
    from server.store import open_store
    from server.wiring import open_encoder
    from triage.desk.background import learn

    encoder = open_encoder(settings)
    with closing(open_store(settings)) as db:
        learn(db, settings.learned_file, encoder.id, encoder.dim, report)


# What can be run, and what it is called while it runs.
WORK: dict[str, tuple[str, Callable[[Settings, Report], None]]] = {
    "prepare": ("reading imported tickets", _prepare),
    "embed": ("embedding tickets", _embed),
    "index": ("building the index", _index),
    "learn": ("learning from solved tickets", _learn),
}
# What hardly writes stands back as a whole.
_COMPUTES = ("index", "learn")


def start(settings: Settings, name: str) -> "subprocess.Popen[bytes]":
    """Starts a child that ends with this process, however this one ends: its standard input closes then."""
    command = [sys.executable, "-P", "-m", "server.children", name, "--while-parent-lives"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment_of(settings))  # noqa: S603


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of ours is started with to have the same settings."""
    # Found by its place, and not by what lies in the folder that the parent was started in.
    return {**os.environ, **as_environment(settings), "PYTHONPATH": str(ROOT)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m server.children", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", choices=WORK)
    parser.add_argument("--data", type=Path, help="the desk's data folder")
    parser.add_argument("--while-parent-lives", action="store_true", help="stop when standard input ends")
    asked = parser.parse_args()
    settings = read_settings(asked.data)
    signal.signal(signal.SIGTERM, _stop)
    if asked.name in _COMPUTES:
        os.nice(_NICE)
    if asked.while_parent_lives:
        threading.Thread(target=_watch_parent, name="parent", daemon=True).start()
    with _alone(settings) as alone:
        return run(settings, asked.name) if alone else 0


def run(settings: Settings, name: str) -> int:
    """Does the work and reports on it; returns the exit code."""
    from server.logs import configure

    configure(settings)
    what, work = WORK[name]
    report = Report(folder_of(settings), name, what)
    try:
        work(settings, report)
    except SystemExit:
        report.end("stopped")
        raise
    except Exception as error:
        report.end("failed", f"{type(error).__name__}: {error}")
        raise
    report.end("done")
    return 0


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no other child works on this data folder, one that outlived its parent included."""
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "child.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _stop(*_: Any) -> None:
    """Ends the work between two steps of the interpreter, so that it is left tidily."""
    sys.exit(128 + signal.SIGTERM)


def _watch_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
