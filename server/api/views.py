"""Saved views of the queue over the API."""

from typing import Annotated

from pydantic import Field

from core_psa.errors import FieldError, Invalid
from core_psa.reads.queue import count
from core_psa.tickets.views import actions, store
from core_psa.tickets.views.rules import COLUMNS, SCOPES, USUAL_COLUMNS
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    listed,
)
from server.api.router import api_router
from server.console.queue_query import MOST_COUNTED, QueueQuery

router = api_router("views", "/views")

Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]
Columns = Annotated[list[str], Field(max_length=len(COLUMNS), json_schema_extra={"items": {"enum": list(COLUMNS)}})]
Parameters = Annotated[
    dict[str, str],
    Field(description="as in the queue's address: state, sort, and the filters", examples=[{"assignee": "me"}]),
]


class ViewChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    scope: Scope = NOT_GIVEN
    team_id: RecordId | None = NOT_GIVEN
    parameters: Parameters = NOT_GIVEN
    columns: Columns = NOT_GIVEN


class NewView(ViewChange):
    name: Name
    scope: Scope = "own"
    columns: Columns = Field(default_factory=lambda: list(USUAL_COLUMNS))


class ViewOut(Record):
    id: int
    name: str
    scope: str
    agent_id: int | None
    team_id: int | None
    parameters: dict[str, str]
    columns: list[str]


class CountOut(Record):
    """`total` is exact up to a thousand; above, `total_is_floor` is true."""

    total: int
    total_is_floor: bool


@router.get("")
def list_views(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[ViewOut]:
    """The caller's own, their teams' and the desk's."""
    with api.db.read() as session:
        return listed(store.view_page(session, api.viewer, cursor, limit), ViewOut.of)


@router.post("", status_code=201)
def create_view(api: Api, body: NewView) -> ViewOut:
    """A key has no views of its own: give it `scope` desk."""
    _must_be_understood(body)
    with api.db.work() as w:
        return ViewOut.of(actions.create_view(w, api.viewer, **body.given()))


@router.get("/{view_id}")
def get_view(api: Api, view_id: Key) -> ViewOut:
    with api.db.read() as session:
        return ViewOut.of(store.get(session, api.viewer, view_id))


@router.get("/{view_id}/count")
def count_view(api: Api, view_id: Key) -> CountOut:
    """How many tickets the view shows the caller."""
    with api.db.read() as session:
        view = store.get(session, api.viewer, view_id)
        wanted = QueueQuery.parse(view.parameters).filter(api.viewer)
        total, is_floor = count(session, api.viewer, wanted, MOST_COUNTED)
    return CountOut(total=total, total_is_floor=is_floor)


@router.patch("/{view_id}")
def change_view(api: Api, view_id: Key, body: ViewChange) -> ViewOut:
    _must_be_understood(body)
    with api.db.work() as w:
        return ViewOut.of(actions.update_view(w, api.viewer, view_id, **body.given()))


@router.delete("/{view_id}", status_code=204)
def delete_view(api: Api, view_id: Key) -> None:
    with api.db.work() as w:
        actions.delete_view(w, api.viewer, view_id)


def _must_be_understood(body: ViewChange) -> None:
    """Raises Invalid for a parameter the queue would not act on, so that no view shows more than it says."""
    given: dict[str, str] = body.given().get("parameters", {})
    understood = QueueQuery.parse(given).saved()
    refused = [name for name, value in given.items() if understood.get(name) != value]
    if refused:
        raise Invalid(
            *(FieldError(f"parameters.{name[:100]}", "is not something the queue filters by") for name in refused)
        )
