"""The rows that the desk would have written for a ticket: itself, its timeline, its tags, its place in the triage queue.

Plain tuples as the tables store them: texts escaped, JSON as text, instants in microseconds since 1970. Pure.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core_psa.db import Base
from core_psa.db.base import escape_text, from_micros
from core_psa.desk.changes import NO_PRIORITY_RANK
from core_psa.intake.importing.names import References
from core_psa.intake.importing.options import Options
from core_psa.intake.importing.ticket_rows import TicketRow
from core_psa.intake.preparing import text_row
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Action, Status, Ticket, TicketTag

Stored = tuple[Any, ...]
Actor = tuple[str, int | None, str]

COLUMNS: Mapping[type[Base], Sequence[str]] = {
    Ticket: (
        "id",
        "subject",
        "state",
        "channel",
        "status_id",
        "type_id",
        "customer_id",
        "site_id",
        "requester_id",
        "category_id",
        "priority_id",
        "team_id",
        "assignee_id",
        "priority_rank",
        "spam",
        "created_at",
        "updated_at",
        "resolved_at",
        "end_known",
        "version",
        "source",
        "external_id",
    ),
    Action: (
        "ticket_id",
        "kind",
        "at",
        "actor_kind",
        "actor_id",
        "actor_name",
        "public",
        "version",
        "changes",
        "body",
    ),
    TicketTag: ("tag", "ticket_id"),
    Triage: ("ticket_id", "state", "attempts", "neighbours", "related"),
}


class Outcome(NamedTuple):
    """The status a ticket is in, and when its work ended, which may be known or only assumed."""

    status_id: int
    resolved_at: int | None
    end_known: bool


@dataclass
class Lists:
    """What composing needs to know of the desk. `importer` is who imports, `user_names` the users' by id.

    `resolutions` holds, by status, the change of status that resolving a new ticket makes, as JSON.
    """

    importer: Actor
    statuses: Mapping[int, Status]
    ranks: Mapping[int, int]
    default_type: int
    user_names: Mapping[int, str]

    def __post_init__(self) -> None:
        by_state: dict[str, list[int]] = {"open": [], "paused": [], "done": []}
        for status in self.statuses.values():
            by_state[status.state].append(status.id)
        self.new, self.resolved, self.closed = by_state["open"][0], by_state["done"][0], by_state["done"][-1]
        begun = self.statuses[self.new]
        self.resolutions = {s.id: json.dumps([_named(begun), _named(s)]) for s in self.statuses.values()}


class Composer:
    """Gathers `rows` by table, in the order in which they can be written, and the `texts` that triage cannot wait for.

    `created_at` is for rows that tell no time.
    """

    def __init__(self, lists: Lists, options: Options, created_at: int) -> None:
        self._lists, self._created_at = lists, created_at
        self._source, self._history, self._triage = escape_text(options.source), options.history, options.triage
        self.rows: dict[type[Base], list[Stored]] = {table: [] for table in COLUMNS}
        self.texts: list[dict[str, Any]] = []

    def add(self, ticket_id: int, row: TicketRow, references: References) -> None:
        created_at = self._created_at if row.created_at is None else row.created_at
        outcome = self._outcome(row, references.status, created_at)
        rows = self.rows
        rows[Ticket].append(self._ticket(ticket_id, row, references, created_at, outcome))
        author = self._author(references.requester)
        rows[Action].append((ticket_id, "created", created_at, *author, True, 1, None, escape_text(row.body)))
        if outcome.resolved_at is not None:
            rows[Action].append(self._resolve(ticket_id, row, outcome))
        elif self._triage:
            rows[Triage].append((ticket_id, "waiting", 0, "[]", "[]"))
            self.texts.append(text_row(ticket_id, row.subject, row.body))
        rows[TicketTag] += [(escape_text(tag), ticket_id) for tag in row.tags]

    def _ticket(
        self, ticket_id: int, row: TicketRow, references: References, created_at: int, outcome: Outcome
    ) -> Stored:
        ended = outcome.resolved_at is not None
        return (
            ticket_id,
            escape_text(row.subject),
            self._lists.statuses[outcome.status_id].state,
            row.channel or "import",
            outcome.status_id,
            references.type or self._lists.default_type,
            references.customer,
            references.site,
            references.requester,
            references.category,
            references.priority,
            references.team,
            references.assignee,
            NO_PRIORITY_RANK if references.priority is None else self._lists.ranks[references.priority],
            False,
            created_at,
            outcome.resolved_at if ended else created_at,
            outcome.resolved_at,
            outcome.end_known,
            2 if ended else 1,
            self._source,
            escape_text(row.external_id),
        )

    def _outcome(self, row: TicketRow, status_id: int | None, created_at: int) -> Outcome:
        """A time of resolution counts for more than a status that says otherwise."""
        given = self._lists.statuses[status_id] if status_id is not None else None
        over = given is not None and given.state == "done"
        if row.resolved_at is not None:
            return Outcome(given.id if given and over else self._lists.resolved, row.resolved_at, True)
        if self._history or over:
            return Outcome(given.id if given and over else self._lists.closed, created_at, False)
        return Outcome(given.id if given else self._lists.new, None, True)

    def _resolve(self, ticket_id: int, row: TicketRow, outcome: Outcome) -> Stored:
        at = outcome.resolved_at or 0
        known = f', "resolved_at": [null, "{from_micros(at).isoformat()}"]' if outcome.end_known else ""
        changes = f'{{"status": {self._lists.resolutions[outcome.status_id]}{known}}}'
        note = escape_text(row.resolution_note) if row.resolution_note else None
        return (ticket_id, "resolve", at, *self._lists.importer, True, 2, changes, note)

    def _author(self, requester: int | None) -> Actor:
        """Who asked for it wrote the first message; who brought it here did everything else."""
        if requester is None:
            return self._lists.importer
        return "user", requester, escape_text(self._lists.user_names[requester])


def _named(status: Status) -> dict[str, Any]:
    return {"id": status.id, "name": status.name}
