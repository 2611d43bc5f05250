"""Tickets over the API: open, list, read, act."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Header, Path, Query
from starlette.responses import Response

from core_psa.access import answers
from core_psa.db import Work
from core_psa.desk import names
from core_psa.desk.attachments import attach_to_message
from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.intake.receive import NewTicket, receive
from core_psa.reads.queue import SORTS, queue
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets import store
from server.answers import ExactJson
from server.api import documented, shapes
from server.api.bodies import Fields, RawBody, json_object
from server.api.deps import Api, ApiContext
from server.api.router import api_router
from server.api.ticket_actions import act
from server.api.ticket_filter import Filters
from server.errors import RequestRunning

router = api_router("tickets", "/tickets")

TicketKey = Annotated[str, Path(description="the ticket's id or number", pattern=r"^\d{1,18}$")]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="the version the change was based on")]


def new_ticket(body: dict[str, Any], *, strict: bool = False) -> NewTicket:
    """The fields of a new ticket, types checked."""
    fields = Fields(body)
    team = fields.reference("team")
    group = fields.reference("group")
    new = NewTicket(
        subject=fields.text("subject"),
        body=fields.text("body"),
        channel=fields.text("channel", "api"),
        customer=fields.reference("customer"),
        requester=fields.reference("requester"),
        site=fields.reference("site"),
        type=fields.reference("type"),
        category=fields.reference("category"),
        priority=fields.reference("priority"),
        team=team if team is not None else group,
        assignee=fields.reference("assignee"),
        impact=fields.text("impact") or None,
        urgency=fields.text("urgency") or None,
        severity_a=fields.flag("severity_a"),
        fields=fields.mapping("fields"),
        tags=fields.texts("tags"),
    )
    fields.done(strict=strict)
    return new


@router.post("", status_code=201, openapi_extra=documented.NEW_TICKET, responses=documented.TICKET_201)
def open_ticket(api: Api, raw: RawBody, idempotency_key: IdempotencyKey = None) -> Response:
    """Opens a ticket. It is stored for good when the answer comes; triage follows."""
    new = new_ticket(json_object(raw))
    if idempotency_key is None:
        with api.db.work() as w:
            answer = _opened(api, w, new)
    else:
        answer = _opened_once(api, new, idempotency_key, hashlib.sha256(raw).hexdigest())
    return ExactJson(answer, status_code=201, headers={"location": f"/api/v1/tickets/{answer['id']}"})


def _opened(api: ApiContext, w: Work, new: NewTicket) -> dict[str, Any]:
    ticket = receive(w, api.viewer, new)
    w.after_commit(api.desk.wake)
    status = names.label(w.session, "status", ticket.status_id)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "subject": ticket.subject,
        "status": status,
        "state": ticket.state,
        "version": ticket.version,
        "created_at": ticket.created_at.isoformat(),
    }


def _opened_once(api: ApiContext, new: NewTicket, key: str, body_hash: str) -> dict[str, Any]:
    """The same key and body get the same answer for a day, whatever crashed in between."""
    owner = api.viewer.id or 0
    with _running.only_once((owner, key)), api.db.work() as w:
        if known := answers.remembered_answer(w.session, owner, key, body_hash, w.now):
            return known
        answer = _opened(api, w, new)
        answers.remember_answer(w, owner, key, body_hash, answer)
        return answer


class _Running:
    """Requests with an Idempotency-Key that have not been answered yet."""

    def __init__(self) -> None:
        self._keys: set[tuple[int, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def only_once(self, key: tuple[int, str]) -> Iterator[None]:
        with self._lock:
            if key in self._keys:
                raise RequestRunning("a request with this Idempotency-Key is still running: ask again shortly")
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


_running = _Running()


@router.get("", responses=documented.TICKET_LIST)
def list_tickets(
    api: Api,
    filters: Filters,
    q: Annotated[str | None, Query(description="words that must stand on the ticket", max_length=500)] = None,
    sort: Annotated[str, Query(description=", ".join(SORTS))] = "-created",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: int = 50,
) -> Response:
    """One page of tickets. `total` is exact up to 10,000; above, `total_is_floor` is true."""
    with api.db.read() as session:
        wanted = filters.wanted(session, q)
        page = queue(session, api.viewer, wanted, sort=sort, cursor=cursor, limit=limit)
    return ExactJson(
        {
            "items": [shapes.queue_row(row) for row in page.items],
            "next_cursor": page.next_cursor,
            "total": page.total,
            "total_is_floor": page.total_is_floor,
        }
    )


@router.get("/{key}", responses=documented.TICKET)
def get_ticket(api: Api, key: TicketKey) -> Response:
    """One ticket, with its first message as it came."""
    with api.db.read() as session:
        view = ticket_view(session, api.viewer, ticket_id(key))
    return ExactJson(shapes.ticket(view), headers={"etag": f'"{view.version}"'})


@router.get("/{key}/actions", responses=documented.TIMELINE)
def get_timeline(api: Api, key: TicketKey) -> Response:
    """The ticket's timeline, oldest first."""
    with api.db.read() as session:
        store.get(session, api.viewer, ticket_id(key))
        entries = store.timeline(session, api.viewer, ticket_id(key))
        return ExactJson({"items": [shapes.action(entry) for entry in entries], "next_cursor": None})


@router.post("/{key}/actions", openapi_extra=documented.NEW_ACTION, responses=documented.TICKET)
def post_action(api: Api, key: TicketKey, raw: RawBody, if_match: IfMatch = None) -> Response:
    """Takes one action; the answer is the ticket as it is then."""
    body = json_object(raw)
    number, files = ticket_id(key), _taken_ids(body, "attachments")
    with api.db.work() as w:
        came_to = act(w, api.viewer, number, body, version_of(if_match))
        attach_to_message(w, api.viewer, came_to, files)
        w.session.flush()
        view = ticket_view(w.session, api.viewer, came_to)
        if came_to != number:
            w.after_commit(api.desk.wake)
        w.after_commit(api.desk.live.look_now)
    return ExactJson(shapes.ticket(view), headers={"etag": f'"{view.version}"'})


def _taken_ids(body: dict[str, Any], name: str) -> list[int]:
    """Takes a list of ids out of the body. Raises Invalid if it is something else."""
    given = body.pop(name, None) or []
    if not isinstance(given, list) or not all(type(i) is int and 0 < i < 2**63 for i in given):
        raise Invalid(FieldError(name, "must be a list of ids"))
    return given


def ticket_id(key: str) -> int:
    number = int(key)
    if number >= 2**63:
        raise NotFound("ticket", key)
    return number


def version_of(if_match: str | None) -> int | None:
    """The version in an If-Match header: bare, quoted or weak."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'\s*(?:W/)?"?(\d{1,9})"?\s*', if_match)
    if found is None:
        raise Invalid(FieldError("If-Match", "must be a ticket's version"))
    return int(found[1])
