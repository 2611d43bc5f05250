"""What an agreement may hold, and which of several counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core_psa.db import fields


def _day(value: date) -> date:
    return value


AGREEMENT: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "note": fields.text,
    "starts_on": _day,
    "ends_on": fields.optional(_day),
    "sla_policy_id": fields.optional(fields.record_id),
    "calendar_id": fields.optional(fields.record_id),
    "raises_priority": fields.flag,
}


@dataclass(frozen=True)
class Cover:
    """What one agreement covers: no sites are all sites, no types all types."""

    agreement_id: int
    starts_on: date
    ends_on: date | None = None
    sites: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    sla_policy_id: int | None = None
    calendar_id: int | None = None
    raises_priority: bool = False

    def covers(self, day: date, site_id: int | None, type_id: int) -> bool:
        in_force = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return in_force and (not self.sites or site_id in self.sites) and (not self.types or type_id in self.types)


def covering(agreements: Iterable[Cover], day: date, site_id: int | None, type_id: int) -> list[Cover]:
    """Those that cover such a ticket, the one that counts first: the narrower one (its sites, then its types named), then the younger."""
    found = [a for a in agreements if a.covers(day, site_id, type_id)]
    return sorted(found, key=lambda a: (not a.sites, not a.types, -a.starts_on.toordinal(), -a.agreement_id))
