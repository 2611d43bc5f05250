"""Setting up identity providers."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.access.tables import IdentityAttempt, IdentityLink, IdentityProvider
from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.fields import Refused
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.db.secrets import opened, seal
from core_psa.organisation.tables import Role
from core_psa.viewer import Viewer

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class ProviderFields(TypedDict, total=False):
    """`issuer` is the address whose `/.well-known/openid-configuration` describes the provider; `role_by_group` maps a group
    there to the name of a role here."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    groups_claim: str
    role_by_group: Mapping[str, str]
    creates_agents: bool
    local_sign_in: bool
    active: bool


def issuer(value: str) -> str:
    """An https address without query; plain http only on this machine."""
    stripped = value.strip().rstrip("/")
    parts = urlsplit(stripped)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
    if not (secure and parts.hostname) or parts.query or parts.fragment:
        raise Refused(f"'{value[:100]}' is not an address such as https://login.example.com")
    return stripped


def _roles_by_group(value: Mapping[str, str]) -> dict[str, str]:
    return {fields.name(group): fields.name(role) for group, role in value.items()}


_PROVIDER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "issuer": issuer,
    "client_id": fields.name,
    "client_secret": fields.text,
    "groups_claim": fields.name,
    "role_by_group": _roles_by_group,
    "creates_agents": fields.flag,
    "local_sign_in": fields.flag,
    "active": fields.flag,
}


def providers(session: Session, viewer: Viewer) -> Sequence[IdentityProvider]:
    viewer.require("access.edit")
    return session.scalars(select(IdentityProvider).order_by(IdentityProvider.name)).all()


def provider(session: Session, viewer: Viewer, provider_id: int) -> IdentityProvider:
    viewer.require("access.edit")
    return get(session, IdentityProvider, provider_id)


def create_provider(w: Work, viewer: Viewer, **given: Unpack[ProviderFields]) -> IdentityProvider:
    """Needs a name, an issuer and a client id."""
    viewer.require("access.edit")
    values = _accepted(w.session, Form(given, _PROVIDER, ["name", "issuer", "client_id"]), None)
    return create(w, viewer, IdentityProvider(**{"role_by_group": {}, **values}))


def update_provider(w: Work, viewer: Viewer, provider_id: int, **given: Unpack[ProviderFields]) -> IdentityProvider:
    viewer.require("access.edit")
    row = get(w.session, IdentityProvider, provider_id, lock=True)
    return update(w, viewer, row, _accepted(w.session, Form(given, _PROVIDER), row))


def remove_provider(w: Work, viewer: Viewer, provider_id: int) -> None:
    """With its links: whoever signed in there has their password again."""
    viewer.require("access.edit")
    row = get(w.session, IdentityProvider, provider_id, lock=True)
    for table in (IdentityAttempt, IdentityLink):
        w.session.execute(delete(table).where(table.provider_id == provider_id))
    w.session.delete(row)
    audit.record(w, viewer, "removed", "identity provider", provider_id, {"name": [row.name, None]})


def client_secret(session: Session, provider: IdentityProvider) -> str:
    """What this desk proves itself to the provider with; empty where there is none."""
    return opened(session, provider.client_secret)


def _accepted(session: Session, form: Form, row: IdentityProvider | None) -> dict[str, Any]:
    form.unique(session, IdentityProvider.name, but=row.id if row else None)
    _offers_roles(session, form, row)
    values = form.accepted()
    if "client_secret" in values:
        values["client_secret"] = _sealed(session, row, values["client_secret"])
    return values


def _offers_roles(session: Session, form: Form, row: IdentityProvider | None) -> None:
    present: Mapping[str, str] = row.role_by_group if row else {}
    mapped = form.values.get("role_by_group", present)
    taken_up = form.use(row).takes_up(mapped.values(), present.values())
    active = {name: on for name, on in session.execute(select(Role.name, Role.active).order_by(Role.name))}
    offered = [name for name, on in active.items() if on]
    for role in sorted(set(mapped.values()) - set(offered)):
        if role not in active:
            form.refuse("role_by_group", f"'{role[:100]}' is not a role", offered)
        elif role in taken_up:
            form.refuse("role_by_group", f"the role {role} is retired", offered)


def _sealed(session: Session, row: IdentityProvider | None, secret: str) -> str:
    """As it is stored already, where it is the same: every sealing looks different."""
    return row.client_secret if row and client_secret(session, row) == secret else seal(session, secret)
