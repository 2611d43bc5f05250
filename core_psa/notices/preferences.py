"""What each agent wants to hear of, how, and when not. Everybody arranges their own."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.db.records import save
from core_psa.errors import FieldError, Forbidden, Invalid
from core_psa.notices.events import EVENTS
from core_psa.notices.rules import Quiet
from core_psa.notices.tables import NoticePreference, QuietHours
from core_psa.viewer import Viewer

WAYS = ("both", "in_app", "mail", "none")


@dataclass(frozen=True)
class Way:
    """How an agent hears of one event."""

    in_app: bool
    mail: bool

    @property
    def name(self) -> str:
        if self.in_app and self.mail:
            return "both"
        return "in_app" if self.in_app else "mail" if self.mail else "none"

    @classmethod
    def named(cls, name: str) -> "Way":
        return cls(in_app=name in ("both", "in_app"), mail=name in ("both", "mail"))


def ways(session: Session, viewer: Viewer) -> dict[str, Way]:
    """The viewer's choice by event; the event's own defaults where nothing was chosen."""
    query = select(NoticePreference).where(NoticePreference.agent_id == _agent(viewer))
    chosen = {row.event: Way(row.in_app, row.mail) for row in session.scalars(query)}
    return {name: chosen.get(name) or Way(event.in_app, event.mail) for name, event in EVENTS.items()}


def quiet_hours(session: Session, viewer: Viewer) -> Quiet | None:
    row = session.get(QuietHours, _agent(viewer))
    return Quiet(row.starts, row.ends, row.weekends) if row else None


def choose(w: Work, viewer: Viewer, wanted: Mapping[str, str]) -> None:
    """Sets the way of each event named: both, in_app, mail or none."""
    wrong = [FieldError(e[:100], "is not an event", tuple(EVENTS)) for e in wanted if e not in EVENTS]
    wrong += [
        FieldError(e, f"'{way[:50]}' is not a way to be told", WAYS) for e, way in wanted.items() if way not in WAYS
    ]
    if wrong:
        raise Invalid(*wrong)
    for event, name in wanted.items():
        way = Way.named(name)
        row = w.session.get(NoticePreference, (_agent(viewer), event))
        if row is None:
            row = NoticePreference(agent_id=_agent(viewer), event=event)
        row.in_app, row.mail = way.in_app, way.mail
        save(w.session, row)


def set_quiet_hours(w: Work, viewer: Viewer, quiet: Quiet | None) -> None:
    """From when to when no mail is sent, in minutes of the viewer's own day; None for never."""
    row = w.session.get(QuietHours, _agent(viewer))
    if quiet is None:
        if row is not None:
            w.session.delete(row)
        return
    wrong = [n for n, minute in (("starts", quiet.starts), ("ends", quiet.ends)) if not 0 <= minute < 1440]
    if wrong:
        raise Invalid(*(FieldError(name, "must be a minute of the day, 0 to 1439") for name in wrong))
    row = row or QuietHours(agent_id=_agent(viewer))
    row.starts, row.ends, row.weekends = quiet
    save(w.session, row)


def _agent(viewer: Viewer) -> int:
    if viewer.agent_id is None:
        raise Forbidden("being an agent")
    return viewer.agent_id
