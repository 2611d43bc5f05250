"""Customers, users and agents: few enough to go, one by one, through the doors that people use.

Each is checked, written and audited there. Whoever is here already, by name or address, is skipped and never changed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Never

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.customers import actions as customers
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Work
from core_psa.db.spelling import same
from core_psa.errors import FieldError, Invalid
from core_psa.intake.importing import cells
from core_psa.intake.importing.cells import Unreadable
from core_psa.intake.importing.columns import ValueMap
from core_psa.intake.importing.options import Became, Options, Rejection, Written
from core_psa.organisation import actions as organisation
from core_psa.organisation.store import members_of
from core_psa.organisation.tables import Agent, Team
from core_psa.viewer import Viewer

CUSTOMER_FIELDS = ("name", "timezone", "language", "vip", "note", "domains")
USER_FIELDS = ("name", "email", "phone", "customer", "site", "vip")
AGENT_FIELDS = ("name", "email", "tier", "extension", "timezone", "group")

_YES, _NO = frozenset({"1", "true", "yes", "y", "x"}), frozenset({"0", "false", "no", "n"})
_SHOWN = 200


class PersonRow(NamedTuple):
    """One record: its values by field, the empty ones left out."""

    number: int
    values: Mapping[str, Any]


class PersonReader:
    """Reads rows by the value map."""

    def __init__(self, options: Options) -> None:
        self._values = ValueMap(options.values)

    def read(
        self, numbers: Sequence[int], given: Mapping[str, Sequence[Any]]
    ) -> tuple[list[PersonRow], list[Rejection]]:
        rows: list[PersonRow] = []
        rejections: list[Rejection] = []
        for at, number in enumerate(numbers):
            values: dict[str, Any] = {}
            wrong = []
            for field, column in given.items():
                words = self._values.ours(field, cells.text(column[at]).strip())
                try:
                    values[field] = _READERS.get(field, str)(words) if words else None
                except Unreadable as error:
                    wrong.append(Rejection(number, field, str(error), words[:_SHOWN]))
            rejections += wrong
            if not wrong:
                rows.append(PersonRow(number, {field: v for field, v in values.items() if v is not None}))
        return rows, rejections


def _flag(words: str) -> bool:
    if words.lower() not in _YES | _NO:
        raise Unreadable("is neither yes nor no")
    return words.lower() in _YES


def _whole_number(words: str) -> int:
    if not words.isdecimal() or len(words) > 9:
        raise Unreadable("is not a whole number")
    return int(words)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "vip": _flag,
    "tier": _whole_number,
    "domains": cells.tags,
    "group": cells.tags,
    "supported": _flag,
    "tags": cells.tags,
    "customers": cells.tags,
}


class PersonWriter:
    """Writes one kind of record. `add` writes it unless it is here, and returns what became of it; it may raise Invalid."""

    def __init__(self, add: "Add", viewer: Viewer, options: Options) -> None:
        self._add, self._viewer, self._options = add, viewer, options
        self._made: dict[str, set[str]] = {}

    def write(self, w: Work, rows: Sequence[PersonRow]) -> Written:
        counted: Counter[Became] = Counter()
        rejections: list[Rejection] = []
        others = Others(w, self._viewer, self._options, self._made)
        for row in rows:
            try:
                with w.session.begin_nested():
                    became = self._add(others, dict(row.values))
                counted[became] += 1
            except Invalid as invalid:
                rejections += [_rejection(row, error) for error in invalid.errors]
        return Written(counted["created"], counted["skipped"], rejections, counted["updated"])

    def settle(self) -> None:
        """Nothing is remembered from one transaction to the next."""

    def forget(self) -> None:
        """Nothing is remembered from one transaction to the next."""

    def reload(self, session: Session) -> None:
        """Nothing is remembered from one transaction to the next."""

    def made(self) -> Mapping[str, int]:
        return {kind: len(names) for kind, names in self._made.items()}


def _rejection(row: PersonRow, error: FieldError) -> Rejection:
    field = error.field.split(".")[0].removesuffix("_id")
    allowed = f" (one of: {', '.join(error.allowed)})" if error.allowed else ""
    return Rejection(row.number, field, error.message + allowed, cells.text(row.values.get(field))[:_SHOWN])


@dataclass(frozen=True)
class Others:
    """The other records that a row names: found, or made if that was asked for."""

    w: Work
    viewer: Viewer
    options: Options
    made: dict[str, set[str]]

    def customer(self, name: str) -> int:
        found = id_called(self.w.session, Customer.name, name)
        return found or self._make("customer", name, lambda: customers.create_customer(self.w, self.viewer, name=name))

    def site(self, customer_id: int, name: str) -> int:
        found = id_called(self.w.session, Site.name, name, Site.customer_id == customer_id)
        return found or self._make(
            "site", name, lambda: customers.create_site(self.w, self.viewer, customer_id, name=name)
        )

    def team(self, name: str) -> int:
        found = id_called(self.w.session, Team.name, name)
        return found or self._make("group", name, lambda: organisation.create_team(self.w, self.viewer, name=name))

    def unknown(self, field: str, name: str) -> Never:
        """Raises Invalid for a name that is never made up."""
        raise Invalid(FieldError(field, f"'{name[:100]}' is not known here"))

    def _make(self, field: str, name: str, create: Callable[[], Customer | Site | Team]) -> int:
        if self.options.unknown != "create":
            self.unknown(field, name)
        made = create()
        self.made.setdefault(f"{field}s", set()).add(name.casefold())
        return made.id


Add = Callable[[Others, dict[str, Any]], Became]


def id_called(
    session: Session, column: InstrumentedAttribute[Any], name: str, *among: ColumnElement[bool]
) -> int | None:
    """The id of the record of this name, in any case, among those that match."""
    return session.scalar(select(column.class_.id).where(same(column, name), *among).limit(1))


def add_customer(others: Others, values: dict[str, Any]) -> Became:
    w, viewer = others.w, others.viewer
    if id_called(w.session, Customer.name, values.get("name", "")):
        return "skipped"
    domains = values.pop("domains", ())
    customer = customers.create_customer(w, viewer, **values)
    if domains:
        customers.set_domains(w, viewer, customer.id, domains)
    return "created"


def add_user(others: Others, values: dict[str, Any]) -> Became:
    """Without a name a user is called by the address."""
    w, session = others.w, others.w.session
    if "customer" not in values:
        raise Invalid(FieldError("customer", "must be given"))
    customer_id = others.customer(values.pop("customer"))
    name = values.setdefault("name", values.get("email", ""))
    if "email" in values:
        here = id_called(session, User.email, values["email"])
    else:
        here = id_called(session, User.name, name, User.customer_id == customer_id)
    if here:
        return "skipped"
    if site := values.pop("site", None):
        values["site_id"] = others.site(customer_id, site)
    customers.create_user(w, others.viewer, customer_id, **values)
    return "created"


def add_agent(others: Others, values: dict[str, Any]) -> Became:
    """An agent joins the teams that are named. Without a role and a password nobody can sign in as this agent yet."""
    w, viewer = others.w, others.viewer
    if id_called(w.session, Agent.email, values.get("email", "")):
        return "skipped"
    teams = values.pop("group", ())
    agent = organisation.create_agent(w, viewer, **values)
    for team_id in {others.team(name) for name in teams}:
        members = members_of(w.session, [team_id]).get(team_id, [])
        organisation.set_members(w, viewer, team_id, [*members, agent.id])
    return "created"
