"""The customers' people over the API."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core_psa.customers import actions, store
from core_psa.db.fields import MAX_KEY
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    NOT_GIVEN,
    Body,
    Cursor,
    Email,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    WithInactive,
    listed,
)

router = APIRouter(tags=["users"])

Phone = Annotated[str, Field(max_length=40, description="international", examples=["+49 30 1234567"])]


class UserChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    email: Email | None = NOT_GIVEN
    phone: Phone | None = NOT_GIVEN
    site_id: RecordId | None = NOT_GIVEN
    vip: bool = NOT_GIVEN
    active: bool = NOT_GIVEN


class CustomersUser(UserChange):
    name: Name


class NewUser(CustomersUser):
    customer_id: RecordId


class UserOut(Record):
    """`phone` is in E.164."""

    id: int
    customer_id: int
    site_id: int | None
    name: str
    email: str | None
    phone: str | None
    vip: bool
    active: bool


@router.get("/users")
def list_users(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    customer: Annotated[int | None, Query(ge=1, le=MAX_KEY, description="id of a customer")] = None,
    email: Annotated[str | None, Query(max_length=254)] = None,
    inactive: WithInactive = False,
) -> Listed[UserOut]:
    with api.db.read() as session:
        page = store.user_page(session, api.viewer, cursor, limit, customer_id=customer, email=email, inactive=inactive)
        return listed(page, UserOut.of)


@router.post("/users", status_code=201)
def create_user(api: Api, body: NewUser) -> UserOut:
    with api.db.work() as w:
        return UserOut.of(actions.create_user(w, api.viewer, **body.given()))


@router.patch("/users/{user_id}")
def change_user(api: Api, user_id: Key, body: UserChange) -> UserOut:
    with api.db.work() as w:
        return UserOut.of(actions.update_user(w, api.viewer, user_id, **body.given()))


@router.get("/customers/{customer_id}/users")
def list_users_of_customer(
    api: Api, customer_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[UserOut]:
    with api.db.read() as session:
        page = store.user_page(session, api.viewer, cursor, limit, customer_id=customer_id, inactive=inactive)
        return listed(page, UserOut.of)


@router.post("/customers/{customer_id}/users", status_code=201)
def create_user_of_customer(api: Api, customer_id: Key, body: CustomersUser) -> UserOut:
    with api.db.work() as w:
        return UserOut.of(actions.create_user(w, api.viewer, customer_id, **body.given()))
