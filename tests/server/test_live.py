"""Telling open pages what has changed, whenever they begin to watch."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.intake.receive import NewTicket, receive
from core_psa.viewer import SYSTEM
from server.live import Live, Watcher, mark_of


class Stale(Database):
    """Gives `before` to whoever reads next, once: a view from the past, as a slow thread holds one."""

    before: Session | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self.before is None:
            with super().read() as session:
                yield session
        else:
            held, self.before = self.before, None
            yield held


class Page:
    """An open page: the marks it is told, as they come."""

    def __init__(self, topic: str) -> None:
        self.marks: list[str] = []
        self._told = threading.Condition()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.watcher = Watcher(topic, self._loop, self._hear)

    def _hear(self, mark: str) -> None:
        with self._told:
            self.marks.append(mark)
            self._told.notify_all()

    def is_told(self, mark: str) -> bool:
        with self._told:
            return self._told.wait_for(lambda: mark in self.marks, timeout=20)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Stale]:
    db = Stale.open(sqlite_url)
    assert isinstance(db, Stale)
    yield db
    db.close()


def test_a_page_that_began_with_an_old_view_is_told_of_what_others_have_heard(db: Stale) -> None:
    with db.work() as w:
        topic = f"ticket:{receive(w, SYSTEM, NewTicket('The printer is jammed', '')).id}"
    first, late, live = Page(topic), Page(topic), Live(db)
    live.start()
    live.watch(first.watcher)
    with db.read() as old:
        old.connection().exec_driver_sql("SELECT count(*) FROM ticket")  # from here on it sees nothing new
        with db.work() as w:
            desk.note(w, SYSTEM, int(topic.partition(":")[2]), body="Cleaned it.")
        with db.read() as session:
            now = mark_of(session, topic)
        assert first.is_told(now)
        db.before = old
        live.watch(late.watcher)
    assert late.is_told(now)
    live.stop()
    first.close()
    late.close()
