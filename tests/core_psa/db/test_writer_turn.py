"""One writer at a time, in the order in which they came, and nobody waits for ever."""

import fcntl
import os
import threading
import time
from pathlib import Path
from typing import IO

import pytest

from core_psa.db.writer_turn import WriterTurn
from core_psa.errors import StoreUnavailable

SHORT = 0.05


def test_who_keeps_the_turn_too_long_is_named(tmp_path: Path) -> None:
    with (
        WriterTurn(tmp_path / "lock").taken(),
        pytest.raises(StoreUnavailable, match=f"process {os.getpid()}"),
        WriterTurn(tmp_path / "lock", SHORT).taken(),
    ):
        pytest.fail("two writers at once")


def test_threads_of_one_process_wait_no_longer_than_processes(tmp_path: Path) -> None:
    turn = WriterTurn(tmp_path / "lock", SHORT)
    with turn.taken(), pytest.raises(StoreUnavailable), turn.taken():
        pytest.fail("two writers at once")


def test_who_gave_up_does_not_keep_the_turn_when_it_comes(tmp_path: Path) -> None:
    impatient = WriterTurn(tmp_path / "lock", SHORT)
    with WriterTurn(tmp_path / "lock").taken(), pytest.raises(StoreUnavailable), impatient.taken():
        pytest.fail("two writers at once")
    for turn in (WriterTurn(tmp_path / "lock", 5.0), impatient):
        with turn.taken():
            pass


def test_writers_of_several_processes_take_turns(tmp_path: Path) -> None:
    """Each has a file of its own, as every process does."""
    inside: list[int] = []
    overlaps: list[int] = []

    def write(number: int) -> None:
        turn = WriterTurn(tmp_path / "lock")
        for _ in range(20):
            with turn.taken():
                inside.append(number)
                time.sleep(0.0005)
                overlaps.extend(other for other in inside if other != number)
                inside.remove(number)
        turn.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)
    assert overlaps == []
    assert not any(writer.is_alive() for writer in writers)


def test_who_waits_keeps_the_head_of_the_line(tmp_path: Path) -> None:
    """So that one who writes again and again finds it taken, however long the one who waits needs to wake up."""
    patient = threading.Thread(target=lambda: _once(WriterTurn(tmp_path / "lock")))
    with WriterTurn(tmp_path / "lock").taken(), (tmp_path / "lock.line").open("wb") as line:
        patient.start()
        until = time.monotonic() + 10
        while _free(line) and time.monotonic() < until:
            time.sleep(0.001)
        assert not _free(line)
    patient.join(timeout=30)
    assert not patient.is_alive()


def _once(turn: WriterTurn) -> None:
    with turn.taken():
        pass


def _free(line: IO[bytes]) -> bool:
    try:
        fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(line, fcntl.LOCK_UN)
    return True


def test_the_patient_let_everybody_go_first(tmp_path: Path) -> None:
    prompt, patient, order = WriterTurn(tmp_path / "lock"), WriterTurn(tmp_path / "lock"), []

    def write_patiently() -> None:
        with patient.taken(patient=True):
            order.append("patient")

    waiting = threading.Thread(target=write_patiently)
    with prompt.taken():
        waiting.start()
        # One after the other, so that there is no gap between them.
        others = [threading.Thread(target=lambda: _noting(prompt, order)) for _ in range(5)]
        for other in others:
            other.start()
        time.sleep(0.05)
    for thread in (*others, waiting):
        thread.join(timeout=30)
    assert order == ["prompt"] * 5 + ["patient"]


def test_patience_ends_where_there_is_never_a_gap(tmp_path: Path) -> None:
    with (tmp_path / "lock.prompt").open("wb") as others:
        fcntl.flock(others, fcntl.LOCK_SH)
        with WriterTurn(tmp_path / "lock").taken(patient=True):
            pass


def test_the_patient_rest_once_they_have_met_somebody(tmp_path: Path) -> None:
    prompt, patient = WriterTurn(tmp_path / "lock"), WriterTurn(tmp_path / "lock")
    with prompt.taken():
        waiting = threading.Thread(target=lambda: _patiently(patient, 0.05))
        waiting.start()
        time.sleep(0.02)
    waiting.join(timeout=30)
    begun = time.monotonic()
    with patient.taken(patient=True):
        assert time.monotonic() - begun > 0.1  # the core, and the disk, were somebody else's meanwhile


def _patiently(turn: WriterTurn, seconds: float) -> None:
    with turn.taken(patient=True):
        time.sleep(seconds)


def _noting(turn: WriterTurn, order: list[str]) -> None:
    with turn.taken():
        order.append("prompt")
        time.sleep(0.005)
