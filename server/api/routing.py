"""Routing rules over the API: keeping them, their order, and what they would have done with past tickets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal, cast

from fastapi import Query
from pydantic import BaseModel, Field

from core_psa.db import Work
from core_psa.db.fields import MAX_NAME
from core_psa.desk.names import labels
from core_psa.errors import FieldError, Invalid
from core_psa.routing import actions, store
from core_psa.routing.trial import MOST, USUAL, RuleTrial, names_needed, try_rules
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
    listed,
)
from server.api.router import api_router
from server.named_values import value_of

router = api_router("routing", "/routing-rules")

Asked = Literal["customer", "site", "type", "category", "priority", "skill", "hours", "channel", "text"]
Picks = Literal["round_robin", "least_loaded"]
Value = Annotated[int, Field(ge=1)] | Annotated[str, Field(min_length=1, max_length=MAX_NAME)]


class ConditionBody(Body):
    """Holds where one of the values does. Values are ids or names; of channel and text they are words.

    `hours` holds while one of these calendars is open, `skill` while somebody who has it is at work, `category` also
    for what is below it.
    """

    field: Asked
    values: Annotated[list[Value], Field(min_length=1, max_length=actions.MOST_VALUES)]
    negated: bool = False


NameOrId = Annotated[RecordId | Name, Field(description="an id or a name")]
Conditions = Annotated[list[ConditionBody], Field(max_length=actions.MOST_CONDITIONS)]
Newest = Annotated[int, Query(ge=1, le=MOST, description="how many tickets to look back over")]
Tags = Annotated[list[Name], Field(max_length=50)]


class RuleChange(Body):
    """Fields left out stay as they are. Without `match_all` any condition is enough; `go_on` lets later rules act too.

    `pick` chooses an agent of the team, among those with `skill_id` if it is given. Records go by id or by name.
    """

    name: Name = NOT_GIVEN
    active: bool = NOT_GIVEN
    match_all: bool = NOT_GIVEN
    go_on: bool = NOT_GIVEN
    conditions: Conditions = NOT_GIVEN
    type_id: NameOrId | None = None
    category_id: NameOrId | None = None
    priority_id: NameOrId | None = None
    team_id: NameOrId | None = None
    assignee_id: NameOrId | None = None
    tags: Tags = NOT_GIVEN
    pick: Picks | None = None
    skill_id: NameOrId | None = None


class NewRule(RuleChange):
    name: Name


class RuleOut(Record):
    id: int
    name: str
    position: int
    active: bool
    match_all: bool
    go_on: bool
    conditions: list[ConditionBody]
    type_id: int | None
    category_id: int | None
    priority_id: int | None
    team_id: int | None
    assignee_id: int | None
    tags: list[str]
    pick: Picks | None
    skill_id: int | None


class Order(Body):
    ids: Annotated[list[RecordId], Field(max_length=MAX_LISTED, description="every rule once")]


class SetOut(BaseModel):
    id: int
    name: str | None


class ExampleOut(BaseModel):
    ticket_id: int
    number: str
    subject: str
    sets: dict[str, SetOut]
    agrees: bool


class RuleTrialOut(BaseModel):
    """`fits`: tickets it would have acted on; `agrees`: those that have today what it would have set."""

    rule_id: int
    name: str
    fits: int
    agrees: int
    examples: list[ExampleOut]


class TrialOut(BaseModel):
    looked_at: int
    untouched: int
    rules: list[RuleTrialOut]


@router.get("")
def list_rules(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[RuleOut]:
    """In the order in which they are asked."""
    with api.db.read() as session:
        return listed(store.rule_page(session, api.viewer, cursor, limit), RuleOut.of)


@router.post("", status_code=201)
def create_rule(api: Api, body: NewRule) -> RuleOut:
    """The new rule comes last."""
    with api.db.work() as w:
        return RuleOut.of(actions.create_rule(w, api.viewer, **_meant(w, body)))


@router.post("/order")
def order_rules(api: Api, body: Order) -> Listed[RuleOut]:
    with api.db.work() as w:
        actions.order_rules(w, api.viewer, body.ids)
        return listed(store.rule_page(w.session, api.viewer), RuleOut.of)


@router.get("/dry-run")
def dry_run(api: Api, newest: Newest = USUAL) -> TrialOut:
    """What the rules in use would have done with the newest tickets; nothing is changed."""
    with api.db.read() as session:
        trial = try_rules(session, api.viewer, newest)
        names = {field: labels(session, field, ids) for field, ids in names_needed(trial).items()}
    rules = [_shape(rule, names) for rule in trial.rules]
    return TrialOut(looked_at=trial.looked_at, untouched=trial.untouched, rules=rules)


@router.get("/{rule_id}")
def get_rule(api: Api, rule_id: Key) -> RuleOut:
    with api.db.read() as session:
        return RuleOut.of(store.rule(session, api.viewer, rule_id))


@router.patch("/{rule_id}")
def change_rule(api: Api, rule_id: Key, body: RuleChange) -> RuleOut:
    with api.db.work() as w:
        return RuleOut.of(actions.update_rule(w, api.viewer, rule_id, **_meant(w, body)))


@router.delete("/{rule_id}", status_code=204)
def remove_rule(api: Api, rule_id: Key) -> None:
    with api.db.work() as w:
        actions.remove_rule(w, api.viewer, rule_id)


def _meant(w: Work, body: RuleChange) -> actions.RuleFields:
    """What the caller wrote with ids in the place of names. Raises Invalid naming every field that is not understood."""
    given = body.given()
    errors: list[FieldError] = []
    for name in given:
        with _told_at(name, errors):
            if isinstance(given[name], str) and name.endswith("_id"):
                given[name] = value_of(w.session, name.removesuffix("_id"), given[name])
    for i, condition in enumerate(given.get("conditions", ())):
        with _told_at(f"conditions.{i}", errors):
            condition["values"] = [_id_of(w, condition["field"], value) for value in condition["values"]]
    if errors:
        raise Invalid(*errors)
    return cast("actions.RuleFields", given)


def _id_of(w: Work, field: str, value: int | str) -> int | str:
    return value_of(w.session, field, value) if isinstance(value, str) else value


@contextmanager
def _told_at(field: str, errors: list[FieldError]) -> Iterator[None]:
    """What is refused here is told of this field."""
    try:
        yield
    except Invalid as invalid:
        errors += [FieldError(field, error.message, error.allowed) for error in invalid.errors]


def _shape(trial: RuleTrial, names: Mapping[str, Mapping[int, str]]) -> RuleTrialOut:
    examples = [
        ExampleOut(
            ticket_id=example.ticket_id,
            number=f"{example.ticket_id:07d}",
            subject=example.subject,
            sets={field: SetOut(id=i, name=names[field].get(i)) for field, i in example.sets.items()},
            agrees=example.agrees,
        )
        for example in trial.examples
    ]
    return RuleTrialOut(
        rule_id=trial.rule.id, name=trial.rule.name, fits=trial.fits, agrees=trial.agrees, examples=examples
    )
