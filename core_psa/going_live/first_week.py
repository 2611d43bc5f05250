"""How the first days went: what came in, what was missed, what nobody has taken, how suggestions fared, which mails failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.going_live.store import PERMISSION
from core_psa.going_live.tables import SignOff
from core_psa.notices.tables import OutgoingMail
from core_psa.sla.tables import SlaClock
from core_psa.suggestions.tables import Decision
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer

LENGTH = timedelta(days=7)
_LONGEST = 10


@dataclass(frozen=True)
class Week:
    """Counts by channel, kind of clock, kind of decision and state of mail; `waiting` are the tickets longest without anybody."""

    since: datetime
    until: datetime
    came_in: dict[str, int]
    solved: int
    missed: dict[str, int]
    unassigned: int
    waiting: list[Ticket]
    decisions: dict[str, int]
    mails: dict[str, int]

    @property
    def received(self) -> int:
        return sum(self.came_in.values())

    @property
    def accepted_share(self) -> float | None:
        """Of what people decided, the part in which the suggestion was right."""
        decided = sum(self.decisions.values())
        return self.decisions.get("accepted", 0) / decided if decided else None


def review(session: Session, viewer: Viewer, now: datetime, since: datetime | None = None) -> Week:
    """The seven days from `since`; without it from the last sign-off, or the last seven where there was none."""
    viewer.require(PERMISSION)
    viewer.require("tickets.see_all")
    signed = session.scalar(select(func.max(SignOff.at)).where(SignOff.passed))
    begins = since or signed or now - LENGTH
    until = min(now, begins + LENGTH)
    ours = (Ticket.created_at >= begins, Ticket.created_at < until, ~Ticket.spam)
    nobodys = (*ours, Ticket.state != "done", Ticket.assignee_id.is_(None))
    waiting = select(Ticket).where(*nobodys).order_by(Ticket.created_at).limit(_LONGEST)
    solved = (Ticket.resolved_at >= begins, Ticket.resolved_at < until, ~Ticket.spam)
    return Week(
        since=begins,
        until=until,
        came_in=_by(session, Ticket.channel, *ours),
        solved=_number(session, *solved),
        missed=_by(session, SlaClock.kind, SlaClock.breached_at >= begins, SlaClock.breached_at < until),
        unassigned=_number(session, *nobodys),
        waiting=list(session.scalars(waiting)),
        decisions=_by(session, Decision.kind, Decision.at >= begins, Decision.at < until),
        mails=_by(session, OutgoingMail.state, OutgoingMail.created_at >= begins, OutgoingMail.created_at < until),
    )


def _by(session: Session, column: InstrumentedAttribute[str], *conditions: ColumnElement[bool]) -> dict[str, int]:
    query = select(column, func.count()).where(*conditions).group_by(column).order_by(func.count().desc())
    return {name: number for name, number in session.execute(query)}


def _number(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(*conditions)) or 0
