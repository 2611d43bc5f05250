"""Telling open pages that what they show has changed.

One thread looks at what is being watched, whoever changed it: this process, the worker, an import. A page says what it
watches over its WebSocket (`ticket:17`, `queue`, `agent:3` for what agent 3 has not read, `present:ticket:17` for who has it open) and is told the new mark when it differs from the last one.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.db import Database
from core_psa.notices import notifications
from core_psa.presence.store import BEATS_EVERY, present
from core_psa.reads.queue import NEWEST
from core_psa.suggestions.store import waiting_count
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Action, Ticket

log = structlog.get_logger()

LOOKS_EVERY = 0.4
QUEUE = "queue"
# A page that shows nothing which changes is still told of its reader's notifications.
NOTHING = "nothing"


@dataclass(eq=False)
class Watcher:
    """One open page: `send` is called in the page's own event loop with the topic that changed."""

    topic: str
    loop: asyncio.AbstractEventLoop
    send: Callable[[str], None]


class Live:
    """Start with `start()`. `watch` and `leave` may be called from any thread. Pages show every beat that they are there."""

    def __init__(self, db: Database, beats_every: timedelta = BEATS_EVERY) -> None:
        self._db, self.beats_every = db, beats_every
        self._watchers: set[Watcher] = set()
        self._marks: dict[str, str] = {}
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def look_now(self) -> None:
        self._awake.set()

    def watch(self, watcher: Watcher) -> str:
        """Adds a page; returns the topic's present mark, so that a change before the page was drawn is not missed."""
        with self._db.read() as session:
            mark = mark_of(session, watcher.topic, self._db.clock.now())
        with self._lock:
            self._watchers.add(watcher)
            if self._marks.setdefault(watcher.topic, mark) != mark:
                self._marks[watcher.topic] = ""  # one of the two is of yesterday: the next look tells everybody
        return mark

    def leave(self, watcher: Watcher) -> None:
        with self._lock:
            self._watchers.discard(watcher)
            if not any(w.topic == watcher.topic for w in self._watchers):
                self._marks.pop(watcher.topic, None)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._awake.wait(LOOKS_EVERY)
            self._awake.clear()
            try:
                self._look()
            except Exception as error:  # the pages work without being told; the next look tries again
                log.warning("live.failed", error=f"{type(error).__name__}: {error}")

    def _look(self) -> None:
        with self._lock:
            topics = list(self._marks)
        if not topics:
            return
        with self._db.read() as session:
            now = self._db.clock.now()
            marks = {topic: mark_of(session, topic, now) for topic in topics}
        for watcher, mark in self._changed(marks):
            watcher.loop.call_soon_threadsafe(watcher.send, mark)

    def _changed(self, marks: dict[str, str]) -> list[tuple[Watcher, str]]:
        with self._lock:
            changed = {topic for topic, mark in marks.items() if self._marks.get(topic) not in (None, mark)}
            self._marks.update({topic: marks[topic] for topic in changed})
            return [(w, marks[w.topic]) for w in self._watchers if w.topic in changed]


def mark_of(session: Session, topic: str, now: datetime | None = None) -> str:
    """A short text that differs whenever what the topic shows has changed."""
    if topic == QUEUE:
        newest, updated = session.execute(NEWEST).one()
        return f"{newest}/{updated.timestamp() if updated else 0}/{waiting_count(session)}"
    kind, _, number = topic.partition(":")
    if kind == NOTHING:
        return NOTHING
    if kind == "agent":
        unread, latest = notifications.standing(session, int(number))
        return f"{unread}/{latest}"
    if kind == "present":
        people = present(session, number, now or datetime.now(UTC))
        return json.dumps([[p.agent_id, p.name, p.writing] for p in people])
    ticket_id = int(number)
    query = select(Ticket.version, Triage.state, Triage.ready_at).outerjoin(Triage, Triage.ticket_id == Ticket.id)
    version, state, ready = session.execute(query.where(Ticket.id == ticket_id)).one_or_none() or (0, None, None)
    # Not every entry of the timeline makes a version: the desk's own remarks do not.
    entry = session.scalar(select(func.max(Action.id)).where(Action.ticket_id == ticket_id))
    return f"{version}/{entry}/{state}/{ready.timestamp() if ready else 0}"
