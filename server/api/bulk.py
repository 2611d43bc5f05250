"""One change to many tickets over the API."""

from typing import Annotated, Any

from pydantic import Field

from server.api.deps import Api
from server.api.models import Body, Record, RecordId
from server.api.router import api_router
from server.bulk import MOST, change_all
from server.errors import field_error

router = api_router("tickets", "/tickets")


class BulkBody(Body):
    """`change` is the body of a single action, or tag {add, remove}, merge {into}, spam {reason}."""

    tickets: Annotated[list[RecordId], Field(min_length=1, max_length=MOST)]
    change: Annotated[dict[str, Any], Field(examples=[{"action": "assign", "team": "Network"}])]


class ResultOut(Record):
    ticket_id: int
    number: str
    done: bool
    errors: list[dict[str, Any]]


class BulkOut(Record):
    """One result a ticket, in the order given; what was refused changed nothing on its ticket."""

    done: int
    refused: int
    results: list[ResultOut]


@router.post("/bulk")
def change_many(api: Api, body: BulkBody) -> BulkOut:
    """Every ticket is changed in a transaction of its own: some may be done and others refused."""
    results = change_all(api.db, api.viewer, body.tickets, body.change)
    api.desk.live.look_now()
    done = sum(result.done for result in results)
    return BulkOut(
        done=done,
        refused=len(results) - done,
        results=[
            ResultOut(
                ticket_id=result.ticket_id,
                number=result.number,
                done=result.done,
                errors=[field_error(e.field, e.message, e.allowed) for e in result.errors],
            )
            for result in results
        ],
    )
