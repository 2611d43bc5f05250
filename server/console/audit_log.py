"""The audit log: who changed what, when, from what to what."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from core_psa.audit import actions as audit
from core_psa.audit import store
from core_psa.audit.store import AuditFilter
from core_psa.db.fields import MAX_KEY
from core_psa.errors import Invalid
from core_psa.reads.called import called
from server.console.forms import day_of
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page
from server.console.words import exact
from server.csv_file import csv_file

router = page_router("/administration/audit")

MOST_EXPORTED = 100_000
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


@dataclass(frozen=True)
class Asked:
    """What the page was asked to show, as it stands in its address."""

    who: str = ""
    action: str = ""
    kind: str = ""
    record: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def parse(cls, request: Request) -> "Asked":
        given = request.query_params
        return cls(**{name: given.get(name, "").strip()[:200] for name in cls.__dataclass_fields__})

    def filter(self, visit: Visit) -> AuditFilter:
        """Days are the viewer's own; what is not a day or a number asks for nothing."""
        number = int(self.record) if self.record.isascii() and self.record.isdecimal() else 0
        until = _day(self.until, visit)
        return AuditFilter(
            actor=self.who or None,
            action=self.action or None,
            record_kind=self.kind or None,
            record_id=number if 0 < number <= MAX_KEY else None,
            after=_day(self.since, visit),
            before=None if until is None else until + timedelta(days=1),
        )

    def address(self, place: str) -> str:
        given = {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}
        return f"{place}?{urlencode(given)}" if given else place


def _day(written: str, visit: Visit) -> datetime | None:
    day = day_of(written)
    return datetime.combine(day, time.min, visit.zone) if day else None


@router.get("")
def audit_page(
    request: Request, visit: Console, cursor: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    asked = Asked.parse(request)
    with visit.db.read() as session:
        try:
            found = store.entries(session, visit.viewer, asked.filter(visit), cursor=cursor)
        except Invalid:  # a cursor of another day's link
            return RedirectResponse(asked.address("/administration/audit"), 303)
        kinds, actions = store.kinds(session, visit.viewer)
        return page(
            visit,
            "access/audit.html",
            asked=asked,
            found=found,
            kinds=kinds,
            actions=actions,
            first=cursor is None,
            told=partial(_told, zone=visit.zone),
            called=called(session, found.rows),
        )


@router.get("/export.csv")
def export(request: Request, visit: Console) -> Response:
    """What the page shows, as a file; that it was taken is itself written down."""
    visit.viewer.require("audit.export")
    wanted = Asked.parse(request).filter(visit)
    with visit.db.work() as w:
        audit.record(w, visit.viewer, "exported", "audit entry", None)
    header = ("at", "who", "kind of who", "action", "record", "record id", "changes")
    return csv_file("audit", header, _rows(visit, wanted))


def _rows(visit: Visit, wanted: AuditFilter) -> Iterator[tuple[object, ...]]:
    with visit.db.read() as session:
        for e in store.exported(session, visit.viewer, wanted, MOST_EXPORTED):
            changes = json.dumps(e.changes, ensure_ascii=False)
            yield e.at.isoformat(), e.actor_name, e.actor_kind, e.action, e.record_kind, e.record_id, changes


def _told(value: Any, zone: ZoneInfo) -> str:
    """A value before or after, as people read it; an instant by the viewer's own clock."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_told(part, zone) for part in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_told(part, zone)}" for name, part in value.items()) or "nothing"
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return exact(datetime.fromisoformat(value), zone)
    return str(value)
