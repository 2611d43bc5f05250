"""Queries on SLA policies, and on which of them was given to whom."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.sla.clocks import Kind
from core_psa.sla.policy_rules import Policy, Target, Threshold, shares
from core_psa.sla.promises import Conduct
from core_psa.sla.tables import CustomerPolicy, SlaPolicy, SlaTarget, SlaWarning, TeamPolicy
from core_psa.viewer import Viewer


def policy_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[SlaPolicy]:
    """Policies by name; retired ones only if asked for."""
    viewer.require("calendars.see")
    query = select(SlaPolicy) if inactive else select(SlaPolicy).where(SlaPolicy.active)
    return page(session, query, (SlaPolicy.name, SlaPolicy.id), cursor, limit)


def policy(session: Session, viewer: Viewer, policy_id: int) -> SlaPolicy:
    viewer.require("calendars.see")
    return get(session, SlaPolicy, policy_id)


def targets_of(session: Session, policy_ids: Collection[int]) -> dict[int, list[Target]]:
    """Targets by policy, of these policies, in order."""
    query = select(SlaTarget).where(SlaTarget.policy_id.in_(policy_ids))
    rows = session.scalars(query.order_by(SlaTarget.priority_id, SlaTarget.kind))
    return _grouped((r.policy_id, Target(r.priority_id, cast("Kind", r.kind), r.minutes, r.always_open)) for r in rows)


def warnings_of(session: Session, policy_ids: Collection[int]) -> dict[int, list[Threshold]]:
    """Warnings by policy, of these policies, the smallest share first."""
    query = select(SlaWarning).where(SlaWarning.policy_id.in_(policy_ids)).order_by(SlaWarning.percent)
    return _grouped(
        (r.policy_id, Threshold(r.percent, tuple(r.recipients), tuple(r.agent_ids), r.level))
        for r in session.scalars(query)
    )


# Under this name a session keeps the ids of the policies it has changed and not committed yet.
CHANGED = "changed policies"


def read(session: Session, policy_id: int) -> Policy:
    """The policy as the clocks read it, at every move of theirs. Raises NotFound."""
    return (_read if policy_id in session.info.get(CHANGED, ()) else _POLICIES.of)(session, policy_id)


def _read(session: Session, policy_id: int) -> Policy:
    row = get(session, SlaPolicy, policy_id)
    warnings = warnings_of(session, [row.id]).get(row.id, [])
    targets = targets_of(session, [row.id]).get(row.id, [])
    return Policy(
        id=row.id,
        name=row.name,
        conduct=Conduct(
            pauses=row.pauses,
            reopening=cast("Any", row.reopening),
            updates=cast("Any", row.updates),
            at_risk_from=row.at_risk_from,
            shares=shares(warnings),
        ),
        targets={(target.priority_id, target.kind): target for target in targets},
        warnings=warnings,
        presumed_priority_id=row.presumed_priority_id,
    )


_POLICIES = Known(_read)


def policy_of_customer(session: Session, viewer: Viewer, customer_id: int) -> int | None:
    """The policy given to this customer itself, whatever its agreements say."""
    viewer.require("customers.see")
    return session.scalar(select(CustomerPolicy.policy_id).where(CustomerPolicy.customer_id == customer_id))


def policy_of_team(session: Session, viewer: Viewer, team_id: int) -> int | None:
    viewer.require("organisation.see")
    return session.scalar(select(TeamPolicy.policy_id).where(TeamPolicy.team_id == team_id))


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
