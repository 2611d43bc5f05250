"""What the desk's people put on a ticket: mostly right, sometimes a neighbour of what would be right."""

from functools import cache
from random import Random

from demo.arrivals import Arrival
from demo.randomness import Weighted, tilt
from demo.topics import Topic, topics

PRIORITIES = ("P1", "P2", "P3", "P4")
WRONG_CATEGORY = 0.06
WRONG_TO_NEAR = 0.8
WRONG_PRIORITY = 0.05
OUTAGE_PRIORITY = 0.88
VIP_RAISED = 0.2
PRIORITY_CLARITY = 2.0
PRIORITY_TILT = 0.9


def category(rng: Random, topic: Topic, passed: float) -> Topic:
    """The leaf it was filed under, among those that exist when this share of the year has passed."""
    if rng.random() >= WRONG_CATEGORY:
        return topic
    known = topics()
    chosen = known[rng.choice(topic.near)] if rng.random() < WRONG_TO_NEAR else rng.choice(list(known.values()))
    return chosen if chosen.exists(passed) else topic


def severity(rng: Random, arrival: Arrival) -> str:
    """How bad it really is; an important person's trouble counts for more."""
    if arrival.outage:
        return "P1" if arrival.outage.startswith("outage") and rng.random() < OUTAGE_PRIORITY else "P2"
    found = _usual(arrival.topic, arrival.topic.problems.index(arrival.problem)).draw(rng)
    important = arrival.user.vip or arrival.customer.vip
    return _raised(found) if important and found in {"P3", "P4"} and rng.random() < VIP_RAISED else found


@cache
def _usual(topic: Topic, index: int) -> Weighted[str]:
    """A problem has its usual priority, clearer than that of its whole topic."""
    name = f"{topic.path} {index}"
    weights = [
        share**PRIORITY_CLARITY * tilt(f"{priority} for {name}", PRIORITY_TILT)
        for priority, share in zip(PRIORITIES, topic.priority, strict=True)
    ]
    return Weighted(PRIORITIES, weights)


def priority(rng: Random, real: str) -> str:
    """The priority it was given."""
    if rng.random() >= WRONG_PRIORITY:
        return real
    return _raised(real) if rng.random() < 0.5 else PRIORITIES[min(PRIORITIES.index(real) + 1, 3)]


def _raised(found: str) -> str:
    return PRIORITIES[max(PRIORITIES.index(found) - 1, 0)]
