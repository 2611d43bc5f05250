"""The workflow editor: per type its statuses, what each action leads to, its gates and its own fields."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.records import get
from core_psa.reads.choices import choices
from core_psa.tickets import settings_store
from core_psa.tickets.own_fields import actions as own_fields
from core_psa.tickets.own_fields import rules as own_field_rules
from core_psa.tickets.own_fields import store as own_field_store
from core_psa.tickets.tables import TicketType
from core_psa.tickets.workflow import actions, store
from core_psa.tickets.workflow.gates import CONDITIONS
from core_psa.tickets.workflow.rules import Book
from core_psa.tickets.workflow.tables import Workflow
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/workflows")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def types_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        types = settings_store.type_page(session, visit.viewer, limit=200, inactive=True).rows
        own = {t.id for t in types if session.get(Workflow, t.id) is not None}
    return page(visit, "workflow/types.html", types=types, own=own)


@router.get("/{type_id}")
def editor_page(visit: Console, type_id: Key, action: str = "") -> Response:
    visit.viewer.require("settings.edit")
    return _editor(visit, type_id, action)


@router.post("/{type_id}/statuses")
def set_statuses(visit: Console, type_id: Key, form: Posted) -> Response:
    """Which statuses the type has, and where it begins. Ways to and from one that is left out go with it."""

    def change(w: Work) -> None:
        book = store.book_of(w.session, type_id)
        kept = _numbers(form.texts("status"))
        ways = {name: {way for way in pairs if set(way) <= kept} for name, pairs in book.transitions.items()}
        _save(w, visit, type_id, book, status_ids=kept, default=form.number("default") or 0, ways=ways)

    return _changed(visit, type_id, form, change)


@router.post("/{type_id}/actions/{action}")
def set_action(visit: Console, type_id: Key, action: str, form: Posted) -> Response:
    """Whether the type has this action, and from which status to which it leads."""

    def change(w: Work) -> None:
        book = store.book_of(w.session, type_id)
        offered = {*book.actions, action} if "on" in form.texts("offered") else set(book.actions) - {action}
        ways = {name: set(pairs) for name, pairs in book.transitions.items() if name in offered}
        if action in offered:
            ways[action] = {way for given in form.texts("way") if (way := _way(given))}
        _save(w, visit, type_id, book, offered=offered, ways=ways)

    return _changed(visit, type_id, form, change, action)


@router.post("/{type_id}/reset")
def reset(visit: Console, type_id: Key, form: Posted) -> Response:
    return _changed(visit, type_id, form, lambda w: actions.reset_workflow(w, visit.viewer, type_id))


@router.post("/{type_id}/gates")
def add_gate(visit: Console, type_id: Key, form: Posted) -> Response:
    given: Any = {
        "type_id": None if form.text("all") == "on" else type_id,
        "team_id": form.number("team"),
        "status_id": form.number("before"),
        "fields": list(form.words("fields")),
    }
    return _changed(visit, type_id, form, lambda w: actions.create_gate(w, visit.viewer, form.text("kind"), **given))


@router.post("/{type_id}/gates/{gate_id}/delete")
def delete_gate(visit: Console, type_id: Key, gate_id: Key, form: Posted) -> Response:
    return _changed(visit, type_id, form, lambda w: actions.delete_gate(w, visit.viewer, gate_id))


@router.post("/{type_id}/fields")
def add_field(visit: Console, type_id: Key, form: Posted) -> Response:
    given: Any = {
        "label": form.text("label").strip() or form.text("name"),
        "choices": [line.strip() for line in form.text("choices").split("\n") if line.strip()],
        "required_at": form.texts("required_at"),
        **({"default": form.text("default")} if form.text("default").strip() else {}),
    }
    name, kind = form.text("name").strip(), form.text("kind")
    return _changed(
        visit, type_id, form, lambda w: own_fields.create_field(w, visit.viewer, type_id, name, kind, **given)
    )


@router.post("/{type_id}/fields/{field_id}")
def change_field(visit: Console, type_id: Key, field_id: Key, form: Posted) -> Response:
    """Retires a field, or brings it back."""
    active = form.text("active") == "on"
    return _changed(
        visit,
        type_id,
        form,
        lambda w: own_fields.update_field(w, visit.viewer, type_id, field_id, active=active),
    )


def _save(
    w: Work,
    visit: Visit,
    type_id: int,
    book: Book,
    *,
    status_ids: set[int] | None = None,
    default: int | None = None,
    offered: set[str] | None = None,
    ways: dict[str, set[tuple[int, int]]],
) -> None:
    actions.save_workflow(
        w,
        visit.viewer,
        type_id,
        default_status_id=book.default_status_id if default is None else default,
        status_ids=sorted(book.stages if status_ids is None else status_ids),
        actions=sorted(book.actions if offered is None else offered),
        transitions=[(name, *way) for name, pairs in ways.items() for way in pairs],
    )


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= 18}


def _way(given: str) -> tuple[int, int] | None:
    """Such as `3-4`."""
    before, _, after = given.partition("-")
    ends = [int(end) for end in (before, after) if end.isascii() and end.isdecimal() and len(end) <= 18]
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _changed(visit: Visit, type_id: int, form: Form, change: Callable[[Work], object], action: str = "") -> Response:
    errors = attempt(visit.db, change)
    if errors:
        return _editor(visit, type_id, action, errors, form)
    chosen = f"&action={action}" if action else ""
    return RedirectResponse(f"/administration/workflows/{type_id}?saved=1{chosen}", 303)


def _editor(
    visit: Visit, type_id: int, action: str, errors: dict[str, str] | None = None, form: Form = EMPTY
) -> Response:
    with visit.db.read() as session:
        kind = get(session, TicketType, type_id)
        book = store.book_of(session, type_id)
        stages, rules = store.offered(session)
        offered = choices(session)
        gates = [g for g in store.gate_page(session, visit.viewer, limit=200).rows if g.type_id in (None, type_id)]
        fields = own_field_store.field_page(session, visit.viewer, type_id, limit=200, inactive=True).rows
        own = session.get(Workflow, type_id) is not None
    chosen = action if action in rules else next(iter(rules))
    return page(
        visit,
        "workflow/editor.html",
        status=422 if errors else 200,
        kind=kind,
        book=book,
        stages=stages,
        rules=rules,
        rule=rules[chosen],
        ways=book.transitions.get(chosen, frozenset()),
        gates=gates,
        conditions=CONDITIONS,
        fields=fields,
        field_kinds=own_field_rules.KINDS,
        teams=dict(offered.teams),
        own=own,
        errors=errors or {},
        form=form,
    )
