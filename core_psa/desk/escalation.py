"""Handing a ticket to a higher tier or a manager: why, to whom, and who hears of it."""

from typing import Any

from core_psa.db import Work
from core_psa.desk.steps import PLAIN, Extra, Step, begin
from core_psa.desk.taking import take
from core_psa.desk.telling import tell_about
from core_psa.desk.watchers import add_watchers
from core_psa.errors import FieldError, Invalid
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent
from core_psa.tickets.tables import Action, TicketDetail
from core_psa.viewer import Viewer

TIERS = (1, 2, 3)


def escalate(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    reason: str,
    tier: int | None = None,
    team_id: int | None = None,
    assignee_id: int | None = None,
    to_manager: bool | None = None,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """Takes the ticket to a tier (the next one unless said otherwise), a team or a manager, and tells those it goes to.

    What is not given follows the action's settings (`tier`, `team_id`, `to_manager`). An assignee of a lower tier or
    another team lets go of it. The managers, or whoever is named, watch the ticket from then on. Raises Invalid where nobody is there to take it.
    """
    step = begin(w, viewer, ticket_id, "escalate", expected_version, extra)
    if not reason.strip():
        raise Invalid(FieldError("reason", "must not be empty"))
    settings = step.rule.settings
    manager = bool(settings.get("to_manager")) if to_manager is None else to_manager
    to = {"tier": tier or settings.get("tier"), "team": team_id or settings.get("team_id"), "assignee": assignee_id}
    values = _to_manager(step, to) if manager else _to_tier(step, to)
    target = values.get("assignee")
    told = [target] if target else _takers(step, values, manager)
    action = take(step, values=values, body=reason, facts={"manager": [None, True]} if manager else None)
    if manager or target:
        add_watchers(w, step.ticket, told)
    tell_about(w, "escalated", step.ticket, {"reason": reason, "tier": values["tier"]}, agents=told, actor=viewer)
    return action


def _to_tier(step: Step, to: dict[str, Any]) -> dict[str, Any]:
    present = _present_tier(step)
    tier = to["tier"] or present + 1
    if tier not in TIERS or tier < present:
        higher = tuple(str(t) for t in TIERS if t >= present)
        raise Invalid(
            FieldError("tier", f"the ticket is at tier {present}: a manager is who comes after tier 3", higher)
        )
    return _owned(step, {**to, "tier": tier})


def _to_manager(step: Step, to: dict[str, Any]) -> dict[str, Any]:
    """A manager is told and decides; the ticket keeps its agent unless another is named."""
    return _given({**to, "tier": to["tier"] or _present_tier(step)})


def _present_tier(step: Step) -> int:
    detail = step.w.session.get(TicketDetail, step.ticket.id)
    if detail is not None and detail.tier is not None:
        return detail.tier
    assignee = step.ticket.assignee_id
    return step.w.session.get_one(Agent, assignee).tier if assignee else 1


def _owned(step: Step, to: dict[str, Any]) -> dict[str, Any]:
    """With an assignee who does not fit the tier and team let go."""
    if to["assignee"] is not None:
        return _given(to)
    team_id = to["team"] or step.ticket.team_id
    able = organisation.agents_of_tier(step.w.session, to["tier"], team_id)
    if not able:
        raise Invalid(FieldError("tier", f"nobody of tier {to['tier']} or higher is there to take it"))
    kept = step.ticket.assignee_id in able
    return {**_given(to), **({} if kept or step.ticket.assignee_id is None else {"assignee": None})}


def _given(to: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in to.items() if value is not None}


def _takers(step: Step, values: dict[str, Any], manager: bool) -> list[int]:
    team_id = values.get("team", step.ticket.team_id)
    if not manager:
        return organisation.agents_of_tier(step.w.session, values["tier"], team_id)
    found = organisation.managers(step.w.session, team_id)
    if not found:
        raise Invalid(FieldError("to_manager", "this desk has no team lead or manager to tell"))
    return found
