"""One WebSocket a tab: it is told when what it shows has changed, who else is there, and how much its reader has not read.

It carries no content: a page that is told asks for its parts again, through the doors that check who may see them.
"""

import asyncio
import re
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from core_psa.errors import DomainError, Forbidden
from core_psa.notices import notifications
from core_psa.tickets import store
from core_psa.viewer import Viewer
from server.console.presence import Guest, Presence
from server.console.session import must_have_our_origin, viewer_of
from server.live import NOTHING, QUEUE, Watcher
from server.wiring import Desk

router = APIRouter()

_TICKET = re.compile(r"ticket:(\d{1,18})")
_REFUSED = 4403
_presence = Presence()


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
        self._socket, self._live = socket, desk.live
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._watcher = Watcher(topic, self._loop, lambda mark: self._waiting.put_nowait({"mark": mark}))
        self._bell = Watcher(f"agent:{viewer.agent_id}", self._loop, self._rings)
        self._guest = Guest(topic, viewer.agent_id, viewer.name, self._others_changed)

    async def serve(self) -> None:
        mark = await run_in_threadpool(self._live.watch, self._watcher)
        self._rings(await run_in_threadpool(self._live.watch, self._bell))
        _presence.enter(self._guest)
        sending = asyncio.create_task(self._send(mark))
        try:
            while True:
                _presence.writes(self._guest, await self._socket.receive_text() == "writing")
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()
            self._live.leave(self._watcher)
            self._live.leave(self._bell)
            _presence.leave(self._guest)

    async def _send(self, mark: str) -> None:
        await self._socket.send_json({"mark": mark})
        while True:
            await self._socket.send_json(await self._waiting.get())

    def _rings(self, mark: str) -> None:
        """How much the agent has not read, and the number of the latest."""
        unread, newest = mark.split("/")
        self._waiting.put_nowait({"unread": int(unread), "newest": int(newest)})

    def _others_changed(self) -> None:
        self._loop.call_soon_threadsafe(lambda: self._waiting.put_nowait({"others": _presence.others(self._guest)}))
