"""One WebSocket a tab: it is told when what it shows has changed, who else is there, and how much its reader has not read.

It carries no content: a page that is told asks for its parts again, through the doors that check who may see them.
"""

import asyncio
import json
import re
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from core_psa.errors import DomainError, Forbidden
from core_psa.notices import notifications
from core_psa.presence.store import BEATS_EVERY
from core_psa.tickets import store
from core_psa.viewer import Viewer
from server.console.presence import Guest
from server.console.session import must_have_our_origin, viewer_of
from server.live import NOTHING, QUEUE, Watcher
from server.wiring import Desk

router = APIRouter()

_TICKET = re.compile(r"ticket:(\d{1,18})")
_REFUSED = 4403


@router.websocket("/live")
async def live(socket: WebSocket, topic: str = QUEUE) -> None:
    desk: Desk = socket.app.state.desk
    await socket.accept()
    try:
        viewer = await run_in_threadpool(_admit, socket, desk, topic)
    except DomainError as error:
        await socket.close(_REFUSED, str(error)[:100])
        return
    await _Tab(socket, desk, viewer, topic).serve()


def _admit(socket: WebSocket, desk: Desk, topic: str) -> Viewer:
    """Who is connecting. Raises a DomainError for another site's page, a stranger, or a ticket beyond their wall."""
    must_have_our_origin(socket)
    viewer = viewer_of(socket, desk)
    ticket = _TICKET.fullmatch(topic)
    if ticket is None:
        if topic not in (QUEUE, NOTHING):
            raise Forbidden("tickets.see")
        return viewer
    with desk.db.read() as session:
        store.get(session, viewer, int(ticket[1]))
        news = notifications.is_unread_about(session, viewer, int(ticket[1]))
    if news:  # the ticket is open before their eyes
        with desk.db.work() as w:
            notifications.read_about(w, viewer, int(ticket[1]))
    return viewer


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

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        watchers = [Watcher(topic, loop, tell) for topic, tell in self._watched]
        if self._guest:
            await run_in_threadpool(self._guest.enter)
            self._live.look_now()
        for watcher in watchers:
            watcher.send(await run_in_threadpool(self._live.watch, watcher))
        tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._stay())]
        try:
            while True:
                await self._hear(await self._socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            for task in tasks:
                task.cancel()
            for watcher in watchers:
                self._live.leave(watcher)
            if self._guest:
                await run_in_threadpool(self._guest.leave)
                self._live.look_now()

    async def _hear(self, word: str) -> None:
        """'writing FIELD', or anything else for reading."""
        if self._guest:
            field = word.removeprefix("writing").strip() or "reply" if word.startswith("writing") else ""
            await run_in_threadpool(self._guest.writes, field)
            self._live.look_now()

    async def _send(self) -> None:
        while True:
            await self._socket.send_json(await self._waiting.get())

    async def _stay(self) -> None:
        while self._guest:
            await asyncio.sleep(BEATS_EVERY.total_seconds())
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
