"""Which imported tickets are duplicates of which: a second pass, once all of them are here.

Doing it again does no harm, so an interrupted pass is simply repeated.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import bindparam, update

from core_psa.db import Database
from core_psa.intake.importing import store
from core_psa.tickets.tables import Ticket

_AT_ONCE = 200
_LINK = update(Ticket).where(Ticket.id == bindparam("ticket")).values(duplicate_of_id=bindparam("original"))


class Links(NamedTuple):
    """How many duplicates know their original now, and how many name one that is not here."""

    made: int = 0
    unknown: int = 0


def link(db: Database, source: str, pairs: Iterable[tuple[str, str]]) -> Links:
    """`pairs` are a ticket's id and that of its original, both as they were where they came from."""
    remaining, links = iter(pairs), Links()
    while batch := list(islice(remaining, _AT_ONCE)):
        made, unknown = _link(db, source, batch)
        links = Links(links.made + made, links.unknown + unknown)
    return links


def _link(db: Database, source: str, pairs: Sequence[tuple[str, str]]) -> Links:
    with db.work() as w:
        ids = store.ids_of(w.session, source, {external_id for pair in pairs for external_id in pair})
        here = [(ids[ticket], ids.get(original)) for ticket, original in pairs if ticket in ids]
        found = [(ticket, original) for ticket, original in here if original not in (None, ticket)]
        if found:
            w.session.connection().execute(_LINK, [{"ticket": t, "original": o} for t, o in found])
    return Links(len(found), len(here) - len(found))
