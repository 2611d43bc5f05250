"""How long a ticket takes, how it ends and what the agent writes down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.business_time import BusinessTime
from demo.facts import Facts
from demo.grammar import phrase
from demo.randomness import lognormal
from demo.shapes import Agent
from demo.topics import Problem, Topic

SPREAD = 1.15
HANDS_ON = 2.0  # a ticket rests about as long as it is worked on
URGENCY = {"P1": 0.45, "P2": 0.7, "P3": 1.0, "P4": 2.2}
WAITING_MINUTES = 4300.0  # six days at the desk
WAITING_SPREAD = 1.1
LOAD_PULL = 0.6
OUT_OF_HOURS_SHARE = 0.04
SHORT_NOTE_SHARE = 0.14
NO_NOTE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Ending:
    """`waited` tells whether somebody else had to do something first."""

    at: datetime
    waited: bool


def ending(
    rng: Random, hours: BusinessTime, *, topic: Topic, priority: str, agent: Agent, created_at: datetime, load: float
) -> Ending:
    """`load` is the day's arrivals against the usual ones. P1 is worked on round the clock, all else in office hours."""
    skill = 1.5 - 0.13 * agent.level(topic.skill)
    typical = topic.hours * 60 * HANDS_ON * URGENCY[priority] * agent.pace * skill * load**LOAD_PULL
    minutes = lognormal(rng, typical, SPREAD)
    waited = rng.random() < topic.wait
    if waited:
        minutes += lognormal(rng, WAITING_MINUTES, WAITING_SPREAD)
    if priority == "P1" or rng.random() < OUT_OF_HOURS_SHARE:
        return Ending(created_at + timedelta(minutes=max(minutes, 2.0)), waited)
    return Ending(hours.after(created_at, max(minutes, 2.0)), waited)


def note(problem: Problem, told: str, facts: Facts, rng: Random) -> str | None:
    """What was done about what was `told`, if anybody wrote it down."""
    kind = rng.random()
    if kind < NO_NOTE_SHARE:
        return None
    if kind < NO_NOTE_SHARE + SHORT_NOTE_SHARE:
        return phrase("note_short").fill(rng, facts)
    text = problem.fixes.fitting(told, rng, facts)
    if not problem.alert and rng.random() < 0.35:
        text = f"{text} {phrase('note_done').fill(rng, facts)}"
    return text.lower() if rng.random() < 0.1 else text
