"""The texts people are sent: which events users hear of, and the words for each, with a preview."""

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.desk.telling import facts_of
from core_psa.errors import Invalid, NotFound
from core_psa.notices import administration, templates
from core_psa.notices.events import COMMON, EVENTS, Audience
from core_psa.notices.wording import LANGUAGE, WORDINGS, Wording
from core_psa.tickets import store as tickets
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/notices")

Language = Annotated[str, Query(max_length=35)]


@router.get("")
def texts_page(visit: Console) -> Response:
    visit.viewer.require(administration.PERMISSION)
    with visit.db.read() as session:
        silent = administration.silent_events(session)
        own: dict[tuple[str, str], list[str]] = {}
        cursor = None
        while True:
            found = templates.template_page(session, visit.viewer, cursor, limit=200)
            for row in found.rows:
                own.setdefault((row.event, row.audience), []).append(row.language)
            cursor = found.next_cursor
            if cursor is None:
                break
    return page(visit, "notices/texts.html", events=EVENTS, wordings=WORDINGS, own=own, silent=silent)


@router.post("")
def set_silent(visit: Console, form: Posted) -> Response:
    """Users hear of the events that are ticked."""
    told = {event for event, audience in WORDINGS if audience == "user"}
    with visit.db.work() as w:
        administration.set_silent(w, visit.viewer, told - set(form.texts("told")))
    return RedirectResponse("/notices?saved=1", 303)


@router.get("/{event}/{audience}")
def text_page(event: str, audience: str, visit: Console, language: Language = "") -> Response:
    return _text(visit, *_known(event, audience), language)


@router.post("/{event}/{audience}")
def write(event: str, audience: str, visit: Console, form: Posted) -> Response:
    """Saves the text, or shows what it would read like."""
    event, whose = _known(event, audience)
    if form.text("do") == "preview":
        return _text(visit, event, whose, form.text("language"), form)
    try:
        with visit.db.work() as w:
            given = {name: form.text(name) for name in ("language", "subject", "text")}
            row = templates.write(w, visit.viewer, event=event, audience=whose, **given)
    except Invalid as invalid:
        return _text(visit, event, whose, form.text("language"), form, problems(invalid), 422)
    return RedirectResponse(f"/notices/{event}/{audience}?language={row.language}&saved=1", 303)


@router.post("/{event}/{audience}/reset")
def reset(event: str, audience: str, visit: Console, form: Posted) -> Response:
    """Gives the text in this language up; the first one counts again."""
    event, whose = _known(event, audience)
    with visit.db.work() as w:
        own = templates.languages_of(w.session, visit.viewer, event, whose)
        if row := own.get(form.text("language")):
            templates.reset(w, visit.viewer, row.id)
    return RedirectResponse(f"/notices/{event}/{audience}", 303)


def _known(event: str, audience: str) -> tuple[str, Audience]:
    whose: Audience = "user" if audience == "user" else "agent"
    if (event, audience) not in WORDINGS:
        raise NotFound("text", f"{event[:50]} for {audience[:50]}")
    return event, whose


def _text(
    visit: Visit,
    event: str,
    audience: Audience,
    language: str,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    visit.viewer.require(administration.PERMISSION)
    with visit.db.read() as session:
        own = templates.languages_of(session, visit.viewer, event, audience)
        row = own.get(language) or (next(iter(own.values()), None) if not language else None)
        stored = Wording(row.subject, row.text) if row else WORDINGS[event, audience]
        words = Wording(form.text("subject", stored.subject), form.text("text", stored.text))
        facts = _facts_of(session, visit, form.text("ticket"))
        return page(
            visit,
            "notices/text.html",
            status=status,
            event=event,
            audience=audience,
            title=EVENTS[event].title,
            meanings={**_meanings(event), "recipient": "who reads this"},
            allowed=templates.allowed(event, audience),
            languages=list(own),
            language=language or (row.language if row else LANGUAGE),
            is_own=row is not None,
            words=words,
            preview=templates.preview(words, facts, visit.zone),
            form=form,
            errors=errors or {},
        )


def _meanings(event: str) -> dict[str, str]:
    return {**COMMON, **EVENTS[event].facts}


def _facts_of(session: Session, visit: Visit, number: str) -> dict[str, Any]:
    """Of a real ticket, if its number was given and the viewer may see it."""
    digits = number.strip().lstrip("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        return {"desk": visit.organisation}
    try:
        ticket = tickets.get(session, visit.viewer, int(digits))
    except NotFound:
        return {"desk": visit.organisation}
    return {"desk": visit.organisation, "number": ticket.number, **facts_of(session, ticket)}
