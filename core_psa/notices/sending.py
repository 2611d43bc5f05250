"""When a mail is tried again, and how many may go to one person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

# After the last of these a mail has failed.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
REFERENCES = 20


class Ceiling(NamedTuple):
    """At most so many mails in so many minutes."""

    mails: int
    minutes: int


@dataclass(frozen=True)
class Ceilings:
    """For one person about one ticket, and for one person about anything."""

    ticket: tuple[Ceiling, ...]
    person: tuple[Ceiling, ...]

    @property
    def longest(self) -> timedelta:
        return timedelta(minutes=max(c.minutes for c in (*self.ticket, *self.person)))


CEILINGS = Ceilings(
    ticket=(Ceiling(10, 10), Ceiling(15, 30), Ceiling(25, 60), Ceiling(50, 180), Ceiling(100, 600)),
    person=(Ceiling(60, 10), Ceiling(200, 60), Ceiling(600, 1440)),
)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait after this many attempts; None once it has been tried often enough."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def over(ceilings: Sequence[Ceiling], sent: Sequence[datetime], now: datetime) -> Ceiling | None:
    """The first ceiling that one more mail would break, given when the others went."""
    for ceiling in ceilings:
        since = now - timedelta(minutes=ceiling.minutes)
        if sum(at > since for at in sent) >= ceiling.mails:
            return ceiling
    return None


def root_id(ticket_id: int, domain: str) -> str:
    """What every mail about a ticket refers to, so that mail programs show them together."""
    return f"<ticket-{ticket_id:07d}@{domain}>"


def references(ticket_id: int | None, earlier: Sequence[str], domain: str) -> tuple[str, ...]:
    """The thread so far: its root, then the last mails sent, the newest at the end."""
    root = () if ticket_id is None else (root_id(ticket_id, domain),)
    return (*root, *earlier[-REFERENCES:])
