"""Changing SLA policies, and giving them to customers and teams. Open tickets follow: see `ledger_store`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers.tables import Customer
from core_psa.db import Base, Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, kind_of, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.organisation.tables import Agent, Team
from core_psa.sla import ledger_store, policy_store
from core_psa.sla.policy_rules import POLICY, Target, Threshold, plain, target_errors, warning_errors
from core_psa.sla.tables import CustomerPolicy, SlaPolicy, SlaTarget, SlaWarning, TeamPolicy
from core_psa.viewer import Viewer


class PolicyFields(TypedDict, total=False):
    """See `tables.SlaPolicy`. `is_default` can be given to a policy and leaves it only with another one's coming."""

    name: str
    description: str
    is_default: bool
    pauses: bool
    reopening: str
    updates: str
    at_risk_from: int
    presumed_priority_id: int | None


def create_policy(w: Work, viewer: Viewer, **given: Unpack[PolicyFields]) -> SlaPolicy:
    """Needs a name. It promises nothing until it has targets: see `set_targets` and `set_warnings`."""
    viewer.require("calendars.edit")
    form = Form(given, POLICY, ["name"])
    form.unique(w.session, SlaPolicy.name)
    form.refers(w.session, SlaPolicy.presumed_priority_id)
    values = form.accepted()
    if values.get("is_default"):
        _take_default(w, viewer)
    policy = create(w, viewer, SlaPolicy(**values))
    _not_to_be_kept(w, policy)
    return policy


def update_policy(
    w: Work, viewer: Viewer, policy_id: int, *, expected_version: int | None = None, **given: Unpack[PolicyFields]
) -> SlaPolicy:
    """Raises Conflict where somebody has changed the policy since `expected_version`."""
    viewer.require("calendars.edit")
    policy = get(w.session, SlaPolicy, policy_id, lock=True)
    if expected_version not in (None, policy.version):
        raise Conflict(f"the policy {policy.name} is at version {policy.version}, not {expected_version}")
    form = Form(given, POLICY)
    form.unique(w.session, SlaPolicy.name, but=policy_id)
    form.refers(w.session, SlaPolicy.presumed_priority_id)
    if policy.is_default and form.values.get("is_default") is False:
        form.refuse("is_default", "make another policy the default instead")
    if form.values.get("is_default") and not policy.active:
        form.refuse("is_default", f"the sla policy {policy.name} is retired")
    values = form.accepted()
    if values.get("is_default") and not policy.is_default:
        _take_default(w, viewer)
    if all(getattr(policy, name) == value for name, value in values.items()):
        return policy
    return update(w, viewer, policy, {**values, "version": _next_version(w, policy)})


def set_targets(w: Work, viewer: Viewer, policy_id: int, targets: Sequence[Target]) -> SlaPolicy:
    """Replaces all targets."""
    viewer.require("calendars.edit")
    policy = get(w.session, SlaPolicy, policy_id, lock=True)
    if errors := target_errors(targets):
        raise Invalid(*errors)
    for i, target in enumerate(targets):
        _must_refer(w, SlaTarget.priority_id, target.priority_id, f"targets.{i}.priority_id")
    before, after = policy_store.targets_of(w.session, [policy_id]).get(policy_id, []), sorted(targets)
    if before == after:
        return policy
    w.session.execute(delete(SlaTarget).where(SlaTarget.policy_id == policy_id))
    rows = [SlaTarget(policy_id=policy_id, **vars(target)) for target in after]
    return _changed(w, viewer, policy, "targets", before, after, rows)


def set_warnings(w: Work, viewer: Viewer, policy_id: int, warnings: Sequence[Threshold]) -> SlaPolicy:
    """Replaces all warnings and escalations."""
    viewer.require("calendars.edit")
    policy = get(w.session, SlaPolicy, policy_id, lock=True)
    if errors := warning_errors(warnings):
        raise Invalid(*errors)
    for i, warning in enumerate(warnings):
        for agent_id in warning.agent_ids:
            if w.session.get(Agent, agent_id) is None:
                raise Invalid(FieldError(f"warnings.{i}.agent_ids", f"there is no agent {agent_id}"))
    before = policy_store.warnings_of(w.session, [policy_id]).get(policy_id, [])
    after = sorted(warnings, key=lambda warning: warning.percent)
    if before == after:
        return policy
    w.session.execute(delete(SlaWarning).where(SlaWarning.policy_id == policy_id))
    rows = [SlaWarning(policy_id=policy_id, **plain(warning)) for warning in after]
    return _changed(w, viewer, policy, "warnings", before, after, rows)


def set_policy_of_customer(w: Work, viewer: Viewer, customer_id: int, policy_id: int | None) -> None:
    """Gives the customer a policy for what no agreement names one for, or takes it away."""
    viewer.require("customers.edit")
    owner = get(w.session, Customer, customer_id, lock=True)
    row = w.session.get(CustomerPolicy, customer_id)
    fresh = CustomerPolicy(customer_id=customer_id)
    if _given(w, viewer, owner, row, fresh, policy_id):
        ledger_store.recount_customer(w.session, customer_id)


def set_policy_of_team(w: Work, viewer: Viewer, team_id: int, policy_id: int | None) -> None:
    """Gives the team a policy for what neither agreement nor customer names one for, or takes it away."""
    viewer.require("organisation.edit")
    owner = get(w.session, Team, team_id, lock=True)
    row = w.session.get(TeamPolicy, team_id)
    if _given(w, viewer, owner, row, TeamPolicy(team_id=team_id), policy_id):
        ledger_store.recount_team(w.session, team_id)


def _given(
    w: Work,
    viewer: Viewer,
    owner: Customer | Team,
    row: CustomerPolicy | TeamPolicy | None,
    fresh: CustomerPolicy | TeamPolicy,
    policy_id: int | None,
) -> bool:
    """Whether anything has changed."""
    before = row.policy_id if row else None
    if before == policy_id:
        return False
    if policy_id is None:
        w.session.delete(row)
        w.session.flush()
    else:
        _must_refer(
            w, CustomerPolicy.policy_id, policy_id, "sla_policy_id", Form.offers if owner.active else Form.refers
        )
        row = row or fresh
        row.policy_id = policy_id
        save(w.session, row)
    audit.record(w, viewer, "updated", kind_of(owner), owner.id, {"sla_policy": [before, policy_id]})
    return True


def _must_refer(w: Work, column: Any, value: int, field: str, look: Callable[..., None] = Form.refers) -> None:
    form = Form({column.key: value}, {column.key: fields.record_id})
    look(form, w.session, column)
    try:
        form.accepted()
    except Invalid as invalid:
        raise Invalid(*(FieldError(field, e.message) for e in invalid.errors)) from invalid


def _changed(
    w: Work,
    viewer: Viewer,
    policy: SlaPolicy,
    what: str,
    before: Sequence[Target | Threshold],
    after: Sequence[Target | Threshold],
    rows: Sequence[Base],
) -> SlaPolicy:
    policy.version = _next_version(w, policy)
    save(w.session, *rows)
    changes: Mapping[str, Any] = {what: [[plain(r) for r in before], [plain(r) for r in after]]}
    audit.record(w, viewer, "updated", "sla policy", policy.id, changes)
    return policy


def _next_version(w: Work, policy: SlaPolicy) -> int:
    _not_to_be_kept(w, policy)
    ledger_store.recount_policy(w.session, policy.id)
    return policy.version + 1


def _not_to_be_kept(w: Work, policy: SlaPolicy) -> None:
    w.session.info.setdefault(policy_store.CHANGED, set()).add(policy.id)


def _take_default(w: Work, viewer: Viewer) -> None:
    ledger_store.recount_all(w.session)
    for other in w.session.scalars(select(SlaPolicy).where(SlaPolicy.is_default).with_for_update()):
        update(w, viewer, other, {"is_default": False, "version": _next_version(w, other)})
