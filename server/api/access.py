"""Ways into the desk over the API: keys, the sessions of agents, and whether their second factor is set up."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from core_psa.access import actions, second_factor, sessions, store
from core_psa.organisation import store as organisation
from core_psa.organisation.rules import PERMISSIONS
from server.api.deps import Api
from server.api.models import DEFAULT, Body, Cursor, Key, Limit, Listed, Moment, Name, Record, listed
from server.api.router import api_router

router = api_router("access")

Scopes = Annotated[
    list[str], Field(max_length=len(PERMISSIONS), json_schema_extra={"items": {"enum": list(PERMISSIONS)}})
]


class NewKey(Body):
    """Without `scopes` the key may do all that its role may, without `expires_at` for good."""

    name: Name
    role: Name
    expires_at: Moment | None = None
    scopes: Scopes | None = None


class KeyOut(Record):
    """The key itself is stored nowhere: `prefix` is how it begins."""

    id: int
    name: str
    prefix: str
    role: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class MadeKey(KeyOut):
    """`key` is shown this once."""

    key: str


class SessionOut(Record):
    """A signed-in browser; `method` is how the agent came in."""

    id: int
    agent_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    browser: str
    method: str


class SessionsOut(Record):
    items: list[SessionOut]


class SecondFactorOut(Record):
    """`asked_for` is whether a role of the agent asks for one."""

    set_up: bool
    asked_for: bool
    recovery_codes_left: int


@router.get("/keys")
def list_keys(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[KeyOut]:
    """Every key, the oldest first, revoked ones included."""
    with api.db.read() as session:
        page = store.key_page(session, api.viewer, cursor, limit)
        roles = store.role_names(session, page.rows)
        return listed(page, lambda row: KeyOut.of(row, role=roles[row.role_id]))


@router.post("/keys", status_code=201)
def create_key(api: Api, body: NewKey) -> MadeKey:
    """The answer holds the key, which is stored nowhere and told by nobody afterwards."""
    with api.db.work() as w:
        row, key = actions.create_key(w, api.viewer, body.name, body.role, body.expires_at, body.scopes)
        return MadeKey.of(row, role=body.role, key=key)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(api: Api, key_id: Key) -> None:
    """It is refused from now on, and stays in the list. Revoking twice changes nothing."""
    with api.db.work() as w:
        actions.revoke_key(w, api.viewer, store.key(w.session, api.viewer, key_id).name)


@router.get("/agents/{agent_id}/sessions")
def list_sessions(api: Api, agent_id: Key) -> SessionsOut:
    """The agent's open sessions, the one used last first."""
    with api.db.read() as session:
        organisation.agent(session, api.viewer, agent_id)
        rows = sessions.sessions_of(session, api.viewer, agent_id, api.now)
        return SessionsOut(items=[SessionOut.of(row) for row in rows])


@router.delete("/agents/{agent_id}/sessions", status_code=204)
def end_sessions(api: Api, agent_id: Key) -> None:
    """Signs the agent out everywhere."""
    with api.db.work() as w:
        organisation.agent(w.session, api.viewer, agent_id)
        sessions.end_all(w, api.viewer, agent_id)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(api: Api, session_id: Key) -> None:
    with api.db.work() as w:
        sessions.end(w, api.viewer, session_id)


@router.get("/agents/{agent_id}/second-factor")
def get_second_factor(api: Api, agent_id: Key) -> SecondFactorOut:
    api.viewer.require("access.edit")
    with api.db.read() as session:
        organisation.agent(session, api.viewer, agent_id)
        return SecondFactorOut(
            set_up=second_factor.is_set_up(session, agent_id),
            asked_for=second_factor.is_required(session, agent_id),
            recovery_codes_left=second_factor.codes_left(session, agent_id),
        )


@router.delete("/agents/{agent_id}/second-factor", status_code=204)
def reset_second_factor(api: Api, agent_id: Key) -> None:
    """For somebody who lost theirs: they sign in by password, and set up another where a role asks for it."""
    with api.db.work() as w:
        second_factor.reset(w, api.viewer, agent_id)
