"""What people are sent, over the API: the desk's own texts, the outbox, and how the desk sends."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from core_psa.db.fields import MAX_KEY
from core_psa.notices import administration, store, templates
from core_psa.notices.events import EVENTS
from core_psa.notices.wording import WORDINGS
from server.api.deps import Api
from server.api.models import DEFAULT, NOT_GIVEN, Body, Cursor, Key, Limit, Listed, Name, Record, Text, listed
from server.api.router import api_router

router = api_router("notices")

State = Literal["waiting", "sent", "failed", "held", "cancelled"]
Language = Annotated[str, Field(max_length=35, examples=["en", "pt-BR"])]


class TemplateBody(Body):
    event: Annotated[str, Field(json_schema_extra={"enum": list(EVENTS)})]
    audience: Literal["agent", "user"]
    language: Language
    subject: Name
    text: Text


class TemplateOut(Record):
    id: int
    event: str
    audience: str
    language: str
    subject: str
    text: str


class EventOut(Record):
    """What can be told of. `placeholders` say what a text may speak of; users are told only where `users` says so."""

    name: str
    title: str
    placeholders: list[str]
    users: bool
    in_app: bool
    mail: bool


class MailOut(Record):
    """`error` says why a mail waits, was held or has failed."""

    id: int
    event: str
    ticket_id: int | None
    address: str
    name: str
    subject: str
    text: str
    state: str
    attempts: int
    error: str | None
    message_id: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


class PolicyBody(Body):
    """`held` keeps every mail in the outbox; links in mails begin with `site`."""

    held: bool = NOT_GIVEN
    site: Annotated[str, Field(max_length=500, examples=["https://desk.example.com"])] = NOT_GIVEN
    language: Language = NOT_GIVEN


class PolicyOut(Record):
    held: bool
    site: str
    language: str


@router.get("/notice-events")
def list_events(api: Api) -> Listed[EventOut]:
    api.viewer.require(administration.PERMISSION)
    found = [
        EventOut(
            name=name,
            title=event.title,
            placeholders=list(event.placeholders),
            users=(name, "user") in WORDINGS,
            in_app=event.in_app,
            mail=event.mail,
        )
        for name, event in EVENTS.items()
    ]
    return Listed(items=found, next_cursor=None)


@router.get("/notice-templates")
def list_templates(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[TemplateOut]:
    """The desk's own texts; where there is none, the first text counts."""
    with api.db.read() as session:
        return listed(templates.template_page(session, api.viewer, cursor, limit), TemplateOut.of)


@router.put("/notice-templates")
def write_template(api: Api, body: TemplateBody) -> TemplateOut:
    """Stores the text for this event, audience and language in place of the one before."""
    with api.db.work() as w:
        return TemplateOut.of(templates.write(w, api.viewer, **body.model_dump()))


@router.delete("/notice-templates/{template_id}", status_code=204)
def reset_template(api: Api, template_id: Key) -> None:
    """Gives the own text up."""
    with api.db.work() as w:
        templates.reset(w, api.viewer, template_id)


@router.get("/outbox")
def list_mails(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    state: State | None = None,
    ticket_id: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
) -> Listed[MailOut]:
    """The newest first."""
    with api.db.read() as session:
        page = administration.outbox_page(session, api.viewer, cursor, limit, state=state, ticket_id=ticket_id)
        return listed(page, MailOut.of)


@router.post("/outbox/{mail_id}/send")
def send_mail(api: Api, mail_id: Key) -> MailOut:
    """Sends a mail that failed, was held or cancelled after all, whatever the ceilings say."""
    with api.db.work() as w:
        return MailOut.of(administration.send_again(w, api.viewer, mail_id))


@router.post("/outbox/{mail_id}/cancel")
def cancel_mail(api: Api, mail_id: Key) -> MailOut:
    with api.db.work() as w:
        return MailOut.of(administration.cancel(w, api.viewer, mail_id))


@router.get("/mail-policy")
def get_policy(api: Api) -> PolicyOut:
    api.viewer.require(administration.PERMISSION)
    with api.db.read() as session:
        return PolicyOut.of(store.policy(session))


@router.patch("/mail-policy")
def change_policy(api: Api, body: PolicyBody) -> PolicyOut:
    with api.db.work() as w:
        return PolicyOut.of(administration.set_policy(w, api.viewer, **body.given()))
