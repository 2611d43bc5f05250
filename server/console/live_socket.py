"""One WebSocket a tab: it is told when what it shows has changed, who else is there, and how much its reader has not read.

It carries no content: a page that is told asks for its parts again, through the doors that check who may see them. At
every beat it is asked again whether its reader may still listen.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from core_psa.errors import Conflict, DomainError, Forbidden, NotFound, Unauthenticated
from core_psa.notices import notifications
from core_psa.tickets import store
from core_psa.viewer import Viewer
from server.console.presence import Guest
from server.console.router import page_router
from server.console.session import must_have_our_origin, viewer_of
from server.live import NOTHING, QUEUE, Watcher
from server.wiring import Desk

router = page_router()

_TICKET = re.compile(r"ticket:(\d{1,18})")
# What a page is told when its socket ends: it may not listen (again), or it is to ask anew.
_REFUSED, _ASK_AGAIN = 4403, 1012


@router.websocket("/live")
async def live(socket: WebSocket, topic: str = QUEUE) -> None:
    desk: Desk = socket.app.state.desk
    await socket.accept()
    try:
        admitted = await run_in_threadpool(_admit, socket, desk, topic)
        await run_in_threadpool(_read_news, desk, *admitted)
    except DomainError as error:
        await _end(socket, error)
        return
    await _Tab(socket, desk, *admitted).serve(lambda: _admit(socket, desk, topic) == admitted)


def _admit(socket: WebSocket, desk: Desk, topic: str) -> tuple[Viewer, str]:
    """Who is connecting, and what they are told of: of the queue nothing without a ticket to see.

    Raises a DomainError for another site's page, a stranger, or a ticket beyond their wall.
    """
    must_have_our_origin(socket)
    viewer = viewer_of(socket, desk)
    if ticket := _TICKET.fullmatch(topic):
        with desk.db.read() as session:
            store.get(session, viewer, int(ticket[1]))
        return viewer, topic
    if topic not in (QUEUE, NOTHING):
        raise Forbidden("tickets.see")
    return viewer, topic if viewer.may("tickets.see") or viewer.may("tickets.see_all") else NOTHING


def _read_news(desk: Desk, viewer: Viewer, topic: str) -> None:
    """What was told of a ticket is read once it is open before their eyes."""
    ticket = _TICKET.fullmatch(topic)
    if ticket is None:
        return
    with desk.db.read() as session:
        news = notifications.is_unread_about(session, viewer, int(ticket[1]))
    if news:
        with desk.db.work() as w:
            notifications.read_about(w, viewer, int(ticket[1]))


async def _end(socket: WebSocket, error: DomainError) -> None:
    refused = isinstance(error, Unauthenticated | Forbidden | NotFound)
    await socket.close(_REFUSED if refused else _ASK_AGAIN, str(error)[:100])


class _Changed(Conflict):
    """The reader's rights are others than when the page began to listen."""


class _Tab:
    """One open page. What it is to be told waits in a queue of its own, filled from any thread."""

    def __init__(self, socket: WebSocket, desk: Desk, viewer: Viewer, topic: str) -> None:
        self._socket, self._live, self._viewer = socket, desk.live, viewer
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        # Who else is there is worth knowing on a ticket alone.
        shared = _TICKET.fullmatch(topic) and viewer.agent_id
        self._guest = Guest(desk.db, topic, viewer.agent_id or 0) if shared else None
        self._watched = [(topic, self._changes), (f"agent:{viewer.agent_id}", self._rings)]
        if shared:
            self._watched.append((f"present:{topic}", self._others_are))

    async def serve(self, unchanged: Callable[[], bool]) -> None:
        """Until the page leaves, or is no longer admitted as it was: `unchanged` says so, or raises a DomainError."""
        loop = asyncio.get_running_loop()
        watchers = [Watcher(topic, loop, tell) for topic, tell in self._watched]
        if self._guest:
            await run_in_threadpool(self._guest.enter)
            self._live.look_now()
        for watcher in watchers:
            watcher.send(await run_in_threadpool(self._live.watch, watcher))
        parts = [asyncio.create_task(part) for part in (self._listen(), self._send(), self._stay(unchanged))]
        try:
            ended, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for error in (part.exception() for part in ended):
                if isinstance(error, DomainError):
                    await _end(self._socket, error)
                elif error and not isinstance(error, WebSocketDisconnect):
                    raise error
        finally:
            for part in parts:
                part.cancel()
            for watcher in watchers:
                self._live.leave(watcher)
            if self._guest:
                await run_in_threadpool(self._guest.leave)
                self._live.look_now()

    async def _listen(self) -> None:
        while True:
            await self._hear(await self._socket.receive_text())

    async def _hear(self, word: str) -> None:
        """'writing FIELD', or anything else for reading."""
        if self._guest:
            field = word.removeprefix("writing").strip() or "reply" if word.startswith("writing") else ""
            await run_in_threadpool(self._guest.writes, field)
            self._live.look_now()

    async def _send(self) -> None:
        while True:
            await self._socket.send_json(await self._waiting.get())

    async def _stay(self, unchanged: Callable[[], bool]) -> None:
        while True:
            await asyncio.sleep(self._live.beats_every.total_seconds())
            if not await run_in_threadpool(unchanged):
                raise _Changed("your rights have changed")
            if self._guest:
                await run_in_threadpool(self._guest.beat)

    def _changes(self, mark: str) -> None:
        self._waiting.put_nowait({"mark": mark})

    def _rings(self, mark: str) -> None:
        """How much the agent has not read, and the number of the latest."""
        unread, newest = mark.split("/")
        self._waiting.put_nowait({"unread": int(unread), "newest": int(newest)})

    def _others_are(self, mark: str) -> None:
        """Each other person once; the viewer's own tabs are no news to them."""
        others = [p for p in json.loads(mark) if p[0] != self._viewer.agent_id]
        self._waiting.put_nowait({"others": [{"name": name, "writing": writing} for _, name, writing in others]})
