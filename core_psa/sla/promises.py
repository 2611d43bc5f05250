"""What the clocks of one ticket do when something happens to it. Pure.

- Response runs from the ticket's creation to the first public word of an agent. It is never paused: nothing can wait for
  the customer before anybody has answered.
- Resolution runs while the work is open, waits while the ticket does, and stops when the work is done.
- Update asks for the next public word of an agent, once the first has been said: at every interval, or only when asked.

What ended with the work unanswered is owed again when the work is taken up again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core_psa.sla import clocks
from core_psa.sla.clocks import Clock, Kind, Terms, TimeOf

State = Literal["open", "paused", "done"]
Speaker = Literal["agent", "customer"]
Clocks = Mapping[Kind, Clock]
Standing = Literal["none", "ok", "at_risk", "paused", "breached"]
STANDINGS: tuple[Standing, ...] = ("none", "ok", "at_risk", "paused", "breached")

BREACH = 100


@dataclass(frozen=True)
class Conduct:
    """How a policy's clocks behave: see `tables.SlaPolicy`. `shares` are the per cents at which something is told."""

    pauses: bool = True
    reopening: Literal["continue", "restart"] = "continue"
    updates: Literal["always", "when_asked"] = "when_asked"
    at_risk_from: int = 75
    shares: tuple[int, ...] = (BREACH,)


@dataclass(frozen=True)
class Happening:
    """Something that happened to a ticket: its state from now on, who spoke, and what the ledger calls it."""

    at: datetime
    why: str
    state: State
    said: Speaker | None = None
    created_at: datetime | None = None


def after(
    before: Clocks, happening: Happening, terms: Mapping[Kind, Terms], conduct: Conduct, time_of: TimeOf
) -> dict[Kind, Sequence[Clock]]:
    """The clocks that changed or began, by kind, in order. A ticket without clocks gets them only if it is created."""
    if not before and happening.created_at is None:
        return {}
    moves = _Moves(happening, terms, conduct, time_of)
    response = moves.response(before.get("response"))
    moved: dict[Kind, Sequence[Clock]] = {
        "response": [response],
        "update": moves.update(before.get("update"), answered=response.state == "stopped"),
        "resolution": moves.resolution(before.get("resolution")),
    }
    return {kind: [c for c in each if c != before.get(kind)] for kind, each in moved.items()}


def latest(before: Clocks, moved: Mapping[Kind, Sequence[Clock]]) -> dict[Kind, Clock]:
    """The present clock of each kind, once those have moved."""
    return {**before, **{kind: each[-1] for kind, each in moved.items() if each}}


class _Moves:
    """What one happening does to each kind of clock."""

    def __init__(self, now: Happening, terms: Mapping[Kind, Terms], conduct: Conduct, time_of: TimeOf) -> None:
        self._now, self._terms, self._conduct, self._time_of = now, terms, conduct, time_of
        self._holds = now.state == "paused" and conduct.pauses

    def response(self, clock: Clock | None) -> Clock:
        clock = clock or self._begun("response", 1, running=True)
        if self._is_owed_again(clock):
            clock = self._reopened(clock, holds=False)
        if clock.state == "stopped":
            return clock
        if self._now.said == "agent":
            return self._answered(clock)
        return self._stopped(clock, self._now.why) if self._now.state == "done" else self._recounted(clock)

    def resolution(self, clock: Clock | None) -> list[Clock]:
        if clock is None:
            clock = self._begun("resolution", 1, running=not self._holds)
        elif clock.state == "stopped":
            return [] if self._now.state == "done" else [self._reopened(clock, holds=self._holds)]
        return [self._stopped(clock, self._now.why) if self._now.state == "done" else self._held_or_run(clock)]

    def update(self, clock: Clock | None, *, answered: bool) -> list[Clock]:
        moved = []
        if clock is not None and self._is_owed_again(clock):
            clock = self._reopened(clock, holds=self._holds)
        if clock is not None and clock.state != "stopped":
            if self._now.said != "agent" and self._now.state != "done":
                return [self._held_or_run(clock)]
            said = self._now.said == "agent"
            clock = self._answered(clock) if said else self._stopped(clock, self._now.why)
            moved.append(clock)
        asked = self._now.said == "customer" or self._conduct.updates == "always"
        if answered and asked and self._now.state != "done":
            moved.append(self._begun("update", clock.cycle + 1 if clock else 1, running=not self._holds))
        return moved

    def _begun(self, kind: Kind, cycle: int, *, running: bool) -> Clock:
        """The first response and resolution count from the ticket's creation, so that backdating hands back no budget."""
        anchored = self._now.created_at if kind != "update" and cycle == 1 else None
        at = anchored or self._now.at
        return clocks.started(kind, cycle, at, self._terms[kind], self._now.why, running=running)

    def _is_owed_again(self, clock: Clock) -> bool:
        """Whether the work's end had stopped this clock before anybody answered, and the work goes on."""
        return clock.state == "stopped" and not clock.answered and self._now.state != "done"

    def _reopened(self, clock: Clock, *, holds: bool) -> Clock:
        if self._conduct.reopening == "restart":
            return self._begun(clock.kind, clock.cycle + 1, running=not holds)
        open_again = replace(clock, stopped_at=None, terms=self._terms[clock.kind])
        return open_again if holds else clocks.resumed(open_again, self._now.at, self._now.why)

    def _recounted(self, clock: Clock) -> Clock:
        return clocks.recounted(clock, self._now.at, self._terms[clock.kind], self._now.why, self._time_of)

    def _held_or_run(self, clock: Clock) -> Clock:
        if self._holds:
            return self._recounted(clocks.paused(clock, self._now.at, self._now.why, self._time_of))
        return clocks.resumed(self._recounted(clock), self._now.at, self._now.why)

    def _answered(self, clock: Clock) -> Clock:
        return replace(self._stopped(clock, "answered"), answered=True)

    def _stopped(self, clock: Clock, why: str) -> Clock:
        return clocks.stopped(clock, self._now.at, why, self._time_of)


def reached(clock: Clock, at: datetime, shares: Sequence[int], time_of: TimeOf) -> list[int]:
    """The shares that a running clock has used up by now and that nobody was told of yet, smallest first."""
    found = []
    for percent in sorted(shares):
        if percent > clock.told:
            instant = clocks.reached_at(clock, percent, time_of)
            if instant is None or instant >= at:
                break
            found.append(percent)
    return found


def next_at(clock: Clock, at: datetime, conduct: Conduct, time_of: TimeOf) -> datetime | None:
    """When the next share that is to be told of is used up, or the clock becomes one at risk."""
    waiting = [percent for percent in conduct.shares if percent > clock.told]
    told_at = clocks.reached_at(clock, min(waiting), time_of) if waiting else None
    risk_at = clocks.reached_at(clock, conduct.at_risk_from, time_of)
    coming = [told_at, risk_at if risk_at and risk_at >= at else None]
    return min((instant for instant in coming if instant), default=None)


def standing(
    present: Sequence[Clock], at: datetime, conduct: Conduct, time_of: TimeOf, *, breached_before: bool = False
) -> Standing:
    """How a ticket stands by its clocks: the worst first, none where nothing is promised. Breached stays breached."""
    promised = [clock for clock in present if clock.terms.budget is not None]
    if breached_before or any(clock.breached_at for clock in present):
        return "breached"
    if not promised:
        return "none"
    risks = [clocks.reached_at(clock, conduct.at_risk_from, time_of) for clock in promised]
    if any(risk is not None and risk < at for risk in risks):
        return "at_risk"
    live = [clock for clock in promised if clock.state != "stopped"]
    return "paused" if live and all(clock.state == "paused" for clock in live) else "ok"


def due_first(present: Sequence[Clock], time_of: TimeOf) -> datetime | None:
    """The soonest deadline that is still to be met."""
    return min((due for clock in present if (due := clocks.due_at(clock, time_of))), default=None)
