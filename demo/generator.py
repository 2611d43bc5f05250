"""A year of tickets of the made-up desk, in time order, from nothing but its arguments."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from demo import outages
from demo.arrivals import Arrival, everyday
from demo.desk_year import DeskYear
from demo.organisation import build
from demo.shapes import DemoTicket, Organisation
from demo.tickets import ticket

FIRST_NUMBER = 100_001


def generate(*, tickets: int = 12_000, days: int = 365, seed: int = 1, until: datetime) -> Iterator[DemoTicket]:
    """Tickets created in the `days` before `until` (aware), oldest first; the newest are partly open.

    The same arguments give the same rows. Outages and maintenance are those of `outages.plan`.
    """
    rng = Random(seed)
    organisation = build(until)
    events = outages.plan(organisation, days=days, seed=seed, until=until)
    year = DeskYear(rng, organisation, events, days=days, until=until, usual_a_day=tickets / days)
    for number, arrival in enumerate(_arrivals(rng, organisation, events, tickets, days, until), FIRST_NUMBER):
        case = year.take(arrival)
        row = ticket(str(number), case, rng)
        year.remember(case, row)
        yield row


def _arrivals(
    rng: Random, organisation: Organisation, events: outages.Plan, tickets: int, days: int, until: datetime
) -> list[Arrival]:
    """Exactly `tickets` of them, in time order."""
    reported = list(outages.reports(rng, organisation, events))[:tickets]
    usual = everyday(rng, organisation, tickets=tickets - len(reported), days=days, until=until)
    return sorted([*reported, *usual], key=lambda arrival: arrival.at)
