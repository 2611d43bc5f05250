"""By what records are called in a document, and which record a name means."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.configuration.kinds import KINDS
from core_psa.customers.tables import Customer, Site, User
from core_psa.organisation.tables import Agent, Role
from core_psa.tickets.tables import Priority

# Those that configuration points to without being known by one column of their own. Several sites have one name.
_CALLED: dict[str, Any] = {
    "agent": select(Agent.id, Agent.email),
    "role": select(Role.id, Role.name),
    "priority": select(Priority.id, Priority.name),
    "customer": select(Customer.id, Customer.name),
    "site": select(Site.id, Customer.name + " / " + Site.name).join(Customer, Customer.id == Site.customer_id),
    "customer_user": select(User.id, Customer.name + " / " + func.coalesce(User.email, User.name)).join(
        Customer, Customer.id == User.customer_id
    ),
}


class Unknown(LookupError):
    """No record of this table is called so, or several are."""

    def __init__(self, table: str, name: Any, several: bool) -> None:
        what = table.replace("_", " ")
        super().__init__(
            f"several records of {what} are called '{str(name)[:100]}'"
            if several
            else f"there is no {what} called '{str(name)[:100]}'"
        )


class Names:
    """The name of any record that configuration points to, and back; each table is read once, until `forget`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._queries = _CALLED | {
            kind.name: select(kind.model.id, getattr(kind.model, kind.key[0]))
            for kind in KINDS
            if len(kind.key) == 1 and kind.name not in _CALLED and hasattr(kind.model, "id")
        }
        self._names: dict[str, dict[str, str]] = {}
        self._ids: dict[str, dict[str, list[int]]] = {}

    def of(self, table: str, record_id: int | str) -> str:
        """The id may be written as text, as the queue's address has it."""
        return self._read(table).get(str(record_id), f"#{record_id}")

    def find(self, table: str, name: Any) -> int:
        """Raises Unknown."""
        self._read(table)
        found = self._ids[table].get(name, []) if isinstance(name, str) else []
        if len(found) != 1:
            raise Unknown(table, name, several=bool(found))
        return found[0]

    def learn(self, table: str, record_id: int, name: str) -> None:
        """A record that was created just now."""
        if table in self._names:
            self._add(table, record_id, name)

    def forget(self, table: str) -> None:
        self._names.pop(table, None)

    def _read(self, table: str) -> dict[str, str]:
        if table not in self._names:
            self._names[table], self._ids[table] = {}, {}
            pairs: Any = self._session.execute(self._queries[table])
            for record_id, name in pairs:
                self._add(table, record_id, name)
        return self._names[table]

    def _add(self, table: str, record_id: int, name: str) -> None:
        self._names[table][str(record_id)] = name
        self._ids[table].setdefault(name, []).append(record_id)
