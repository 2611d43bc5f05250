"""Whose ticket it is: the customer, their site and their user, which only make sense together."""

from collections.abc import Hashable, Sequence
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import CustomerDomain, Site, User
from core_psa.db import Work, fields
from core_psa.intake.importing.directory import Directory, Values
from core_psa.intake.importing.options import Options, Rejection
from core_psa.intake.importing.ticket_rows import Name, TicketRow
from core_psa.viewer import Viewer


class Person(NamedTuple):
    """A requester as the file names them: by an address, by a name, or by both."""

    email: str | None
    name: str


class Requesters:
    """A user without a customer cannot be: one of no known customer comes under a customer called as the source."""

    def __init__(self, viewer: Viewer, options: Options, customers: Directory) -> None:
        self._viewer, self._options, self._customers = viewer, options, customers
        self._source = Name(options.source, options.source.casefold())
        self.sites = Directory(Site, select(Site.id, Site.customer_id, Site.name), _site_keys)
        self.users = Directory(User, select(User.id, User.customer_id, User.name, User.email), _user_keys)
        self._domains: dict[str, int] = {}
        self._customer_of_user: dict[int, int] = {}
        self.user_names: dict[int, str] = {}

    def load(self, session: Session) -> None:
        domains = session.execute(select(CustomerDomain.domain, CustomerDomain.customer_id))
        self._domains = {domain: customer_id for domain, customer_id in domains}
        for user_id, customer_id, name in session.execute(select(User.id, User.customer_id, User.name)):
            self._customer_of_user[user_id], self.user_names[user_id] = customer_id, name

    def create(self, w: Work, rows: Sequence[TicketRow]) -> None:
        """Makes the sites and users that these rows name and nobody knows. Their customers must be known by now."""
        self._create_catch_all(w, rows)
        owned = [(row, customer) for row in rows if (customer := self._customer(row)) is not None]
        self._create_sites(w, owned)
        self._create_users(w, owned)

    def _create_sites(self, w: Work, owned: Sequence[tuple[TicketRow, int]]) -> None:
        new: dict[Hashable, Values] = {}
        for row, customer in owned:
            if row.site and (key := (customer, row.site.key)) not in self.sites:
                new.setdefault(key, {"customer_id": customer, "name": row.site.text})
        self.sites.add(w, self._viewer, new)

    def _create_users(self, w: Work, owned: Sequence[tuple[TicketRow, int]]) -> None:
        new: dict[Hashable, Values] = {}
        for row, customer in owned:
            if row.requester and (key := _key(person(row.requester), customer)) not in self.users:
                who = person(row.requester)
                values = {"customer_id": customer, "name": who.name, "email": who.email, "created_at": w.now}
                new.setdefault(key, values)
        self.users.add(w, self._viewer, new)
        for key, user in new.items():
            self._remember(self.users.get(key) or 0, user["customer_id"], user["name"])

    def _remember(self, user_id: int, customer: int, name: str) -> None:
        self._customer_of_user[user_id], self.user_names[user_id] = customer, name
        by_name = (customer, name.casefold())
        if by_name not in self.users:
            self.users.learn(by_name, user_id)

    def _create_catch_all(self, w: Work, rows: Sequence[TicketRow]) -> None:
        lost = any((row.requester or row.site) and self._customer(row) is None for row in rows)
        if lost and self._source.key not in self._customers:
            values = {"name": self._source.text, "created_at": w.now}
            self._customers.add(w, self._viewer, {self._source.key: values})

    def _customer(self, row: TicketRow) -> int | None:
        """The customer whom the row names, or else whose user, mail domain or, at last, source it shows."""
        if row.customer is not None:
            return self._customers.get(row.customer.key)
        return self._customer_behind(row)

    def _customer_behind(self, row: TicketRow) -> int | None:
        if row.requester is None and row.site is None:
            return None
        email = person(row.requester).email if row.requester else None
        if email is not None:
            user = self.users.get(email)
            known = self._customer_of_user.get(user) if user else self._domains.get(email.rpartition("@")[2])
            if known is not None:
                return known
        return self._customers.get(self._source.key) if self._options.unknown == "create" else None

    def customer_of(self, row: TicketRow, named: int | None) -> int | None:
        return named if row.customer is not None else self._customer_behind(row)

    def site_of(self, row: TicketRow, customer: int | None, wrong: list[Rejection]) -> int | None:
        if row.site is None:
            return None
        found = self.sites.get((customer, row.site.key))
        if found is None:
            self._refuse(wrong, Rejection(row.number, "site", "is no site of this customer", row.site.text))
        return found

    def user_of(self, row: TicketRow, customer: int | None, wrong: list[Rejection]) -> int | None:
        if row.requester is None:
            return None
        found = self.users.get(_key(person(row.requester), customer))
        if found is None:
            self._refuse(wrong, Rejection(row.number, "requester", "is no user of this customer", row.requester.text))
        elif self._customer_of_user[found] != customer:
            self._refuse(wrong, Rejection(row.number, "requester", "belongs to another customer", row.requester.text))
            return None
        return found

    def _refuse(self, wrong: list[Rejection], rejection: Rejection) -> None:
        if self._options.unknown != "blank":
            wrong.append(rejection)


@lru_cache(maxsize=50_000)
def person(requester: Name) -> Person:
    """`Jane Roe <jane@example.com>`, `jane@example.com` or `Jane Roe`."""
    if "@" not in requester.text:
        return Person(None, requester.text)
    shown, address = parseaddr(requester.text)
    try:
        email = fields.email(address or requester.text)
    except fields.Refused:
        return Person(None, requester.text)
    return Person(email, shown.strip() or email)


def _key(who: Person, customer: int | None) -> Any:
    return who.email or (customer, who.name.casefold())


def _site_keys(row: Any) -> list[Any]:
    return [(row.customer_id, row.name.casefold())]


def _user_keys(row: Any) -> list[Any]:
    """A user with an address goes by it or by name."""
    named = (row.customer_id, row.name.casefold())
    return [named] if row.email is None else [row.email.lower(), named]
