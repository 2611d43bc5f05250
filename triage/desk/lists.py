"""The desk's own lists: which values a field may take now, what the desk wrote about them, which calendars count."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Absence, Agent
from core_psa.sla.choice import Calendars
from core_psa.sla.store import CompiledCalendars
from core_psa.suggestions import store as suggestions
from core_psa.suggestions.tables import FieldMode
from core_psa.tickets import store as tickets
from triage.cold_start import describe
from triage.votes import Options

# A change of the lists may go unnoticed for so long; reading them for every ticket would cost more than its neighbours.
_KEPT_SECONDS = 1.0


@dataclass(frozen=True)
class DeskLists:
    """A snapshot of the lists. `texts` describe the values of a field by id."""

    options: Mapping[str, Options]
    texts: Mapping[str, Mapping[int, str]]
    ranks: Mapping[int, int]
    modes: Mapping[str, FieldMode]
    calendars: Calendars


class ListsCache:
    """The lists as they stood within the last second. May be shared by threads."""

    def __init__(self) -> None:
        self._compiled = CompiledCalendars()
        self._known: tuple[float, DeskLists] | None = None

    def read(self, session: Session, now: datetime) -> DeskLists:
        known = self._known
        if known is None or time.monotonic() - known[0] > _KEPT_SECONDS:
            known = time.monotonic(), _read(session, now, Calendars(session, self._compiled))
            self._known = known
        return known[1]


def _read(session: Session, now: datetime, calendars: Calendars) -> DeskLists:
    categories = tickets.categories(session)
    priorities = tickets.priorities(session)
    teams = organisation.teams(session)
    parents = {c.id: c.parent_id for c in categories if c.parent_id is not None}
    options = {
        "category": Options(frozenset(c.id for c in categories), parents),
        "priority": Options(frozenset(p.id for p in priorities)),
        "team": Options(frozenset(t.id for t in teams)),
        "assignee": Options(frozenset(session.scalars(select(Agent.id).where(_can_take(now))))),
    }
    leaves = [c for c in categories if c.id not in set(parents.values())]
    texts = {
        "category": {c.id: describe(c.name, c.path.split(" / ")[:-1], c.description) for c in leaves},
        "team": {t.id: describe(t.name, (), t.description) for t in teams if t.description},
    }
    ranks = {p.id: p.rank for p in priorities}
    return DeskLists(options, texts, ranks, suggestions.mode_of(session), calendars)


def _can_take(now: datetime) -> ColumnElement[bool]:
    """Active and not absent now."""
    away = exists().where(Absence.agent_id == Agent.id, Absence.starts_at <= now, Absence.ends_at > now)
    return and_(Agent.active, ~away)
