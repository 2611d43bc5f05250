"""From the names in rows to the ids they stand for, and what is wrong with rows whose names are not clear."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core_psa.intake.importing.columns import SAME
from core_psa.intake.importing.names import Names, agent_key
from core_psa.intake.importing.options import Rejection
from core_psa.intake.importing.ticket_rows import Name, TicketRow

# In the place of an id that could not be found; no record has it.
_UNCLEAR = 0


class References(NamedTuple):
    """The ids a row's names stand for, in the ticket's own order of columns."""

    status: int | None
    type: int | None
    customer: int | None
    site: int | None
    requester: int | None
    category: int | None
    priority: int | None
    team: int | None
    assignee: int | None


class Resolved(NamedTuple):
    """The rows whose names are all clear, what these stand for, and what is wrong with the other rows."""

    rows: list[TicketRow]
    references: list[References]
    rejections: list[Rejection]


class Resolver:
    """Looks names up in what is known of the desk; with `blank` what is not known counts as not given."""

    def __init__(self, names: Names, *, blank: bool) -> None:
        self._requesters, self._customers, self._blank = names.requesters, names.customers, blank
        self._directories = {
            "status": names.statuses,
            "type": names.types,
            "customer": names.customers,
            "category": names.categories,
            "priority": names.priorities,
            "team": names.teams,
            "assignee": names.agents,
        }

    def resolve(self, rows: Sequence[TicketRow]) -> Resolved:
        resolved = Resolved([], [], [])
        for row, references in zip(rows, self._references(rows), strict=True):
            if _UNCLEAR in references:
                resolved.rejections.extend(self._complaints(row))
            else:
                resolved.rows.append(row)
                resolved.references.append(references)
        return resolved

    def _references(self, rows: Sequence[TicketRow]) -> Iterable[References]:
        """A name that many rows share is looked up once."""
        places = [(row.customer, row.requester, row.site) for row in rows]
        known = {place: self._place(row) for place, row in dict(zip(places, rows, strict=True)).items()}
        customers, sites, users = zip(*map(known.__getitem__, places), strict=True) if rows else ((), (), ())

        def column(field: str) -> Iterable[int | None]:
            names = [getattr(row, field) for row in rows]
            ids = {name: self._id(field, name) for name in set(names)}
            return map(ids.__getitem__, names)

        before, after = ("status", "type"), ("category", "priority", "team", "assignee")
        return map(References, *map(column, before), customers, sites, users, *map(column, after))

    def _place(self, row: TicketRow) -> tuple[int | None, int | None, int | None]:
        """Customer, site and user."""
        wrong: list[Rejection] = []
        owner = self._requesters.owner(row)
        customer = self._id("customer", row.customer) if row.customer else self._customers.get(owner)
        site, user = self._requesters.site_of(row, owner, wrong), self._requesters.user_of(row, owner, wrong)
        return (_UNCLEAR, _UNCLEAR, _UNCLEAR) if wrong else (customer, site, user)

    def _id(self, field: str, name: Name | None) -> int | None:
        if name is None:
            return None
        found = self._directories[field].get(_key(field, name))
        return found if found is not None or self._blank else _UNCLEAR

    def _complaints(self, row: TicketRow) -> list[Rejection]:
        """Every name in this row that is not known or not clear."""
        wrong = [*self._unclear(row, "status", "type", "customer")]
        owner = self._requesters.owner(row)
        self._requesters.site_of(row, owner, wrong)
        self._requesters.user_of(row, owner, wrong)
        return [*wrong, *self._unclear(row, "category", "priority", "team", "assignee")]

    def _unclear(self, row: TicketRow, *fields: str) -> Iterable[Rejection]:
        for field in fields:
            name = getattr(row, field)
            if self._id(field, name) == _UNCLEAR:
                reason = self._directories[field].complaint(_key(field, name))
                yield Rejection(row.number, SAME.get(field, field), reason, name.text)


def _key(field: str, name: Name) -> str:
    return agent_key(name) if field == "assignee" else name.key
