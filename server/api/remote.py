"""Remote access over the API: the programs that open an asset, and the sessions noted on tickets."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from core_psa.assets import remote_actions, store
from core_psa.db.fields import MAX_NAME
from core_psa.desk import assets as desk
from core_psa.tickets import store as tickets
from server.api.deps import Api
from server.api.models import MAX_LISTED, NOT_GIVEN, Body, Key, Listed, Name, Record, RecordId, WithInactive
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("assets")


class ToolChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    template: Annotated[str, Field(max_length=MAX_NAME, examples=["https://remote.example.com/{remote_id}"])] = (
        NOT_GIVEN
    )
    type_ids: Annotated[list[RecordId], Field(max_length=MAX_LISTED, description="which it opens; none: all")] = (
        NOT_GIVEN
    )
    active: bool = NOT_GIVEN


class NewTool(ToolChange):
    name: Name
    template: Annotated[str, Field(max_length=MAX_NAME)]


class ToolOut(Record):
    id: int
    name: str
    template: str
    type_ids: list[int]
    active: bool


class NewSession(Body):
    asset_id: RecordId
    tool_id: RecordId


class SessionOut(Record):
    id: int
    asset_id: int
    tool: str
    by: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None


class SessionBegun(SessionOut):
    """`address` opens the asset."""

    address: str


@router.get("/remote-tools")
def list_tools(api: Api, inactive: WithInactive = False) -> Listed[ToolOut]:
    api.viewer.require("assets.see")
    with api.db.read() as session:
        return Listed(items=[ToolOut.of(row) for row in store.tools(session, inactive=inactive)], next_cursor=None)


@router.post("/remote-tools", status_code=201)
def create_tool(api: Api, body: NewTool) -> ToolOut:
    """`template` is an address of a safe scheme with {remote_id} where the asset's own id goes."""
    with api.db.work() as w:
        return ToolOut.of(remote_actions.create_tool(w, api.viewer, **body.given()))


@router.patch("/remote-tools/{tool_id}")
def change_tool(api: Api, tool_id: Key, body: ToolChange) -> ToolOut:
    with api.db.work() as w:
        return ToolOut.of(remote_actions.update_tool(w, api.viewer, tool_id, **body.given()))


@router.get("/tickets/{key}/remote-sessions")
def list_sessions(api: Api, key: TicketKey) -> Listed[SessionOut]:
    api.viewer.require("assets.see")
    with api.db.read() as session:
        tickets.get(session, api.viewer, ticket_id(key))
        rows = store.sessions_of(session, ticket_id(key))
    return Listed(items=[SessionOut.of(row) for row in rows], next_cursor=None)


@router.post("/tickets/{key}/remote-sessions", status_code=201)
def begin_session(api: Api, key: TicketKey, body: NewSession) -> SessionBegun:
    """Notes on the ticket that a remote session begins; the answer has the address that opens the asset."""
    with api.db.work() as w:
        row, address = desk.connect(w, api.viewer, ticket_id(key), body.asset_id, body.tool_id)
        w.after_commit(api.desk.live.look_now)
        return SessionBegun.of(row, address=address)


@router.post("/tickets/{key}/remote-sessions/{session_id}/end")
def end_session(api: Api, key: TicketKey, session_id: Key) -> Listed[SessionOut]:
    """Notes how long it took. Repeating it does nothing."""
    with api.db.work() as w:
        desk.disconnect(w, api.viewer, ticket_id(key), session_id)
        w.after_commit(api.desk.live.look_now)
    return list_sessions(api, key)
