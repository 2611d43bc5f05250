"""What the names in a file mean on this desk, and the records made for those that mean nothing yet."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.intake.importing.directory import Directory, Values
from core_psa.intake.importing.options import Options
from core_psa.intake.importing.requesters import Requesters, person
from core_psa.intake.importing.ticket_rows import Name, TicketRow
from core_psa.organisation.tables import Agent, Team
from core_psa.tickets.tables import Category, Priority, Status, TicketType
from core_psa.viewer import Viewer


class Names:
    """One dictionary a table. Names are compared in any case; an agent goes by name or address."""

    def __init__(self, session: Session, viewer: Viewer, options: Options) -> None:
        self._options = options
        directory = partial(Directory, viewer=viewer, rehearse=options.rehearse)
        self.customers = directory(Customer, select(Customer.id, Customer.name), _folded)
        self.teams = directory(Team, select(Team.id, Team.name), _folded)
        self.agents = directory(Agent, select(Agent.id, Agent.name, Agent.email), _folded)
        self.types = directory(TicketType, select(TicketType.id, TicketType.name), _folded)
        self.statuses = directory(Status, select(Status.id, Status.name), _folded)
        self.priorities = directory(Priority, select(Priority.id, Priority.name), _folded)
        self.categories = directory(Category, select(Category.id, Category.path), _folded)
        self.requesters = Requesters(options, self.customers, directory)
        self.reload(session)

    @property
    def directories(self) -> dict[str, Directory]:
        """By what the records in them are called."""
        return {
            "customers": self.customers,
            "sites": self.requesters.sites,
            "users": self.requesters.users,
            "teams": self.teams,
            "agents": self.agents,
            "types": self.types,
            "statuses": self.statuses,
            "priorities": self.priorities,
            "categories": self.categories,
        }

    def reload(self, session: Session) -> None:
        for directory in self.directories.values():
            directory.load(session)
        self.requesters.load(session)
        self._standing_priorities = dict(_folded_ids(session, Priority.id, Priority.name))

    def learn(self, w: Work, rows: Sequence[TicketRow]) -> None:
        """Finds out what is new in these rows and, where that was asked for, makes records of it."""
        for priority in {row.priority for row in rows}:
            self._recognise_priority(priority)
        if self._options.unknown != "create":
            return
        self._create(w, self.customers, (row.customer for row in rows), lambda n: {"name": n.text, "created_at": w.now})
        self._create(w, self.teams, (row.team for row in rows), lambda n: {"name": n.text})
        self._create(w, self.types, (row.type for row in rows), lambda n: {"name": n.text})
        for assignee in _different(row.assignee for row in rows):
            if agent_key(assignee) not in self.agents:
                self._create_agent(w, assignee)
        self._create_statuses(w, rows)
        self._create_priorities(w, _different(row.priority for row in rows))
        for category in _different(row.category for row in rows):
            if category.key not in self.categories:
                self._create_category(w, category)
        self.requesters.create(w, rows)

    def settle(self) -> None:
        for directory in self.directories.values():
            directory.settle()

    def forget(self) -> None:
        for directory in self.directories.values():
            directory.forget()

    def _create(
        self, w: Work, directory: Directory, names: Iterable[Name | None], values: Callable[[Name], Values]
    ) -> None:
        new: dict[Hashable, Values] = {}
        for name in _different(names):
            if name.key not in directory and name.key not in new:
                new[name.key] = values(name)
        directory.add(w, new)

    def _create_agent(self, w: Work, name: Name) -> None:
        """Without a password or a role nobody can sign in as this agent; an address is made up if only the name is known."""
        who, key = person(name), agent_key(name)
        email = who.email or f"{_mailbox(key)}@import.invalid"
        if email in self.agents:
            email = f"{_digest(key)}@import.invalid"
        self.agents.add(w, {key: {"name": who.name, "email": email, "created_at": w.now}})
        for other in {email, who.name.casefold()} - {key}:
            if other not in self.agents:
                self.agents.learn(other, self.agents.get(key) or 0)

    def _create_statuses(self, w: Work, rows: Sequence[TicketRow]) -> None:
        """A new status means that the work is over if it is over in the row that first names it."""
        for row in rows:
            if row.status is not None and row.status.key not in self.statuses:
                over = row.resolved_at is not None or self._options.history
                position = w.session.scalar(select(func.max(Status.position))) or 0
                values = {"name": row.status.text, "state": "done" if over else "open", "position": position + 1}
                self.statuses.add(w, {row.status.key: values})

    def _create_priorities(self, w: Work, names: Iterable[Name]) -> None:
        """A new priority comes after the others: how urgent it is nobody has said."""
        for name in names:
            if name.key not in self.priorities:
                rank = w.session.scalar(select(func.max(Priority.rank))) or 0
                self.priorities.add(w, {name.key: {"name": name.text, "rank": rank + 1}})

    def _create_category(self, w: Work, category: Name) -> None:
        parent = None
        names = category.text.split(" / ")
        for depth, name in enumerate(names, 1):
            path = " / ".join(names[:depth])
            if path.casefold() not in self.categories:
                values = {"parent_id": parent, "name": name, "path": path}
                self.categories.add(w, {path.casefold(): values})
            parent = self.categories.get(path.casefold())

    def _recognise_priority(self, name: Name | None) -> None:
        if name is not None and name.key not in self.priorities:
            same = same_priority(name.key, self._standing_priorities)
            if same is not None:
                self.priorities.learn(name.key, same)


def same_priority(key: str, known: dict[str, int]) -> int | None:
    """The one priority that shares a word or the number with this name: `High`, `2` and `2 - High` are all `P2 High`."""
    found = {record_id for name, record_id in known.items() if _words(name) & _words(key)}
    return found.pop() if len(found) == 1 else None


def _words(name: str) -> set[str]:
    return {f"p{word}" if word.isdecimal() else word for word in re.findall(r"\w+", name)}


def agent_key(name: Name) -> str:
    return person(name).email or name.key


def _different(names: Iterable[Name | None]) -> Iterable[Name]:
    """Each of them once, in the order in which they come."""
    return (name for name in dict.fromkeys(names) if name is not None)


def _mailbox(key: str) -> str:
    """A name as the first half of an address, if it can be told from it."""
    plain = re.sub(r"[^a-z0-9]+", ".", key).strip(".")[:60]
    return plain if plain.replace(".", "") == re.sub(r"[\W_]", "", key) else _digest(key)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _folded(row: Any) -> list[str]:
    return [name.casefold() for name in row[1:]]


def _folded_ids(session: Session, record_id: Any, name: Any) -> Iterable[tuple[str, int]]:
    return ((found_name.casefold(), found_id) for found_id, found_name in session.execute(select(record_id, name)))
