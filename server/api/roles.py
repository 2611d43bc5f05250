"""Roles over the API."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from core_psa.access import roles
from core_psa.organisation.rules import PERMISSIONS
from server.api.deps import Api
from server.api.models import DEFAULT, Body, Cursor, Key, Limit, Listed, Name, Record, listed

router = APIRouter(tags=["access"])

Permissions = Annotated[
    list[str], Field(max_length=len(PERMISSIONS), json_schema_extra={"items": {"enum": list(PERMISSIONS)}})
]


class RoleBody(Body):
    name: Name
    permissions: Permissions


class RoleOut(Record):
    """A builtin role comes with every desk and cannot be changed."""

    id: int
    name: str
    permissions: list[str]
    builtin: bool


@router.get("/roles")
def list_roles(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[RoleOut]:
    with api.db.read() as session:
        return listed(roles.role_page(session, api.viewer, cursor, limit), RoleOut.of)


@router.post("/roles", status_code=201)
def create_role(api: Api, body: RoleBody) -> RoleOut:
    with api.db.work() as w:
        return RoleOut.of(roles.create_role(w, api.viewer, body.name, body.permissions))


@router.put("/roles/{role_id}")
def change_role(api: Api, role_id: Key, body: RoleBody) -> RoleOut:
    with api.db.work() as w:
        return RoleOut.of(roles.update_role(w, api.viewer, role_id, body.name, body.permissions))
