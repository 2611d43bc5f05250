"""Roles over the API."""

from typing import Annotated

from pydantic import Field

from core_psa.access import roles
from core_psa.organisation.rules import PERMISSIONS
from core_psa.organisation.tables import Role
from core_psa.retiring.actions import set_active
from server.api.deps import Api
from server.api.models import NOT_GIVEN, Body, Key, Listed, Name, Record, Wanted
from server.api.router import api_router

router = api_router("access")

Permissions = Annotated[
    list[str], Field(max_length=len(PERMISSIONS), json_schema_extra={"items": {"enum": list(PERMISSIONS)}})
]


class RoleBody(Body):
    name: Name
    permissions: Permissions


class RoleChange(RoleBody):
    """Left out, `active` stays as it is. A role that agents, keys, providers or actions use is not retired."""

    active: bool = NOT_GIVEN


class RoleOut(Record):
    """A builtin role comes with every desk and cannot be changed."""

    id: int
    name: str
    permissions: list[str]
    builtin: bool
    active: bool


@router.get("/roles")
def list_roles(api: Api, wanted: Wanted) -> Listed[RoleOut]:
    return wanted.page(api, roles.role_page, RoleOut.of)


@router.post("/roles", status_code=201)
def create_role(api: Api, body: RoleBody) -> RoleOut:
    with api.db.work() as w:
        return RoleOut.of(roles.create_role(w, api.viewer, body.name, body.permissions))


@router.put("/roles/{role_id}")
def change_role(api: Api, role_id: Key, body: RoleChange) -> RoleOut:
    with api.db.work() as w:
        role = roles.update_role(w, api.viewer, role_id, body.name, body.permissions)
        if "active" in body.model_fields_set:
            set_active(w, api.viewer, Role, role_id, body.active)
        return RoleOut.of(role)
