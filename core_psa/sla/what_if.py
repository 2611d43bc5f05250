"""What would become of a ticket's clocks: the same code that moves them, without writing anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core_psa.sla import promises
from core_psa.sla.books import Books
from core_psa.sla.clocks import Clock, Kind
from core_psa.sla.policy_choice import Chosen, TicketFacts, named_change
from core_psa.sla.promises import Happening, Speaker, State


@dataclass(frozen=True)
class Step:
    """Something that is supposed to happen. What is None stays as it was."""

    at: datetime
    state: State | None = None
    said: Speaker | None = None
    priority_id: int | None = None
    policy_id: int | None = None
    calendar_id: int | None = None


def supposed(books: Books, facts: TicketFacts, chosen: Chosen, steps: Sequence[Step]) -> list[Clock]:
    """Every clock that a ticket opened like this would have after these steps, with its whole ledger. Kinds in order.

    Steps are taken in the order of their times; calendars count as they are now.
    """
    every: dict[tuple[Kind, int], Clock] = {}
    present: dict[Kind, Clock] = {}
    opened = Happening(facts.created_at, "opened", facts.state, created_at=facts.created_at)
    for happening, now, choice in [(opened, facts, chosen), *_happenings(facts, chosen, steps)]:
        policy = books.policy(choice.policy_id)
        terms = policy.terms(now.priority_id, choice.calendar_id, books.version(choice.calendar_id))
        moved = promises.after(present, happening, terms, policy.conduct, books.time_of)
        every |= {(clock.kind, clock.cycle): clock for each in moved.values() for clock in each}
        present = promises.latest(present, moved)
    order = {kind: i for i, kind in enumerate(present)}
    return sorted(every.values(), key=lambda clock: (order[clock.kind], clock.cycle))


def _happenings(
    facts: TicketFacts, chosen: Chosen, steps: Sequence[Step]
) -> list[tuple[Happening, TicketFacts, Chosen]]:
    found = []
    for step in sorted(steps, key=lambda step: step.at):
        now = replace(facts, state=step.state or facts.state, priority_id=step.priority_id or facts.priority_id)
        choice = replace(
            chosen,
            policy_id=step.policy_id or chosen.policy_id,
            calendar_id=step.calendar_id or chosen.calendar_id,
        )
        why = named_change(facts, now, chosen, choice, step.said)
        at = max(step.at, facts.created_at)
        found.append((Happening(at, why, now.state, step.said), now, choice))
        facts, chosen = now, choice
    return found
