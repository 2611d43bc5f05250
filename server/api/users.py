"""The customers' people over the API."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.customers import actions, store
from core_psa.customers.tables import User
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.viewer import Viewer
from server.api.contacts import Language, PhoneEntry, Phones, parted, phones_of, set_phones
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
    Text,
    WithInactive,
    Zone,
    listed,
)
from server.api.router import api_router

router = api_router("users")

Phone = Annotated[
    str,
    Field(
        max_length=40,
        description="international, or as written in the country of the site or customer",
        examples=["+49 30 1234567"],
    ),
]


class UserChange(Body):
    """Fields left out stay as they are; `phones` replaces the further numbers beside `phone`."""

    name: Name = NOT_GIVEN
    email: Email | None = NOT_GIVEN
    phone: Phone | None = NOT_GIVEN
    site_id: RecordId | None = NOT_GIVEN
    language: Language | None = NOT_GIVEN
    timezone: Zone | None = NOT_GIVEN
    note: Text = NOT_GIVEN
    vip: bool = NOT_GIVEN
    supported: bool = NOT_GIVEN
    active: bool = NOT_GIVEN
    phones: Phones = NOT_GIVEN


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
    language: str | None
    timezone: str | None
    note: str
    vip: bool
    supported: bool
    active: bool
    phones: list[PhoneEntry]


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
        return listed(page, lambda user: _shape(session, user))


@router.post("/users", status_code=201)
def create_user(api: Api, body: NewUser) -> UserOut:
    with api.db.work() as w:
        own, parts = parted(body, "phones")
        return _with_phones(w, api.viewer, actions.create_user(w, api.viewer, **own), parts)


@router.patch("/users/{user_id}")
def change_user(api: Api, user_id: Key, body: UserChange) -> UserOut:
    with api.db.work() as w:
        own, parts = parted(body, "phones")
        return _with_phones(w, api.viewer, actions.update_user(w, api.viewer, user_id, **own), parts)


@router.get("/users/{user_id}")
def get_user(api: Api, user_id: Key) -> UserOut:
    with api.db.read() as session:
        return _shape(session, store.user(session, api.viewer, user_id))


@router.get("/customers/{customer_id}/users")
def list_users_of_customer(
    api: Api, customer_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[UserOut]:
    with api.db.read() as session:
        page = store.user_page(session, api.viewer, cursor, limit, customer_id=customer_id, inactive=inactive)
        return listed(page, lambda user: _shape(session, user))


@router.post("/customers/{customer_id}/users", status_code=201)
def create_user_of_customer(api: Api, customer_id: Key, body: CustomersUser) -> UserOut:
    with api.db.work() as w:
        own, parts = parted(body, "phones")
        return _with_phones(w, api.viewer, actions.create_user(w, api.viewer, customer_id, **own), parts)


def _with_phones(w: Work, viewer: Viewer, user: User, parts: dict[str, Any]) -> UserOut:
    set_phones(w, viewer, user, parts)
    return _shape(w.session, user)


def _shape(session: Session, user: User) -> UserOut:
    return UserOut.of(user, phones=phones_of(session, user))
