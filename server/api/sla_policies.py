"""SLA policies over the API: what they promise, whom they warn, and to whom they are given."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Header
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.retiring.actions import set_active
from core_psa.sla import policy_actions as actions
from core_psa.sla import policy_store as store
from core_psa.sla.clocks import Kind
from core_psa.sla.policy_rules import MAX_MINUTES, MAX_PERCENT, Target, Threshold, plain
from core_psa.sla.tables import SlaPolicy
from core_psa.viewer import Viewer
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
    WithInactive,
    listed,
)
from server.api.router import api_router
from server.api.tickets import version_of

router = api_router("service levels")

IfMatch = Annotated[str | None, Header(alias="If-Match", description="the version the change was based on")]


class TargetBody(Body):
    """Minutes of business time for one clock at one priority; of real time where `always_open`."""

    priority_id: RecordId
    kind: Kind
    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)]
    always_open: bool = False


class WarningBody(Body):
    """Who is told when `percent` of a budget is used up; with a `level` the ticket is escalated to it."""

    percent: Annotated[int, Field(ge=1, le=MAX_PERCENT)]
    recipients: Annotated[
        list[Literal["assignee", "team", "team lead", "manager"]], Field(default_factory=list, max_length=4)
    ]
    agent_ids: Annotated[list[RecordId], Field(default_factory=list, max_length=MAX_LISTED)]
    level: Annotated[int, Field(ge=1, le=3)] | None = None


class PolicyBody(Body):
    """The whole policy. Without targets it promises nothing, on purpose.

    A ticket without a priority is measured as one of `presumed_priority_id`. `updates` asks agents to speak at every
    interval (`always`) or after the customer did (`when_asked`).
    """

    name: Name
    description: Text = ""
    is_default: bool = NOT_GIVEN
    pauses: bool = Field(default=True, description="whether waiting stops the resolution and update clocks")
    reopening: Literal["continue", "restart"] = "continue"
    updates: Literal["when_asked", "always"] = "when_asked"
    at_risk_from: Annotated[int, Field(ge=1, le=99, description="per cent of a budget")] = 75
    presumed_priority_id: RecordId | None = None
    targets: Annotated[list[TargetBody], Field(default_factory=list, max_length=MAX_LISTED)]
    warnings: Annotated[list[WarningBody], Field(default_factory=list, max_length=MAX_LISTED)]


class PolicyChange(PolicyBody):
    """Left out, `active` stays as it is. The default, and one that somebody was given, is not retired."""

    active: bool = NOT_GIVEN


class PolicyOut(Record):
    """`version` rises with every change."""

    id: int
    name: str
    description: str
    is_default: bool
    active: bool
    pauses: bool
    reopening: str
    updates: str
    at_risk_from: int
    presumed_priority_id: int | None
    version: int
    targets: list[TargetBody]
    warnings: list[WarningBody]


class GivenPolicy(Body):
    sla_policy_id: RecordId | None = Field(description="null takes it away")


@router.get("/sla/policies")
def list_policies(
    api: Api, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[PolicyOut]:
    with api.db.read() as session:
        page = store.policy_page(session, api.viewer, cursor, limit, inactive=inactive)
        shapes = _policies(session, page.rows)
        return listed(page, lambda policy: shapes[policy.id])


@router.post("/sla/policies", status_code=201)
def create_policy(api: Api, body: PolicyBody) -> PolicyOut:
    with api.db.work() as w:
        policy = actions.create_policy(w, api.viewer, **_own_fields(body))
        return _with_promises(w, api.viewer, policy.id, body)


@router.get("/sla/policies/{policy_id}")
def get_policy(api: Api, policy_id: Key) -> PolicyOut:
    with api.db.read() as session:
        return _policies(session, [store.policy(session, api.viewer, policy_id)])[policy_id]


@router.put("/sla/policies/{policy_id}")
def replace_policy(api: Api, policy_id: Key, body: PolicyChange, if_match: IfMatch = None) -> PolicyOut:
    """Open tickets follow within a minute: what they have used up stays used up."""
    with api.db.work() as w:
        expected = version_of(if_match)
        actions.update_policy(w, api.viewer, policy_id, expected_version=expected, **_own_fields(body))
        if "active" in body.model_fields_set:
            set_active(w, api.viewer, SlaPolicy, policy_id, body.active)
        return _with_promises(w, api.viewer, policy_id, body)


@router.put("/customers/{customer_id}/sla-policy")
def give_customer_policy(api: Api, customer_id: Key, body: GivenPolicy) -> GivenPolicy:
    """For tickets of the customer for which no agreement names a policy."""
    with api.db.work() as w:
        actions.set_policy_of_customer(w, api.viewer, customer_id, body.sla_policy_id)
    return body


@router.put("/teams/{team_id}/sla-policy")
def give_team_policy(api: Api, team_id: Key, body: GivenPolicy) -> GivenPolicy:
    """For tickets of the team for which neither agreement nor customer names a policy."""
    with api.db.work() as w:
        actions.set_policy_of_team(w, api.viewer, team_id, body.sla_policy_id)
    return body


def _own_fields(body: PolicyBody) -> dict[str, Any]:
    left_out = {"targets", "warnings", "active"} | ({"is_default"} - body.model_fields_set)
    return body.model_dump(exclude=left_out)


def _with_promises(w: Work, viewer: Viewer, policy_id: int, body: PolicyBody) -> PolicyOut:
    actions.set_targets(w, viewer, policy_id, [Target(**target.model_dump()) for target in body.targets])
    warnings = [
        Threshold(warning.percent, tuple(warning.recipients), tuple(warning.agent_ids), warning.level)
        for warning in body.warnings
    ]
    policy = actions.set_warnings(w, viewer, policy_id, warnings)
    return _policies(w.session, [policy])[policy_id]


def _policies(session: Session, policies: Sequence[SlaPolicy]) -> dict[int, PolicyOut]:
    ids = [policy.id for policy in policies]
    targets, warnings = store.targets_of(session, ids), store.warnings_of(session, ids)
    return {
        policy.id: PolicyOut.of(
            policy,
            targets=[TargetBody(**plain(target)) for target in targets.get(policy.id, [])],
            warnings=[WarningBody(**plain(warning)) for warning in warnings.get(policy.id, [])],
        )
        for policy in policies
    }
