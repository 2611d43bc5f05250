"""API keys: who has one, how far it goes, when it was last used, and a way to end it."""

from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from core_psa.access import actions as access
from core_psa.access import roles, store
from core_psa.access.tables import ApiKey
from core_psa.db import Work
from core_psa.db.paging import MAX_LIMIT
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.rules import PERMISSIONS
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/keys")

LONGEST_DAYS = 3_650


@router.get("")
def keys_page(visit: Console) -> Response:
    return _page(visit)


@router.post("")
def create(visit: Console, form: Posted) -> Response:
    """The key is on the answer to this request alone, which no browser keeps."""
    made: list[tuple[ApiKey, str]] = []
    errors = attempt(visit.db, lambda w: made.append(_create(w, visit, form)))
    return _page(visit, errors, form) if errors else _page(visit, made=made[0][1], name=made[0][0].name)


def _create(w: Work, visit: Visit, form: Form) -> tuple[ApiKey, str]:
    days = form.number("days")
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise Invalid(FieldError("days", f"must be between 1 and {LONGEST_DAYS}"))
    ends = None if days is None else w.now + timedelta(days=days)
    scopes = form.texts("scope") or None
    return access.create_key(w, visit.viewer, form.text("name").strip(), form.text("role"), ends, scopes)


@router.post("/revoke")
def revoke(visit: Console, form: Posted) -> Response:
    with visit.db.work() as w:
        access.revoke_key(w, visit.viewer, form.text("name"))
    return RedirectResponse("/administration/keys?saved=1", 303)


def _page(
    visit: Visit, errors: dict[str, str] | None = None, form: Form = EMPTY, made: str = "", name: str = ""
) -> Response:
    visit.viewer.require("access.edit")
    with visit.db.read() as session:
        return page(
            visit,
            "access/keys.html",
            status=422 if errors else 200,
            keys=store.api_keys(session, visit.viewer),
            roles=[(r.name, r.name.capitalize()) for r in roles.role_page(session, visit.viewer, limit=MAX_LIMIT).rows],
            permissions=PERMISSIONS,
            errors=errors or {},
            form=form,
            made=made,
            made_name=name,
        )
