"""Telling people, inside the transaction of what they are told of."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from core_psa.db import Work
from core_psa.notices import store
from core_psa.notices.events import EVENTS, Audience
from core_psa.notices.rules import fill, fill_line, not_before, zone_of
from core_psa.notices.store import Reader
from core_psa.notices.tables import Notification, OutgoingMail
from core_psa.notices.wording import WORDINGS
from core_psa.organisation.store import desk_timezone
from core_psa.viewer import Viewer

_LONGEST_LINE = 300


def tell(
    w: Work,
    event: str,
    ticket_id: int | None,
    facts: Mapping[str, Any],
    *,
    agents: Collection[int] = (),
    users: Collection[int] = (),
    addresses: Collection[str] = (),
    actor: Viewer | None = None,
) -> None:
    """Tells these agents on their pages and by mail, as each has chosen, and these users and bare addresses by mail.

    Nobody is told of their own act. `facts` may hold what `events.COMMON` and the event name: texts, numbers, instants.
    Raises ValueError for an event that is not known, or one that users are never told of.
    """
    if event not in EVENTS:
        raise ValueError(f"'{event}' is not told of; what is: {', '.join(EVENTS)}")
    if (users or addresses) and (event, "user") not in WORDINGS:
        raise ValueError(f"users are not told of '{event}'")
    telling = _Telling(w, event, ticket_id, {**facts, "actor": actor.name if actor else "The desk"})
    if told := set(agents) - _own(actor, "agent"):
        telling.agents(told)
    if (users or addresses) and not store.is_silent(w.session, event):
        telling.users(set(users) - _own(actor, "user"), addresses)


def _own(actor: Viewer | None, kind: str) -> set[int]:
    return {actor.id} if actor and actor.kind == kind and actor.id is not None else set()


class _Telling:
    """One event being told to everybody it concerns."""

    def __init__(self, w: Work, event: str, ticket_id: int | None, facts: Mapping[str, Any]) -> None:
        self._w, self._event, self._ticket_id = w, event, ticket_id
        self._policy = store.policy(w.session)
        number = "" if ticket_id is None else f"{ticket_id:07d}"
        self._facts = {"desk": store.desk_name(w.session), "number": number, **facts}

    def agents(self, ids: Collection[int]) -> None:
        for reader in store.agents_told(self._w.session, self._event, ids, self._policy.language):
            if reader.in_app:
                self._notify(reader)
            if reader.mail:
                self._write("agent", reader, {**self._facts, "link": self._link()})

    def users(self, ids: Collection[int], addresses: Iterable[str]) -> None:
        readers = list(store.users_told(self._w.session, ids))
        known = {reader.address for reader in readers}
        bare = [a for a in dict.fromkeys(a.strip().lower() for a in addresses) if a and a not in known]
        zone = desk_timezone(self._w.session) if bare else ""
        for reader in [*readers, *(Reader(None, "", a, zone, self._policy.language) for a in bare)]:
            self._write("user", reader, self._facts)

    def _link(self) -> str:
        site = self._policy.site.rstrip("/")
        return f"{site}/tickets/{self._ticket_id}" if site and self._ticket_id else ""

    def _notify(self, reader: Reader) -> None:
        line = fill_line(EVENTS[self._event].line, self._facts, zone_of(reader.timezone), _LONGEST_LINE)
        self._w.session.add(
            Notification(
                agent_id=reader.id, event=self._event, ticket_id=self._ticket_id, line=line.rstrip(": "), at=self._w.now
            )
        )

    def _write(self, audience: Audience, reader: Reader, facts: Mapping[str, Any]) -> None:
        zone = zone_of(reader.timezone)
        words = store.wording(self._w.session, self._event, audience, reader.language, self._policy.language)
        known = {**facts, "recipient": reader.name}
        self._w.session.add(
            OutgoingMail(
                event=self._event,
                audience=audience,
                ticket_id=self._ticket_id,
                address=reader.address,
                name=reader.name,
                subject=_tagged(fill_line(words.subject, known, zone), self._ticket_id),
                text=fill(words.text, known, zone),
                created_at=self._w.now,
                due_at=not_before(self._w.now, reader.quiet, zone),
            )
        )


def _tagged(subject: str, ticket_id: int | None) -> str:
    """The tag leads an answer back to its ticket when mail programs have lost everything else."""
    return subject if ticket_id is None else f"{subject} [ID:{ticket_id:07d}]".strip()
