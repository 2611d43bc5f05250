"""Where triage runs for a desk: in this process, or in one of its own beside the process that answers requests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core_psa.errors import StoreUnavailable
from triage.desk import DeskTriage, Preview
from triage.desk.desk_triage import Asked
from triage.loop import TriageLoop

Told = Callable[[Sequence[int]], None]


@dataclass(frozen=True)
class Answered:
    """What triage said about tickets that nobody stored, and by which model and encoder."""

    previews: tuple[Preview, ...]
    model_version: str
    encoder_id: str


class Triager(Protocol):
    """`state` is "starting", "ready" or "unavailable"; then `trouble` says why. Tickets come in all the same."""

    @property
    def state(self) -> str: ...

    @property
    def trouble(self) -> list[str]: ...

    def start(self, told: Told) -> None:
        """Begins to triage what waits; `told` is called with the ids of tickets that have become ready."""
        ...

    def wake(self) -> None:
        """A ticket waits."""
        ...

    def preview(self, asked: Sequence[Asked]) -> Answered:
        """What triage would say; nothing is stored. Raises StoreUnavailable where it cannot say anything."""
        ...

    def stop(self) -> None: ...


class TriageHere:
    """Triage inside this process: a worker, a command, a test. Without a `desk` there is `trouble`."""

    def __init__(self, desk: DeskTriage | None, batch: int, trouble: list[str]) -> None:
        self.desk, self.trouble = desk, trouble
        self._batch = batch
        self._loop: TriageLoop | None = None

    @property
    def state(self) -> str:
        return "unavailable" if self.desk is None else "ready"

    def start(self, told: Told) -> None:
        if self.desk:
            self._loop = TriageLoop(self.desk, self._batch, told)
            self._loop.start()

    def wake(self) -> None:
        if self._loop:
            self._loop.wake()

    def preview(self, asked: Sequence[Asked]) -> Answered:
        if self.desk is None:
            raise cannot_run(self.trouble)
        return Answered(tuple(self.desk.preview(asked)), self.desk.model_version, self.desk.encoder.id)

    def stop(self) -> None:
        if self._loop:
            self._loop.stop()


def cannot_run(trouble: Sequence[str]) -> StoreUnavailable:
    return StoreUnavailable("triage cannot run now: " + ("; ".join(trouble) or "it is starting, try again in a moment"))
