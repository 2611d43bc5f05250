"""Tickets put aside and tickets that are none, over the API; and the senders who are not listened to."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from core_psa.db import Work
from core_psa.desk import snooze, spam
from core_psa.errors import NotFound
from core_psa.intake.senders import actions as senders
from core_psa.intake.senders import store as sender_store
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets import store as tickets
from core_psa.tickets.waiting.tables import Snooze
from server.answers import ExactJson
from server.api import documented, shapes
from server.api.deps import Api, ApiContext
from server.api.models import DEFAULT, Body, Cursor, Key, Limit, Listed, Moment, Record, RecordId, Text, listed
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("waiting")


class SnoozeUntil(Body):
    """The first that comes ends it: a time, an answer by the customer, or another ticket's end."""

    until: Moment | None = None
    on_reply: bool = False
    linked: Annotated[RecordId | None, Field(description="id of another ticket")] = None
    note: Text = ""


class SnoozeOut(BaseModel):
    """With `woken_at` the ticket is back, for the reason `woken_by`."""

    until: AwareDatetime | None
    on_reply: bool
    linked: int | None
    note: str
    set_at: AwareDatetime
    woken_at: AwareDatetime | None
    woken_by: str | None


class MarkSpam(Body):
    reason: Annotated[str, Field(json_schema_extra={"enum": list(spam.REASONS)})] = "spam"


class NewBlock(Body):
    sender: Annotated[str, Field(max_length=254, description="an address, or a domain with everything below it")]
    note: Text = ""


class BlockOut(Record):
    """`hits` counts what was filed as spam because of this entry."""

    id: int
    sender: str
    note: str
    created_at: AwareDatetime
    hits: int
    last_hit_at: AwareDatetime | None


@router.get("/tickets/{key}/snooze")
def get_snooze(api: Api, key: TicketKey) -> SnoozeOut:
    with api.db.read() as session:
        return _snooze(session.get(Snooze, tickets.get(session, api.viewer, ticket_id(key)).id), key)


@router.put("/tickets/{key}/snooze")
def set_snooze(api: Api, key: TicketKey, body: SnoozeUntil) -> SnoozeOut:
    """Puts the ticket aside; another snooze takes the place of the one before."""
    with api.db.work() as w:
        w.after_commit(api.desk.live.look_now)
        row = snooze.snooze(
            w,
            api.viewer,
            ticket_id(key),
            until=body.until,
            on_reply=body.on_reply,
            linked_id=body.linked,
            note=body.note,
        )
        return _snooze(row, key)


@router.delete("/tickets/{key}/snooze", status_code=204)
def end_snooze(api: Api, key: TicketKey) -> None:
    """Ends a snooze, or takes a ticket that came back off the top of the queue."""
    with api.db.work() as w:
        w.after_commit(api.desk.live.look_now)
        snooze.wake(w, api.viewer, ticket_id(key))


@router.post("/tickets/{key}/spam", responses=documented.TICKET)
def mark_spam(api: Api, key: TicketKey, body: MarkSpam) -> Response:
    """Closes the ticket as spam or as none; nothing is learned from it. Marking twice changes nothing."""
    with api.db.work() as w:
        spam.mark_spam(w, api.viewer, ticket_id(key), body.reason)
        return _ticket(api, w, ticket_id(key))


@router.delete("/tickets/{key}/spam", responses=documented.TICKET)
def unmark_spam(api: Api, key: TicketKey) -> Response:
    """Takes the mark back: the ticket is as it was, and triaged if it never was."""
    with api.db.work() as w:
        senders.take_back(w, api.viewer, ticket_id(key))
        w.after_commit(api.desk.wake)
        return _ticket(api, w, ticket_id(key))


@router.get("/blocked-senders")
def list_blocked(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[BlockOut]:
    with api.db.read() as session:
        return listed(sender_store.sender_page(session, api.viewer, cursor, limit), BlockOut.of)


@router.post("/blocked-senders", status_code=201)
def block(api: Api, body: NewBlock) -> BlockOut:
    """What this sender sends from now on is filed as spam. A customer's own domain cannot be blocked as a whole."""
    with api.db.work() as w:
        return BlockOut.of(senders.block(w, api.viewer, sender=body.sender, note=body.note))


@router.delete("/blocked-senders/{blocked_id}", status_code=204)
def unblock(api: Api, blocked_id: Key) -> None:
    with api.db.work() as w:
        senders.unblock(w, api.viewer, blocked_id)


def _ticket(api: ApiContext, w: Work, number: int) -> Response:
    w.session.flush()
    view = ticket_view(w.session, api.viewer, number)
    w.after_commit(api.desk.live.look_now)
    return ExactJson(shapes.ticket(view), headers={"etag": f'"{view.version}"'})


def _snooze(row: Snooze | None, key: str) -> SnoozeOut:
    if row is None:
        raise NotFound("snooze of ticket", key)
    return SnoozeOut(
        until=row.until,
        on_reply=row.on_reply,
        linked=row.linked_id,
        note=row.note,
        set_at=row.set_at,
        woken_at=row.woken_at,
        woken_by=row.woken_by,
    )
