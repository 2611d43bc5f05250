"""What happened to the newest tickets of the made-up desk, played through the desk's own door at the times at which it happened.

History is imported and has no clocks. These tickets get theirs when they came in and are answered, wait, escalate and are
solved afterwards, so that the ledger of a clock, the report of service levels and the notices have something to tell.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.customers.tables import User
from core_psa.db import Database, Work
from core_psa.desk import actions as desk
from core_psa.desk.clocks import adopt, scan
from core_psa.desk.escalation import escalate
from core_psa.errors import DomainError
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, TeamMember
from core_psa.tickets.store import status_named, unsolved
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer
from demo.data_files import read

_SEED = 30
_PLAYED = 48
# So often the desk looks at its clocks meanwhile.
_SCANNED_EVERY = timedelta(hours=12)


@dataclass(frozen=True)
class Moment:
    """One thing done to one ticket. `word` says which of the texts for it is used."""

    at: datetime
    ticket_id: int
    done: str
    word: int


def play(db: Database) -> list[int]:
    """The ids of the tickets played, the newest first."""
    until = db.clock.now()
    with db.read() as session:
        newest = select(Ticket.id, Ticket.created_at).where(unsolved()).order_by(Ticket.created_at.desc())
        tickets = [(i, at) for i, at in session.execute(newest.limit(_PLAYED))]
    moments = sorted(_moments(tickets, until), key=lambda moment: (moment.at, moment.ticket_id))
    with _moving(db) as clock:
        looked = moments[0].at if moments else until
        for moment in moments:
            if moment.at - looked > _SCANNED_EVERY:
                clock.at, looked = moment.at, moment.at
                scan(db)
            clock.at = moment.at
            _do(db, moment)
    scan(db)
    return [ticket_id for ticket_id, _ in tickets]


@contextmanager
def _moving(db: Database) -> Iterator[StoppedClock]:
    """The desk with a clock that is put to each moment in turn."""
    real, clock = db.clock, StoppedClock(db.clock.now())
    db.clock = clock
    try:
        yield clock
    finally:
        db.clock = real


def _moments(tickets: list[tuple[int, datetime]], until: datetime) -> Iterator[Moment]:
    lives, random = read("lives")["life"], Random(_SEED)
    for number, (ticket_id, opened_at) in enumerate(tickets):
        steps = [(0, "adopt"), *lives[number % len(lives)]["steps"]]
        for minutes, done in steps:
            at = opened_at + timedelta(minutes=minutes * random.uniform(0.8, 1.3), seconds=1)
            if at < until:
                yield Moment(at, ticket_id, done, random.randrange(12))


def _do(db: Database, moment: Moment) -> None:
    """What cannot be done any more, because the ticket went another way, is not done."""
    try:
        with db.work() as w:
            if moment.done == "adopt":
                adopt(w, [moment.ticket_id])
            else:
                _STEPS[moment.done](w, w.session.get_one(Ticket, moment.ticket_id), _words(w, moment))
    except DomainError:
        return


def _words(w: Work, moment: Moment) -> str:
    texts = read("lives")["words"][moment.done]
    return str(texts[moment.word % len(texts)]).replace("{mentioned}", _somebody(w, moment.word))


def _somebody(w: Work, number: int) -> str:
    names = w.session.scalars(select(Agent.name).where(Agent.active, Agent.tier >= 2).order_by(Agent.id)).all()
    return names[number % len(names)]


def agent_of(w: Work, ticket: Ticket) -> Viewer:
    """Whoever has the ticket, else the first of its team, else the first of all."""
    team = select(TeamMember.agent_id).where(TeamMember.team_id == ticket.team_id)
    active = select(Agent.id).where(Agent.active).order_by(Agent.id.not_in(team), Agent.id)
    own = w.session.scalar(select(Agent.id).where(Agent.id == ticket.assignee_id, Agent.active))
    return organisation.viewer_of(w.session, own or w.session.scalars(active.limit(1)).one())


def _reply(w: Work, ticket: Ticket, words: str, status: str | None = None) -> None:
    status_id = status_named(w.session, status).id if status else None
    desk.reply(w, agent_of(w, ticket), ticket.id, body=words, status_id=status_id)


def _ask(w: Work, ticket: Ticket, words: str) -> None:
    _reply(w, ticket, words, "Waiting on Customer")


def _answer(w: Work, ticket: Ticket, words: str) -> None:
    user = w.session.get(User, ticket.requester_id or 0)
    if user is not None:
        desk.reply(w, Viewer("user", user.id, user.name, customer_id=user.customer_id), ticket.id, body=words)
        _update(w, ticket, "In Progress", "")


def _vendor(w: Work, ticket: Ticket, words: str) -> None:
    _update(w, ticket, "Waiting on Vendor", words)


def _take_up(w: Work, ticket: Ticket, words: str) -> None:
    _update(w, ticket, "In Progress", words)


def _update(w: Work, ticket: Ticket, status: str, words: str) -> None:
    values = {"status": status_named(w.session, status).id}
    desk.update(w, agent_of(w, ticket), ticket.id, values=values, body=words)


def _note(w: Work, ticket: Ticket, words: str) -> None:
    desk.note(w, agent_of(w, ticket), ticket.id, body=words)


def _escalate(w: Work, ticket: Ticket, words: str) -> None:
    escalate(w, agent_of(w, ticket), ticket.id, reason=words, to_manager=ticket.id % 2 == 0)


def _resolve(w: Work, ticket: Ticket, words: str) -> None:
    desk.resolve(w, agent_of(w, ticket), ticket.id, resolution=words)


_STEPS: Mapping[str, Callable[[Work, Ticket, str], Any]] = {
    "reply": _reply,
    "ask": _ask,
    "answer": _answer,
    "vendor": _vendor,
    "take_up": _take_up,
    "note": _note,
    "escalate": _escalate,
    "resolve": _resolve,
}
