"""One tab's own presence: known to every process of the desk through the store, and forgotten there if the tab dies."""

import secrets

from core_psa.db import Database
from core_psa.presence import actions


class Guest:
    """An open page of an agent. Each call is one short transaction; to be made off the event loop."""

    def __init__(self, db: Database, topic: str, agent_id: int) -> None:
        self._db, self._topic, self._agent_id = db, topic, agent_id
        self._token = secrets.token_urlsafe(12)
        self._writing = ""

    def enter(self) -> None:
        with self._db.work() as w:
            actions.enter(w, self._token, self._topic, self._agent_id)

    def beat(self) -> None:
        with self._db.work() as w:
            actions.beat(w, self._token)

    def writes(self, field: str) -> None:
        """What is being written in; saying the same again costs nothing."""
        if field != self._writing:
            self._writing = field
            with self._db.work() as w:
                actions.write(w, self._token, field)

    def leave(self) -> None:
        with self._db.work() as w:
            actions.leave(w, self._token)
