"""What tickets are made of, over the API: types, statuses, priorities and the category tree."""

from typing import Annotated, get_args

from pydantic import Field

from core_psa.tickets import category_actions, settings_actions, settings_store
from core_psa.tickets.rules import State
from server.api.deps import Api
from server.api.models import (
    NOT_GIVEN,
    Body,
    Key,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    Wanted,
)
from server.api.router import api_router

router = api_router("settings")

StateName = Annotated[str, Field(json_schema_extra={"enum": list(get_args(State))})]
Rank = Annotated[int, Field(ge=1, le=settings_actions.LOWEST_RANK, description="1 is the most urgent")]
Position = Annotated[int, Field(ge=0, le=10_000)]


class NewType(Body):
    name: Name
    description: Text = ""


class TypeChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    active: bool = NOT_GIVEN


class TypeOut(Record):
    id: int
    name: str
    description: str
    active: bool


class NewStatus(Body):
    """From a status that `awaits_reply`, which must be paused, a customer's answer takes the ticket on."""

    name: Name
    state: StateName
    awaits_reply: bool = False


class StatusChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    position: Position = NOT_GIVEN
    active: bool = NOT_GIVEN
    awaits_reply: bool = NOT_GIVEN


class StatusOut(Record):
    id: int
    name: str
    state: StateName
    position: int
    active: bool
    awaits_reply: bool


class NewPriority(Body):
    name: Name
    rank: Rank
    description: Text = ""


class PriorityChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    active: bool = NOT_GIVEN


class PriorityOut(Record):
    id: int
    name: str
    description: str
    rank: int
    active: bool


class NewCategory(Body):
    """`parent_id` is null for a category at the root; the tree has four levels."""

    name: Name
    parent_id: RecordId | None = None
    description: Text = ""


class CategoryChange(Body):
    """Fields left out stay as they are. Retiring takes everything below along."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    retired: bool = NOT_GIVEN


class CategoryOut(Record):
    """`path` is the names from the root, joined by " / "."""

    id: int
    parent_id: int | None
    name: str
    path: str
    description: str
    retired: bool


@router.get("/types")
def list_types(api: Api, wanted: Wanted) -> Listed[TypeOut]:
    return wanted.page(api, settings_store.type_page, TypeOut.of)


@router.post("/types", status_code=201)
def create_type(api: Api, body: NewType) -> TypeOut:
    with api.db.work() as w:
        return TypeOut.of(settings_actions.create_type(w, api.viewer, body.name, body.description))


@router.patch("/types/{type_id}")
def change_type(api: Api, type_id: Key, body: TypeChange) -> TypeOut:
    with api.db.work() as w:
        return TypeOut.of(settings_actions.update_type(w, api.viewer, type_id, **body.given()))


@router.get("/statuses")
def list_statuses(api: Api, wanted: Wanted) -> Listed[StatusOut]:
    return wanted.page(api, settings_store.status_page, StatusOut.of)


@router.post("/statuses", status_code=201)
def create_status(api: Api, body: NewStatus) -> StatusOut:
    """The state (open, paused or done) is for good."""
    with api.db.work() as w:
        return StatusOut.of(settings_actions.create_status(w, api.viewer, **body.model_dump()))


@router.patch("/statuses/{status_id}")
def change_status(api: Api, status_id: Key, body: StatusChange) -> StatusOut:
    with api.db.work() as w:
        return StatusOut.of(settings_actions.update_status(w, api.viewer, status_id, **body.given()))


@router.get("/priorities")
def list_priorities(api: Api, wanted: Wanted) -> Listed[PriorityOut]:
    """The most urgent first."""
    return wanted.page(api, settings_store.priority_page, PriorityOut.of)


@router.post("/priorities", status_code=201)
def create_priority(api: Api, body: NewPriority) -> PriorityOut:
    """The rank is for good."""
    with api.db.work() as w:
        priority = settings_actions.create_priority(w, api.viewer, body.name, body.rank, body.description)
        return PriorityOut.of(priority)


@router.patch("/priorities/{priority_id}")
def change_priority(api: Api, priority_id: Key, body: PriorityChange) -> PriorityOut:
    with api.db.work() as w:
        return PriorityOut.of(settings_actions.update_priority(w, api.viewer, priority_id, **body.given()))


@router.get("/categories")
def list_categories(api: Api, wanted: Wanted) -> Listed[CategoryOut]:
    """The tree in the order of its paths."""
    return wanted.page(api, settings_store.category_page, CategoryOut.of)


@router.post("/categories", status_code=201)
def create_category(api: Api, body: NewCategory) -> CategoryOut:
    with api.db.work() as w:
        return CategoryOut.of(category_actions.create_category(w, api.viewer, **body.model_dump()))


@router.patch("/categories/{category_id}")
def change_category(api: Api, category_id: Key, body: CategoryChange) -> CategoryOut:
    with api.db.work() as w:
        category = category_actions.update_category(w, api.viewer, category_id, **body.given())
        return CategoryOut.of(category)
