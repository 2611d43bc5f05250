"""The filters of a list of tickets, as a caller gives them: ids or names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy.orm import Session

from core_psa.db.fields import Refused, instant
from core_psa.desk import names
from core_psa.errors import FieldError, Invalid
from core_psa.reads.queue_filter import QueueFilter

_REFERENCES = ("status", "customer", "site", "team", "assignee", "type", "category", "priority")
_MAY_BE_NONE = ("team", "assignee")


@dataclass(frozen=True)
class TicketFilter:
    status: str | None = None
    state: Annotated[str | None, Query(description="open, paused, done, or unsolved (open and paused)")] = None
    customer: str | None = None
    site: Annotated[str | None, Query(description="an id, or a name that one site alone has")] = None
    team: Annotated[str | None, Query(description="an id, a name, or none")] = None
    assignee: Annotated[str | None, Query(description="an id, an e-mail address, a name, or none")] = None
    type: str | None = None
    category: Annotated[str | None, Query(description="an id, path or name; everything below it is included")] = None
    priority: str | None = None
    tag: str | None = None
    channel: str | None = None
    sla: Annotated[str | None, Query(description="none, ok, at_risk, paused or breached")] = None
    watched_by: Annotated[str | None, Query(description="an agent: an id, an e-mail address or a name")] = None
    favourite_of: Annotated[str | None, Query(description="an agent: an id, an e-mail address or a name")] = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def wanted(self, session: Session, q: str | None = None) -> QueueFilter:
        """As the store reads it. Raises Invalid for a name that nothing has and a time without a zone."""
        given = {name: getattr(self, name) for name in _REFERENCES}
        return QueueFilter(
            **{name: _found(session, name, value) for name, value in given.items() if value},
            state=self.state,
            tag=self.tag,
            channel=self.channel,
            sla=self.sla,
            q=q,
            watched_by=names.find(session, "assignee", self.watched_by) if self.watched_by else None,
            kept_by=names.find(session, "assignee", self.favourite_of) if self.favourite_of else None,
            created_after=_aware("created_after", self.created_after),
            created_before=_aware("created_before", self.created_before),
        )


Filters = Annotated[TicketFilter, Depends()]


def _found(session: Session, name: str, value: str) -> Any:
    return "none" if value == "none" and name in _MAY_BE_NONE else names.find(session, name, value)


def _aware(name: str, at: datetime | None) -> datetime | None:
    try:
        return None if at is None else instant(at)
    except Refused as refused:
        raise Invalid(FieldError(name, str(refused))) from None
