"""The desk's own texts: by event, for agents or users, in any language. Each may speak only of what its event knows."""

from collections.abc import Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.notices.administration import PERMISSION
from core_psa.notices.events import EVENTS, Audience
from core_psa.notices.rules import fill, fill_line
from core_psa.notices.tables import NoticeTemplate
from core_psa.notices.wording import WORDINGS, Wording
from core_psa.placeholders import unknown
from core_psa.viewer import Viewer

# What a preview shows where no real ticket was named.
SAMPLE: Mapping[str, str] = {
    "number": "0001234",
    "subject": "The printer at reception jams",
    "customer": "Brindle & Sons Bakery",
    "requester": "Rosa Brindle",
    "status": "In Progress",
    "priority": "P3 Medium",
    "team": "Service Desk",
    "assignee": "Imke Straat",
    "actor": "Imke Straat",
    "recipient": "Rosa Brindle",
    "body": "We have cleared the feeder. Please print a page and tell us what happens.",
    "resolution": "Cleared the paper feeder and cleaned the rollers.",
    "reason": "It jams again.",
    "question": "Replace the printer for EUR 340?",
    "decision": "approved",
    "comment": "Please order it today.",
    "clock": "first response",
    "share": "80",
    "tier": "2",
    "other": "0001230",
    "change": "priority P3 Medium to P2 High",
    "schedule": "Monthly check of the backups",
    "due_at": "3 March 2026, 12:00",
    "closes_at": "9 March 2026, 09:00",
    "answer_link": "https://desk.example/approve/…",
    "link": "https://desk.example/tickets/1234",
}


def allowed(event: str, audience: Audience) -> tuple[str, ...]:
    """The placeholders a text may hold. The address of a ticket is for agents: users have no way in there."""
    return tuple(name for name in EVENTS[event].placeholders if audience == "agent" or name != "link")


def template_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[NoticeTemplate]:
    """The desk's own texts; for everything else the first ones count (see `wording`)."""
    viewer.require(PERMISSION)
    keys = (NoticeTemplate.event, NoticeTemplate.audience, NoticeTemplate.language, NoticeTemplate.id)
    return page(session, select(NoticeTemplate), keys, cursor, limit)


def template(session: Session, viewer: Viewer, template_id: int) -> NoticeTemplate:
    viewer.require(PERMISSION)
    return get(session, NoticeTemplate, template_id)


def languages_of(session: Session, viewer: Viewer, event: str, audience: Audience) -> dict[str, NoticeTemplate]:
    """The own texts of one event and audience, by language."""
    viewer.require(PERMISSION)
    query = select(NoticeTemplate).where(NoticeTemplate.event == event, NoticeTemplate.audience == audience)
    return {row.language: row for row in session.scalars(query.order_by(NoticeTemplate.language))}


def write(
    w: Work, viewer: Viewer, *, event: str, audience: str, language: str, subject: str, text: str
) -> NoticeTemplate:
    """Stores the text for this event, audience and language in place of the one before.

    Raises Invalid for placeholders that mean nothing there, naming those that do.
    """
    viewer.require(PERMISSION)
    values = _accepted({"event": event, "audience": audience, "language": language, "subject": subject, "text": text})
    key = {name: values[name] for name in ("event", "audience", "language")}
    row = w.session.scalar(select(NoticeTemplate).filter_by(**key).with_for_update())
    if row is None:
        return create(w, viewer, NoticeTemplate(**values))
    return update(w, viewer, row, values)


def _accepted(given: Mapping[str, str]) -> dict[str, Any]:
    parsers: Mapping[str, fields.Parser] = {
        "event": fields.one_of(*EVENTS),
        "audience": fields.one_of(*get_args(Audience)),
        "language": fields.language,
        "subject": fields.name,
        "text": _said,
    }
    form = Form(given, parsers)
    event, audience = form.values.get("event"), form.values.get("audience")
    if event and audience and (event, audience) not in WORDINGS:
        form.refuse("audience", f"users are not told of '{event}'", ("agent",))
    elif event and audience:
        known = allowed(event, audience)
        for name in ("subject", "text"):
            if wrong := unknown(form.values.get(name, ""), known):
                form.refuse(name, f"{', '.join(wrong)[:200]} cannot be filled in here", known)
    return form.accepted()


def _said(value: str) -> str:
    if not value.strip():
        raise fields.Refused("must not be empty")
    return str(fields.text(value))


def reset(w: Work, viewer: Viewer, template_id: int) -> None:
    """Gives the own text up: the desk's next best language counts again, in the end the first text."""
    viewer.require(PERMISSION)
    row = get(w.session, NoticeTemplate, template_id, lock=True)
    w.session.delete(row)
    before = {"event": row.event, "audience": row.audience, "language": row.language, "text": row.text}
    audit.record(w, viewer, "deleted", "notice template", row.id, {name: [v, None] for name, v in before.items()})


def preview(words: Wording, facts: Mapping[str, Any], zone: ZoneInfo) -> Wording:
    """What somebody would read, with these facts, and the sample's where they say nothing."""
    known = {**SAMPLE, **{name: value for name, value in facts.items() if value not in (None, "")}}
    return Wording(fill_line(words.subject, known, zone), fill(words.text, known, zone))
