"""Which links there are, how each reads from either side, and which would lead in a circle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One kind of link, seen from one of its two tickets; `forward` from the one that is stored first."""

    kind: str
    forward: bool
    words: str
    opposite: str


RELATIONS: Mapping[str, Relation] = {
    "relates_to": Relation("relates", True, "relates to", "relates_to"),
    "blocks": Relation("blocks", True, "blocks", "blocked_by"),
    "blocked_by": Relation("blocks", False, "is blocked by", "blocks"),
    "duplicate_of": Relation("duplicate", True, "is a duplicate of", "duplicated_by"),
    "duplicated_by": Relation("duplicate", False, "is duplicated by", "duplicate_of"),
    "caused_by": Relation("cause", True, "is caused by", "cause_of"),
    "cause_of": Relation("cause", False, "is the cause of", "caused_by"),
    "child_of": Relation("parent", True, "is a child of", "parent_of"),
    "parent_of": Relation("parent", False, "is the parent of", "child_of"),
    "follows": Relation("follow_up", True, "follows", "followed_by"),
    "followed_by": Relation("follow_up", False, "is followed by", "follows"),
}
NAMES = tuple(RELATIONS)

# A ticket has one parent, follows one ticket and is a duplicate of one.
SINGLE = frozenset({"duplicate", "parent", "follow_up"})
# Those whose members hang below a ticket that is resolved for all of them.
MEMBERSHIPS = ("parent", "cause")


def seen_from(kind: str, *, forward: bool) -> str:
    """The relation's name from this side."""
    if kind == "relates":
        return "relates_to"
    return next(name for name, relation in RELATIONS.items() if (relation.kind, relation.forward) == (kind, forward))


def leads_back(above: Callable[[int], int | None], lower: int, upper: int) -> bool:
    """Whether hanging `lower` below `upper` would close a circle; `above` gives what a ticket hangs below now."""
    seen: set[int] = set()
    here: int | None = upper
    while here is not None and here not in seen:
        if here == lower:
            return True
        seen.add(here)
        here = above(here)
    return False


def last_of(after: Callable[[int], int | None], start: int) -> int:
    """Where a way of any number of steps ends. A circle, which nothing should make, ends where it would repeat."""
    seen = {start}
    here = start
    while (following := after(here)) is not None and following not in seen:
        seen.add(following)
        here = following
    return here
