"""Whose ticket it is: the customer, their site and their user, which only make sense together."""

from collections.abc import Callable, Hashable, Sequence
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, CustomerDomain, Site, User
from core_psa.db import Work, fields
from core_psa.intake.importing.directory import Directory, Values
from core_psa.intake.importing.options import Options, Rejection
from core_psa.intake.importing.ticket_rows import Name, TicketRow


class Person(NamedTuple):
    """A requester as the file names them: by an address, by a name, or by both."""

    email: str | None
    name: str


class Requesters:
    """Sites and users by the names of their customers.

    A user without a customer cannot be: one of no known customer comes under a customer called as the source.
    """

    def __init__(self, options: Options, customers: Directory, directory: Callable[..., Directory]) -> None:
        self._options, self._customers = options, customers
        self._source = Name(options.source, options.source.casefold())
        sites = select(Site.id, Site.name, Customer.name.label("customer")).join(Customer)
        users = select(User.id, User.name, User.email, Customer.name.label("customer")).join(Customer)
        self.sites = directory(Site, sites, lambda row: [(row.customer.casefold(), row.name.casefold())])
        self.users = directory(User, users, _user_keys)
        self._owner_of_domain: dict[str, str] = {}
        self._owner_of_user: dict[int, str] = {}
        self.user_names: dict[int, str] = {}

    def load(self, session: Session) -> None:
        domains = session.execute(select(CustomerDomain.domain, Customer.name).join(Customer))
        self._owner_of_domain = {domain: customer.casefold() for domain, customer in domains}
        for user_id, name, customer in session.execute(select(User.id, User.name, Customer.name).join(Customer)):
            self._owner_of_user[user_id], self.user_names[user_id] = customer.casefold(), name

    def owner(self, row: TicketRow) -> str | None:
        """The key of the customer whom the row names, or else whose user, mail domain or, at last, source it shows."""
        if row.customer is not None:
            return row.customer.key
        if row.requester is None and row.site is None:
            return None
        email = person(row.requester).email if row.requester else None
        known = self._owner_of_address(email) if email else None
        return known or (self._source.key if self._options.unknown == "create" else None)

    def _owner_of_address(self, email: str) -> str | None:
        user = self.users.get(email)
        return self._owner_of_user[user] if user else self._owner_of_domain.get(email.rpartition("@")[2])

    def create(self, w: Work, rows: Sequence[TicketRow]) -> None:
        """Makes the sites and users that these rows name and nobody knows. The customers they name must be known by now."""
        different = {(row.customer, row.requester, row.site): row for row in rows}.values()
        owned = [(row, owner) for row in different if (owner := self.owner(row)) is not None]
        if any(owner == self._source.key and owner not in self._customers for _, owner in owned):
            values = {"name": self._source.text, "created_at": w.now}
            self._customers.add(w, {self._source.key: values})
        self._create_sites(w, owned)
        self._create_users(w, owned)

    def _create_sites(self, w: Work, owned: Sequence[tuple[TicketRow, str]]) -> None:
        new: dict[Hashable, Values] = {}
        for row, owner in owned:
            customer = self._customers.get(owner)
            if row.site and customer and (key := (owner, row.site.key)) not in self.sites:
                new.setdefault(key, {"customer_id": customer, "name": row.site.text})
        self.sites.add(w, new)

    def _create_users(self, w: Work, owned: Sequence[tuple[TicketRow, str]]) -> None:
        new: dict[Hashable, Values] = {}
        owners: dict[Hashable, str] = {}
        for row, owner in owned:
            customer = self._customers.get(owner)
            if row.requester and customer and (key := _key(person(row.requester), owner)) not in self.users:
                who = person(row.requester)
                user = {"customer_id": customer, "name": who.name, "email": who.email, "created_at": w.now}
                new.setdefault(key, user)
                owners.setdefault(key, owner)
        self.users.add(w, new)
        for key, values in new.items():
            self._remember(self.users.get(key) or 0, owners[key], values["name"])

    def _remember(self, user_id: int, owner: str, name: str) -> None:
        self._owner_of_user[user_id], self.user_names[user_id] = owner, name
        if (owner, name.casefold()) not in self.users:
            self.users.learn((owner, name.casefold()), user_id)

    def site_of(self, row: TicketRow, owner: str | None, wrong: list[Rejection]) -> int | None:
        if row.site is None:
            return None
        found = self.sites.get((owner, row.site.key))
        if found is None:
            self._refuse(wrong, Rejection(row.number, "site", "is no site of this customer", row.site.text))
        return found

    def user_of(self, row: TicketRow, owner: str | None, wrong: list[Rejection]) -> int | None:
        if row.requester is None:
            return None
        found = self.users.get(_key(person(row.requester), owner))
        if found is not None and self._owner_of_user[found] == owner:
            return found
        reason = "is no user of this customer" if found is None else "belongs to another customer"
        self._refuse(wrong, Rejection(row.number, "requester", reason, row.requester.text))
        return None

    def _refuse(self, wrong: list[Rejection], rejection: Rejection) -> None:
        if self._options.unknown != "blank":
            wrong.append(rejection)


@lru_cache(maxsize=50_000)
def person(requester: Name) -> Person:
    """`Jane Roe <jane@example.com>`, `jane@example.com` or `Jane Roe`."""
    if "@" not in requester.text:
        return Person(None, requester.text)
    shown, address = parseaddr(requester.text) if "<" in requester.text else ("", requester.text)
    try:
        email = fields.email(address or requester.text)
    except fields.Refused:
        return Person(None, requester.text)
    return Person(email, shown.strip() or email)


def _key(who: Person, owner: str | None) -> Hashable:
    return who.email or (owner, who.name.casefold())


def _user_keys(row: Any) -> list[Hashable]:
    """A user with an address goes by it or by name."""
    named = (row.customer.casefold(), row.name.casefold())
    return [named] if row.email is None else [row.email.lower(), named]
