"""What can be imported: for each kind its columns, how one of its rows is read, and how a batch of them is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.intake.importing import people, records, ticket_rows
from core_psa.intake.importing.options import Options, Rejection, Written
from core_psa.intake.importing.people import Add, PersonReader, PersonWriter
from core_psa.intake.importing.ticket_reader import TicketReader
from core_psa.intake.importing.tickets import TicketWriter
from core_psa.viewer import Viewer


class Reader(Protocol):
    def read(self, numbers: Sequence[int], given: Mapping[str, Sequence[Any]]) -> tuple[Sequence[Any], list[Rejection]]:
        """The rows that can be written, in our own words, and what is wrong with the others.

        `given` holds their cells by field. Raises nothing.
        """


class Writer(Protocol):
    def write(self, w: Work, rows: Sequence[Any]) -> Written:
        """Writes those rows that are new and in order, in the caller's transaction."""

    def settle(self) -> None:
        """The transaction has been committed."""

    def forget(self) -> None:
        """The transaction was rolled back: what was learned in it is void."""

    def reload(self, session: Session) -> None:
        """Others have written what this writer believed to be new."""

    def made(self) -> Mapping[str, int]:
        """How many records were added for names that nobody knew, by what they are called."""


@dataclass(frozen=True)
class Kind:
    """`needed` are groups of fields of each of which one must be in the file; `permission` is what importing takes."""

    fields: Sequence[str]
    needed: Sequence[Sequence[str]]
    permission: str
    reader: Callable[[Options], Reader]
    writer: Callable[[Session, Viewer, Options, int], Writer]


def _people(fields: Sequence[str], needed: Sequence[Sequence[str]], permission: str, add: Add) -> Kind:
    return Kind(
        fields, needed, permission, PersonReader, lambda _, viewer, options, __: PersonWriter(add, viewer, options)
    )


KINDS: Mapping[str, Kind] = {
    "tickets": Kind(ticket_rows.FIELDS, ticket_rows.NEEDED, "tickets.export", TicketReader, TicketWriter),
    "customers": _people(people.CUSTOMER_FIELDS, [["name"]], "customers.edit", people.add_customer),
    "users": _people(people.USER_FIELDS, [["name", "email"], ["customer"]], "customers.edit", people.add_user),
    "agents": _people(people.AGENT_FIELDS, [["name"], ["email"]], "organisation.edit", people.add_agent),
    "assets": _people(records.ASSET_FIELDS, [["name"], ["customer"]], "assets.edit", records.add_asset),
    "articles": _people(records.ARTICLE_FIELDS, [["title"], ["body"]], "knowledge.edit", records.add_article),
}
