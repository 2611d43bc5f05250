"""What can be done to tickets, over the API: actions, workflows, gates, the types' own fields, the matrix of priorities."""

from typing import Annotated, Any, Literal

from pydantic import Field

from core_psa.db.records import get
from core_psa.tickets.own_fields import actions as own_fields
from core_psa.tickets.own_fields import rules as own_field_rules
from core_psa.tickets.own_fields import store as own_field_store
from core_psa.tickets.tables import TicketType
from core_psa.tickets.urgency import actions as urgency
from core_psa.tickets.urgency import store as urgency_store
from core_psa.tickets.workflow import actions, definition_actions, store
from core_psa.tickets.workflow.gates import CONDITIONS
from core_psa.tickets.workflow.rules import KINDS
from core_psa.tickets.workflow.tables import Workflow
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    Wanted,
    WithInactive,
    listed,
)
from server.api.router import api_router

router = api_router("workflows")

Slug = Annotated[str, Field(max_length=40, description="lower case letters, digits and _", examples=["order_part"])]
States = Annotated[list[str], Field(max_length=3, description="open, paused, done: when it can be taken")]
Names = Annotated[list[Name], Field(max_length=MAX_LISTED)]
Ids = Annotated[list[RecordId], Field(max_length=MAX_LISTED)]
Position = Annotated[int, Field(ge=0, le=10_000)]
Time = Literal["no", "asked", "required"]
Level = Literal["high", "medium", "low"]


class DefinitionChange(Body):
    """Fields left out stay as they are. An action leads to `status_id`: always, or from `from_status_ids` alone."""

    label: Name = NOT_GIVEN
    position: Position = NOT_GIVEN
    states: States = NOT_GIVEN
    required: Annotated[Names, Field(description="fields that must be filled in; body for its words")] = NOT_GIVEN
    status_id: RecordId | None = NOT_GIVEN
    from_status_ids: Ids = NOT_GIVEN
    permission: Name = NOT_GIVEN
    role_ids: Annotated[Ids, Field(description="who may; without any, whoever has the permission")] = NOT_GIVEN
    customers_may: bool = NOT_GIVEN
    tells_customer: bool = NOT_GIVEN
    time: Time = NOT_GIVEN
    settings: Annotated[
        dict[str, Any],
        Field(description="escalate: tier, team_id, to_manager; request_approval: agent_id, role_id, hours"),
    ] = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewDefinition(DefinitionChange):
    """Name and kind are for good."""

    name: Slug
    kind: Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]


class DefinitionOut(Record):
    id: int
    name: str
    label: str
    kind: str
    position: int
    states: list[str]
    required: list[str]
    status_id: int | None
    from_status_ids: list[int]
    permission: str
    role_ids: list[int]
    customers_may: bool
    tells_customer: bool
    time: str
    settings: dict[str, Any]
    active: bool
    builtin: bool


class TransitionBody(Body):
    action: Slug
    from_status_id: RecordId
    to_status_id: RecordId


class WorkflowBody(Body):
    """The whole workflow of a type."""

    default_status_id: RecordId
    status_ids: Ids
    actions: Annotated[list[Slug], Field(max_length=MAX_LISTED)]
    transitions: Annotated[list[TransitionBody], Field(max_length=20_000)]


class WorkflowOut(WorkflowBody):
    """`builtin` is a workflow that nobody has changed."""

    type_id: int
    builtin: bool


class GateChange(Body):
    """Fields left out stay as they are; null widens the gate to every type, team, or end of work."""

    type_id: RecordId | None = NOT_GIVEN
    team_id: RecordId | None = NOT_GIVEN
    status_id: RecordId | None = NOT_GIVEN
    fields: Names = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewGate(GateChange):
    kind: Annotated[str, Field(json_schema_extra={"enum": list(CONDITIONS)})]


class GateOut(Record):
    id: int
    kind: str
    type_id: int | None
    team_id: int | None
    status_id: int | None
    fields: list[str]
    active: bool


class FieldChange(Body):
    """Fields left out stay as they are. `required_at` names actions; `created` is the opening of a ticket."""

    label: Name = NOT_GIVEN
    choices: Annotated[list[Name], Field(max_length=own_fields.MAX_CHOICES)] = NOT_GIVEN
    default: Any = NOT_GIVEN
    required_at: Annotated[list[Slug], Field(max_length=MAX_LISTED)] = NOT_GIVEN
    help: Text = NOT_GIVEN
    position: Position = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewField(FieldChange):
    """Name and kind are for good."""

    name: Slug
    kind: Annotated[str, Field(json_schema_extra={"enum": list(own_field_rules.KINDS)})]


class FieldOut(Record):
    id: int
    type_id: int
    name: str
    label: str
    kind: str
    choices: list[str]
    default: Any
    required_at: list[str]
    help: str
    position: int
    active: bool


class Cell(Body):
    impact: Level
    urgency: Level
    priority_id: RecordId


class Matrix(Body):
    """Cells left out stay as they are."""

    cells: Annotated[list[Cell], Field(max_length=9)]


@router.get("/actions")
def list_actions(api: Api, wanted: Wanted) -> Listed[DefinitionOut]:
    """Everything that can be done to tickets on this desk, in its order."""
    return wanted.page(api, store.definition_page, DefinitionOut.of)


@router.post("/actions", status_code=201)
def create_action(api: Api, body: NewDefinition) -> DefinitionOut:
    with api.db.work() as w:
        return DefinitionOut.of(definition_actions.create_definition(w, api.viewer, **body.given()))


@router.patch("/actions/{action_id}")
def change_action(api: Api, action_id: Key, body: DefinitionChange) -> DefinitionOut:
    with api.db.work() as w:
        return DefinitionOut.of(definition_actions.update_definition(w, api.viewer, action_id, **body.given()))


@router.get("/types/{type_id}/workflow")
def get_workflow(api: Api, type_id: Key) -> WorkflowOut:
    api.viewer.require("settings.see")
    with api.db.read() as session:
        get(session, TicketType, type_id)
        book = store.book_of(session, type_id)
        ways = [(name, *way) for name, pairs in book.transitions.items() for way in sorted(pairs)]
        return WorkflowOut(
            type_id=type_id,
            builtin=session.get(Workflow, type_id) is None,
            default_status_id=book.default_status_id,
            status_ids=list(book.stages),
            actions=list(book.actions),
            transitions=[TransitionBody(action=n, from_status_id=a, to_status_id=b) for n, a, b in ways],
        )


@router.put("/types/{type_id}/workflow")
def set_workflow(api: Api, type_id: Key, body: WorkflowBody) -> WorkflowOut:
    """Replaces the type's workflow."""
    with api.db.work() as w:
        actions.save_workflow(
            w,
            api.viewer,
            type_id,
            default_status_id=body.default_status_id,
            status_ids=body.status_ids,
            actions=body.actions,
            transitions=[(t.action, t.from_status_id, t.to_status_id) for t in body.transitions],
        )
    return get_workflow(api, type_id)


@router.delete("/types/{type_id}/workflow", status_code=204)
def reset_workflow(api: Api, type_id: Key) -> None:
    """The type behaves as built in again."""
    with api.db.work() as w:
        actions.reset_workflow(w, api.viewer, type_id)


@router.get("/gates")
def list_gates(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[GateOut]:
    with api.db.read() as session:
        return listed(store.gate_page(session, api.viewer, cursor, limit), GateOut.of)


@router.post("/gates", status_code=201)
def create_gate(api: Api, body: NewGate) -> GateOut:
    with api.db.work() as w:
        return GateOut.of(actions.create_gate(w, api.viewer, **body.given()))


@router.patch("/gates/{gate_id}")
def change_gate(api: Api, gate_id: Key, body: GateChange) -> GateOut:
    with api.db.work() as w:
        return GateOut.of(actions.update_gate(w, api.viewer, gate_id, **body.given()))


@router.delete("/gates/{gate_id}", status_code=204)
def delete_gate(api: Api, gate_id: Key) -> None:
    with api.db.work() as w:
        actions.delete_gate(w, api.viewer, gate_id)


@router.get("/types/{type_id}/fields")
def list_fields(
    api: Api, type_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[FieldOut]:
    """The fields that tickets of this type have of their own."""
    with api.db.read() as session:
        page = own_field_store.field_page(session, api.viewer, type_id, cursor, limit, inactive=inactive)
        return listed(page, FieldOut.of)


@router.post("/types/{type_id}/fields", status_code=201)
def create_field(api: Api, type_id: Key, body: NewField) -> FieldOut:
    with api.db.work() as w:
        return FieldOut.of(own_fields.create_field(w, api.viewer, type_id, **body.given()))


@router.patch("/types/{type_id}/fields/{field_id}")
def change_field(api: Api, type_id: Key, field_id: Key, body: FieldChange) -> FieldOut:
    with api.db.work() as w:
        return FieldOut.of(own_fields.update_field(w, api.viewer, type_id, field_id, **body.given()))


@router.get("/priority-matrix")
def get_matrix(api: Api) -> Matrix:
    """The priority of every impact and urgency; VIPs get the next more urgent one."""
    api.viewer.require("settings.see")
    with api.db.read() as session:
        return _matrix(urgency_store.matrix(session))


@router.put("/priority-matrix")
def set_matrix(api: Api, body: Matrix) -> Matrix:
    """Open tickets keep the priority they have."""
    cells = {(cell.impact, cell.urgency): cell.priority_id for cell in body.cells}
    with api.db.work() as w:
        return _matrix(urgency.set_matrix(w, api.viewer, {(str(i), str(u)): p for (i, u), p in cells.items()}))


def _matrix(cells: urgency_store.Cells) -> Matrix:
    rows = [{"impact": impact, "urgency": level, "priority_id": p} for (impact, level), p in cells.items()]
    return Matrix.model_validate({"cells": rows})
