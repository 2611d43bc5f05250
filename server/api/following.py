"""Who watches a ticket, over the API."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.desk import following
from core_psa.errors import FieldError, Invalid
from core_psa.following import store
from core_psa.following.store import Watching
from core_psa.tickets import store as tickets
from core_psa.viewer import Viewer
from server.api.deps import Api, ApiContext
from server.api.models import MAX_LISTED, Body, Email, Key, Listed, Record, RecordId
from server.api.router import api_router

router = api_router("tickets", "/tickets")


class NewWatchers(Body):
    """Agents by id, people outside by address; an address of an agent or user stands for them."""

    agents: Annotated[list[RecordId], Field(default_factory=list, max_length=MAX_LISTED)]
    addresses: Annotated[list[Email], Field(default_factory=list, max_length=MAX_LISTED)]


class WatcherOut(Record):
    id: int
    kind: str
    name: str
    agent_id: int | None
    user_id: int | None
    address: str | None


@router.get("/{ticket_id}/watchers")
def list_watchers(api: Api, ticket_id: Key) -> Listed[WatcherOut]:
    """All of them: agents first, then people outside."""
    return _listed(api, ticket_id)


@router.post("/{ticket_id}/watchers", status_code=201)
def add_watchers(api: Api, ticket_id: Key, body: NewWatchers) -> Listed[WatcherOut]:
    """Lets these watch too; the answer is everybody who watches then."""
    if not (body.agents or body.addresses):
        raise Invalid(FieldError("agents", "give agents, addresses, or both"))
    with api.db.work() as w:
        following.let_watch(w, api.viewer, ticket_id, agents=body.agents, addresses=body.addresses)
        w.after_commit(api.desk.live.look_now)
    return _listed(api, ticket_id)


@router.delete("/{ticket_id}/watchers/{watcher_id}")
def remove_watcher(api: Api, ticket_id: Key, watcher_id: Key) -> Listed[WatcherOut]:
    """Takes one off; the answer is everybody who still watches."""
    with api.db.work() as w:
        following.stop_watching(w, api.viewer, ticket_id, watcher_id)
        w.after_commit(api.desk.live.look_now)
    return _listed(api, ticket_id)


@router.put("/{ticket_id}/favourites/{agent_id}", status_code=204)
def add_favourite(api: Api, ticket_id: Key, agent_id: Key) -> None:
    """Puts the ticket among an agent's favourites; `GET /tickets?favourite_of=` lists them."""
    with api.db.work() as w:
        following.keep_for(w, api.viewer, ticket_id, agent_id)


@router.delete("/{ticket_id}/favourites/{agent_id}", status_code=204)
def remove_favourite(api: Api, ticket_id: Key, agent_id: Key) -> None:
    """Takes it off them again; taking off what is none does nothing."""
    with api.db.work() as w:
        following.drop_for(w, api.viewer, ticket_id, agent_id)


def _listed(api: ApiContext, ticket_id: int) -> Listed[WatcherOut]:
    with api.db.read() as session:
        return Listed(items=[_shape(w) for w in _watchers(session, api.viewer, ticket_id)], next_cursor=None)


def _watchers(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[Watching]:
    return store.watchers(session, tickets.get(session, viewer, ticket_id).id)


def _shape(watching: Watching) -> WatcherOut:
    return WatcherOut(
        id=watching.id,
        kind=watching.kind,
        name=watching.name,
        agent_id=watching.agent_id,
        user_id=watching.user_id,
        address=watching.address,
    )
