"""Who else has the same page open, and who is writing on it. Known to this process only, and gone with it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False)
class Guest:
    """One open page; `tell` is called, in any thread, whenever the others on it change."""

    topic: str
    agent_id: int | None
    name: str
    tell: Callable[[], None]
    writing: bool = False


class Presence:
    def __init__(self) -> None:
        self._guests: dict[str, set[Guest]] = {}
        self._lock = threading.Lock()

    def enter(self, guest: Guest) -> None:
        with self._lock:
            self._guests.setdefault(guest.topic, set()).add(guest)
        self._tell_others(guest)

    def leave(self, guest: Guest) -> None:
        with self._lock:
            there = self._guests.get(guest.topic, set())
            there.discard(guest)
            if not there:
                self._guests.pop(guest.topic, None)
        self._tell_others(guest)

    def writes(self, guest: Guest, writing: bool) -> None:
        if guest.writing != writing:
            guest.writing = writing
            self._tell_others(guest)

    def others(self, guest: Guest) -> list[dict[str, str | bool]]:
        """The other people on the page by name, each once however many tabs they have open."""
        with self._lock:
            there = [g for g in self._guests.get(guest.topic, ()) if g.agent_id != guest.agent_id]
        writing = {g.name: False for g in there} | {g.name: True for g in there if g.writing}
        return [{"name": name, "writing": writes} for name, writes in sorted(writing.items())]

    def _tell_others(self, guest: Guest) -> None:
        with self._lock:
            there = list(self._guests.get(guest.topic, ()))
        for other in there:
            other.tell()
