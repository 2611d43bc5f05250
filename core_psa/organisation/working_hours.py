"""Changing when agents work: their weekly shifts and their absences."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.db.weeks import Hours, week_errors
from core_psa.errors import Invalid, NotFound
from core_psa.organisation import store
from core_psa.organisation.tables import Absence, Agent, Shift
from core_psa.viewer import Viewer


def set_shifts(w: Work, viewer: Viewer, agent_id: int, week: Sequence[Hours]) -> None:
    """Replaces the agent's week. Minutes are of the agent's own day; a shift over midnight is written as two."""
    viewer.require("organisation.edit")
    get(w.session, Agent, agent_id, lock=True)
    if errors := week_errors("shifts", week):
        raise Invalid(*errors)
    before, after = store.shifts_of(w.session, [agent_id]).get(agent_id, []), sorted(week)
    if before == after:
        return
    w.session.execute(delete(Shift).where(Shift.agent_id == agent_id))
    save(w.session, *(Shift(agent_id=agent_id, **shift._asdict()) for shift in after))
    audit.record(w, viewer, "updated", "agent", agent_id, {"shifts": [_in_words(before), _in_words(after)]})


def add_absence(
    w: Work, viewer: Viewer, agent_id: int, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> Absence:
    """From the first instant up to the last; absences of one agent never overlap."""
    viewer.require("organisation.edit")
    get(w.session, Agent, agent_id, lock=True)
    given = {"reason": reason, "starts_at": starts_at, "ends_at": ends_at}
    form = Form(given, {"reason": fields.text, "starts_at": fields.instant, "ends_at": fields.instant})
    if starts_at >= ends_at:
        form.refuse("ends_at", "must be after starts_at")
    elif other := _overlapping(w.session, agent_id, starts_at, ends_at):
        form.refuse("starts_at", f"overlaps the absence {other.id}")
    absence = Absence(agent_id=agent_id, **form.accepted())
    save(w.session, absence)
    audit.record(w, viewer, "updated", "agent", agent_id, {"absences": [None, _told(absence)]})
    return absence


def remove_absence(w: Work, viewer: Viewer, agent_id: int, absence_id: int) -> None:
    viewer.require("organisation.edit")
    get(w.session, Agent, agent_id, lock=True)
    absence = get(w.session, Absence, absence_id)
    if absence.agent_id != agent_id:
        raise NotFound("absence", absence_id)
    w.session.delete(absence)
    audit.record(w, viewer, "updated", "agent", agent_id, {"absences": [_told(absence), None]})


def _overlapping(session: Session, agent_id: int, starts_at: datetime, ends_at: datetime) -> Absence | None:
    query = select(Absence).where(Absence.agent_id == agent_id, Absence.starts_at < ends_at)
    return session.scalar(query.where(Absence.ends_at > starts_at).limit(1))


def _in_words(week: Sequence[Hours]) -> list[str]:
    return [str(hours) for hours in week]


def _told(absence: Absence) -> dict[str, str]:
    times = {"starts_at": absence.starts_at.isoformat(), "ends_at": absence.ends_at.isoformat()}
    return {**times, "reason": absence.reason}
