"""Recurring tickets: their templates, when each comes next, and what they opened."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.errors import FieldError, Invalid
from core_psa.intake.recurring import actions, store
from core_psa.intake.recurring.rules import Recurrence
from core_psa.intake.recurring.tables import RecurringTicket
from core_psa.reads.choices import Choices, choices
from server.console import rhythms
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/recurring-tickets")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
_HERE = "/administration/recurring-tickets"
_REFERENCES = ("customer", "type", "category", "priority", "team", "assignee")
_SHOWN = 5


@router.get("")
def list_page(visit: Console, cursor: str | None = None) -> Response:
    with visit.db.read() as session:
        found = store.recurring_page(session, visit.viewer, cursor, inactive=True)
        runs = store.last_runs(session, [row.id for row in found.rows])
    first = cursor is None
    return page(visit, "by_itself/recurring.html", found=found, runs=runs, rhythm=rhythms.in_words, first=first)


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.create_recurring(w, visit.viewer, **_given(form)))
    return _form(visit, None, errors, form) if errors else RedirectResponse(f"{_HERE}?saved=1", 303)


@router.get("/{recurring_id}")
def record_page(visit: Console, recurring_id: Key) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, recurring_id)


@router.post("/{recurring_id}")
def change(visit: Console, recurring_id: Key, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.update_recurring(w, visit.viewer, recurring_id, **_given(form)))
    return _form(visit, recurring_id, errors, form) if errors else RedirectResponse(f"{_HERE}?saved=1", 303)


def _given(form: Form) -> dict[str, Any]:
    """What was filled in. A rule written by hand counts before one chosen."""
    texts = {name: form.text(name) for name in ("name", "timezone", "subject", "body")}
    return {
        **texts,
        "rule": form.text("rule").strip() or form.text("rhythm"),
        "starts": _starts(form),
        **{f"{name}_id": form.number(name) for name in _REFERENCES},
        "tags": form.listed("tags"),
        "active": "on" in form.texts("active"),
    }


def _starts(form: Form) -> datetime:
    try:
        return datetime.fromisoformat(form.text("starts"))
    except ValueError:
        raise Invalid(FieldError("starts", "must be a date and a time")) from None


def _form(visit: Visit, recurring_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        row = None if recurring_id is None else store.recurring(session, visit.viewer, recurring_id)
        runs = store.run_page(session, visit.viewer, row.id, limit=_SHOWN).rows if row else []
        lists = _lists(choices(session, customers=True))
    return page(
        visit,
        "by_itself/recurring_form.html",
        status=422 if errors else 200,
        row=row,
        runs=runs,
        coming=_coming(row),
        lists=lists,
        rhythms=rhythms.USUAL,
        errors=errors or {},
        form=form,
    )


def _lists(offered: Choices) -> dict[str, Sequence[tuple[int, str]]]:
    return {
        "customer": [(c[0], c[1]) for c in offered.customers],
        "type": offered.types,
        "category": offered.categories,
        "priority": offered.priorities,
        "team": offered.teams,
        "assignee": offered.agents,
    }


def _coming(row: RecurringTicket | None) -> list[datetime]:
    """The next few occurrences, by the template's own clock."""
    if row is None or row.next_at is None:
        return []
    recurrence, zone = Recurrence(row.rule, row.starts, row.timezone), ZoneInfo(row.timezone)
    found = [row.next_at, *islice(recurrence.after(row.next_at), _SHOWN - 1)]
    return [at.astimezone(zone) for at in found]
