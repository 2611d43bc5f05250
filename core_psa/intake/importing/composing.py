"""The rows that the desk would have written for a ticket: itself, its timeline, its tags, its place in the triage queue.

Plain tuples as the tables store them: texts escaped, JSON as text, instants in microseconds since 1970. Pure.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

from core_psa.db import Base
from core_psa.db.base import escape_text, from_micros
from core_psa.intake.importing.options import Options
from core_psa.intake.importing.references import References
from core_psa.intake.importing.ticket_rows import TicketRow
from core_psa.intake.preparing import text_row
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Action, Status, Ticket, TicketTag
from core_psa.tickets.urgency.rules import NO_PRIORITY_RANK

Stored = tuple[Any, ...]
Columns = dict[str, Sequence[Any]]
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


class Outcomes(NamedTuple):
    """By column: the status a ticket is in, and when its work ended, which may be known or only assumed."""

    status_ids: Sequence[int]
    resolved_at: Sequence[int | None]
    end_known: Sequence[bool]


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
        self.states = {status.id: status.state for status in self.statuses.values()}
        begun = self.statuses[self.new]
        self.resolutions = {s.id: json.dumps([_named(begun), _named(s)]) for s in self.statuses.values()}


class Composer:
    """Makes `rows` by table, in the order in which they can be written, and the `texts` that triage cannot wait for.

    Works column by column, which costs half of what row by row does. `created_at` is for rows that tell no time.
    """

    def __init__(self, lists: Lists, options: Options, created_at: int) -> None:
        self._lists, self._created_at = lists, created_at
        self._source, self._history, self._triage = escape_text(options.source), options.history, options.triage
        self.rows: dict[type[Base], list[Stored]] = {table: [] for table in COLUMNS}
        self.texts: list[dict[str, Any]] = []

    def add(self, ids: Sequence[int], rows: Sequence[TicketRow], references: Sequence[References]) -> None:
        """`ids` are the tickets' own, `references` what their names stand for."""
        given, found = _columns(TicketRow, rows), _columns(References, references)
        given["created_at"] = [self._created_at if at is None else at for at in given["created_at"]]
        outcomes = self._outcomes(given, found["status"])
        self.rows[Ticket] += self._tickets(ids, given, found, outcomes)
        created = self._created(ids, given, found["requester"])
        resolved = self._resolved(ids, given["resolution_note"], outcomes)
        self.rows[Action] += [action for pair in zip(created, resolved, strict=True) for action in pair if action]
        self.rows[TicketTag] += [
            (escape_text(tag), i) for i, tags in zip(ids, given["tags"], strict=True) if tags for tag in tags
        ]
        if self._triage:
            self._add_waiting(ids, given, outcomes)

    def _outcomes(self, given: Columns, status_ids: Sequence[int | None]) -> Outcomes:
        outcomes = map(self._outcome, given["created_at"], given["resolved_at"], status_ids)
        return Outcomes(*zip(*outcomes, strict=True))

    def _outcome(self, created_at: int, resolved_at: int | None, status_id: int | None) -> tuple[int, int | None, bool]:
        """A time of resolution counts for more than a status that says otherwise."""
        lists = self._lists
        over = status_id is not None and lists.states[status_id] == "done"
        if resolved_at is not None:
            return status_id if status_id and over else lists.resolved, resolved_at, True
        if self._history or over:
            return status_id if status_id and over else lists.closed, created_at, False
        return status_id or lists.new, None, True

    def _tickets(self, ids: Sequence[int], given: Columns, found: Columns, outcomes: Outcomes) -> Iterable[Stored]:
        lists, (status_ids, ended_at, end_known) = self._lists, outcomes
        return zip(
            ids,
            map(escape_text, given["subject"]),
            map(lists.states.__getitem__, status_ids),
            [channel or "import" for channel in given["channel"]],
            status_ids,
            [type_id or lists.default_type for type_id in found["type"]],
            found["customer"],
            found["site"],
            found["requester"],
            found["category"],
            found["priority"],
            found["team"],
            found["assignee"],
            [NO_PRIORITY_RANK if priority is None else lists.ranks[priority] for priority in found["priority"]],
            repeat(False),
            given["created_at"],
            [begun if ended is None else ended for begun, ended in zip(given["created_at"], ended_at, strict=True)],
            ended_at,
            end_known,
            [1 if ended is None else 2 for ended in ended_at],
            repeat(self._source),
            map(escape_text, given["external_id"]),
        )

    def _created(self, ids: Sequence[int], given: Columns, requesters: Sequence[int | None]) -> Iterable[Stored]:
        """Who asked for it wrote the first message; who brought it here did everything else."""
        authors = {requester: self._author(requester) for requester in set(requesters)}
        rows = zip(ids, given["created_at"], map(authors.__getitem__, requesters), given["body"], strict=True)
        return [(i, "created", at, *author, True, 1, None, escape_text(body)) for i, at, author, body in rows]

    def _author(self, requester: int | None) -> Actor:
        if requester is None:
            return self._lists.importer
        return "user", requester, escape_text(self._lists.user_names[requester])

    def _resolved(self, ids: Sequence[int], notes: Sequence[str], outcomes: Outcomes) -> Iterable[Stored | None]:
        for ticket_id, note, status_id, at, known in zip(ids, notes, *outcomes, strict=True):
            if at is None:
                yield None
                continue
            told = f', "resolved_at": [null, "{from_micros(at).isoformat()}"]' if known else ""
            changes = f'{{"status": {self._lists.resolutions[status_id]}{told}}}'
            body = escape_text(note) if note else None
            yield ticket_id, "resolve", at, *self._lists.importer, True, 2, changes, body

    def _add_waiting(self, ids: Sequence[int], given: Columns, outcomes: Outcomes) -> None:
        for i, subject, body, at in zip(ids, given["subject"], given["body"], outcomes.resolved_at, strict=True):
            if at is None:
                self.rows[Triage].append((i, "waiting", 0, "[]", "[]"))
                self.texts.append(text_row(i, subject, body))


def _columns(kind: type[NamedTuple], rows: Sequence[Any]) -> Columns:
    return dict(zip(kind._fields, zip(*rows, strict=True), strict=True))


def _named(status: Status) -> dict[str, Any]:
    return {"id": status.id, "name": status.name}
