"""Suggestions over the API: read, accept, override, ask without storing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from core_psa.desk import names
from core_psa.intake.cleaning import TEXT_VERSION, clean, text_hash
from core_psa.intake.receive import NewTicket, check_content
from core_psa.reads import suggestion as reads
from core_psa.suggestions import actions
from core_psa.viewer import Viewer
from server.answers import ExactJson
from server.api import documented, shapes
from server.api.bodies import Fields, RawBody, json_object
from server.api.deps import Api, ApiContext
from server.api.router import api_router
from server.api.tickets import TicketKey, new_ticket, ticket_id
from triage.desk.desk_triage import Asked, Preview

router = api_router("suggestions")


@router.get("/tickets/{key}/suggestion", responses=documented.SUGGESTION)
def get_suggestion(api: Api, key: TicketKey) -> Response:
    """What triage said about this ticket and what people decided."""
    with api.db.read() as session:
        return ExactJson(shapes.suggestion(reads.suggestion(session, api.viewer, ticket_id(key))))


@router.post("/tickets/{key}/suggestion/accept", openapi_extra=documented.ACCEPT, responses=documented.SUGGESTION)
def accept(api: Api, key: TicketKey, raw: RawBody) -> Response:
    """Accepts the proposals of these fields. Repeating it does nothing.

    `expected` (field -> value) may say which proposals the caller saw; a changed one is answered with 409.
    """
    fields = Fields(json_object(raw))
    wanted, expected = fields.texts("fields"), fields.numbers("expected")
    fields.done(strict=True)
    with api.db.work() as w:
        actions.accept(w, api.viewer, ticket_id(key), wanted, expected=expected)
        return _decided(api, w.session, key)


@router.post("/tickets/{key}/suggestion/override", openapi_extra=documented.OVERRIDE, responses=documented.SUGGESTION)
def override(api: Api, key: TicketKey, raw: RawBody) -> Response:
    """Sets another value than the proposed one; both are kept."""
    fields = Fields(json_object(raw))
    field, value = fields.text("field"), fields.reference("value")
    fields.done(strict=True)
    with api.db.work() as w:
        actions.override(w, api.viewer, ticket_id(key), field, value)
        return _decided(api, w.session, key)


def _decided(api: ApiContext, session: Any, key: str) -> Response:
    session.flush()
    return ExactJson(shapes.suggestion(reads.suggestion(session, api.viewer, ticket_id(key))))


@router.post("/triage", openapi_extra=documented.NEW_TICKET, responses=documented.SUGGESTION)
def ask(api: Api, raw: RawBody) -> Response:
    """What triage would suggest for such a ticket. Nothing is stored."""
    api.viewer.require("tickets.see")
    new = new_ticket(json_object(raw))
    (answer,) = suggested(api, [asked_of(api, new)])
    return ExactJson(answer)


def suggested(api: ApiContext, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What triage says about tickets that are not stored. Raises StoreUnavailable where triage cannot run."""
    said = api.desk.triage.preview(asked)
    made_by = {"model_version": said.model_version, "encoder": said.encoder_id, "text_version": TEXT_VERSION}
    with api.db.read() as session:
        return [{**_preview(session, api.viewer, preview), **made_by} for preview in said.previews]


def _preview(session: Session, viewer: Viewer, preview: Preview) -> dict[str, Any]:
    view = reads.of_preview(session, viewer, preview.fields, preview.neighbours, preview.related, preview.eta)
    return shapes.suggestion(view)


def asked_of(api: ApiContext, new: NewTicket) -> Asked:
    """A ticket that is not stored, as triage reads it. Raises Invalid like opening it would."""
    check_content(new)
    text = clean(new.subject, new.body)
    given = {name: getattr(new, name) for name in ("category", "priority", "team", "assignee", "customer")}
    with api.db.read() as session:
        found = {name: None if g in (None, "") else names.find(session, name, g) for name, g in given.items()}
    return Asked(
        ticket_id=None,
        text=text,
        text_version=TEXT_VERSION,
        text_hash=text_hash(text),
        created_at=api.now,
        customer_id=found.pop("customer"),
        team_id=found["team"],
        present=found,
    )
