"""The records of one table by their names."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Select, insert
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.db import Base, Work
from core_psa.db.records import kind_of
from core_psa.intake.importing import store
from core_psa.sla import tables as calendars
from core_psa.viewer import Viewer

Values = Mapping[str, Any]

# Customers and teams point to calendars, and a table can be written only when those it points to are known.
_POINTED_TO = (calendars.Calendar,)


class Directory:
    """All of a table's names are held in memory, so that a row costs no query.

    `query` gives the id and whatever `keys` makes names of. A name that several records share is known, but not clear.
    In a rehearsal new records get numbers below zero and are written nowhere.
    """

    def __init__(
        self,
        model: type[Base],
        query: Select[*tuple[Any, ...]],
        keys: Callable[[Row[*tuple[Any, ...]]], Iterable[Hashable]],
        viewer: Viewer,
        *,
        rehearse: bool,
    ) -> None:
        self._model, self._query, self._keys = model, query, keys
        self._viewer, self._rehearse = viewer, rehearse
        self._ids: dict[Hashable, int | None] = {}
        self._fresh: list[Hashable] = []
        self._made: set[Hashable] = set()

    @property
    def made(self) -> int:
        """How many records this import has added."""
        return len(self._made)

    def load(self, session: Session) -> None:
        self._ids.clear()
        for row in session.execute(self._query):
            for key in self._keys(row):
                known = self._ids.setdefault(key, row[0])
                if known != row[0]:
                    self._ids[key] = None

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ids

    def get(self, key: Hashable) -> int | None:
        return self._ids.get(key)

    def complaint(self, key: Hashable) -> str:
        """Why there is no id for this name."""
        return "is the name of several records: which one is not clear" if key in self else "is not known here"

    def learn(self, key: Hashable, record_id: int) -> None:
        self._ids[key] = record_id
        self._fresh.append(key)

    def add(self, w: Work, records: Mapping[Hashable, Values]) -> None:
        """Creates a record for each of these keys, and an audit entry for each record."""
        if self._rehearse:
            for number, key in enumerate(records, len(self._made) + 1):
                self.learn(key, -number)
        elif records:
            self._write(w, records)
        self._made.update(records)

    def _write(self, w: Work, records: Mapping[Hashable, Values]) -> None:
        ids = store.next_ids(w.session, self._model, len(records))
        rows = [{"id": record_id, **values} for record_id, values in zip(ids, records.values(), strict=True)]
        w.session.execute(insert(self._model), rows)
        for key, row in zip(records, rows, strict=True):
            self.learn(key, row["id"])
            changes = {name: [None, v] for name, v in row.items() if isinstance(v, str | int) and name != "id"}
            audit.record(w, self._viewer, "created", kind_of(self._model), row["id"], changes)

    def settle(self) -> None:
        """What was learned in the transaction stands: it has been committed."""
        self._fresh.clear()

    def forget(self) -> None:
        """What was learned in the transaction is void: it was rolled back."""
        for key in self._fresh:
            self._ids.pop(key, None)
        self._fresh.clear()
