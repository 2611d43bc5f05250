"""Identity providers: where agents may sign in, and which role a group there means."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.access import providers, roles
from core_psa.access.tables import IdentityProvider
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.errors import FieldError, Invalid
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.sign_in_elsewhere import back_address
from server.console.views import page

router = page_router("/administration/identity-providers")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
_HERE = "/administration/identity-providers"


@router.get("")
def providers_page(visit: Console) -> Response:
    with visit.db.read() as session:
        found = providers.providers(session, visit.viewer)
    return page(visit, "access/providers.html", providers=found)


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("access.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: providers.create_provider(w, visit.viewer, **_given(form)))
    return _form(visit, None, errors, form) if errors else RedirectResponse(f"{_HERE}?saved=1", 303)


@router.get("/{provider_id}")
def provider_page(visit: Console, provider_id: Key) -> Response:
    with visit.db.read() as session:
        return _form(visit, providers.provider(session, visit.viewer, provider_id))


@router.post("/{provider_id}")
def change(visit: Console, provider_id: Key, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: providers.update_provider(w, visit.viewer, provider_id, **_given(form)))
    if not errors:
        return RedirectResponse(f"{_HERE}?saved=1", 303)
    with visit.db.read() as session:
        return _form(visit, providers.provider(session, visit.viewer, provider_id), errors, form)


@router.post("/{provider_id}/remove")
def remove(visit: Console, provider_id: Key) -> Response:
    with visit.db.work() as w:
        providers.remove_provider(w, visit.viewer, provider_id)
    return RedirectResponse(f"{_HERE}?saved=1", 303)


def _given(form: Form) -> dict[str, Any]:
    """An empty secret leaves the one that is kept: it is never sent to a browser."""
    texts = {name: form.text(name) for name in ("name", "issuer", "client_id", "groups_claim")}
    secret = {"client_secret": form.text("client_secret")} if form.text("client_secret") else {}
    flags = {name: "on" in form.texts(name) for name in ("creates_agents", "local_sign_in", "active")}
    return {**texts, **secret, **flags, "role_by_group": _pairs(form.text("role_by_group"))}


def _pairs(written: str) -> dict[str, str]:
    """`group = role`, one a line."""
    lines = [line for line in written.splitlines() if line.strip()]
    if bad := next((line for line in lines if "=" not in line), None):
        raise Invalid(FieldError("role_by_group", f"'{bad[:100]}' is not written as: group = role"))
    return {group.strip(): role.strip() for group, _, role in (line.rpartition("=") for line in lines)}


def _form(
    visit: Visit, provider: IdentityProvider | None, errors: dict[str, str] | None = None, form: Form = EMPTY
) -> Response:
    with visit.db.read() as session:
        known = [role.name for role in roles.role_page(session, visit.viewer, limit=MAX_LIMIT).rows]
    mapped = provider.role_by_group if provider else {}
    return page(
        visit,
        "access/provider.html",
        status=422 if errors else 200,
        provider=provider,
        mapped="\n".join(f"{group} = {role}" for group, role in mapped.items()),
        known=known,
        back=back_address(visit.request, visit.desk),
        errors=errors or {},
        form=form,
    )
