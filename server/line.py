"""What a serving process and its background say to each other, one message a time over their socket pair."""

from collections.abc import Sequence
from typing import NamedTuple

from server.triager import Answered
from triage.desk.desk_triage import Asked


class Wake(NamedTuple):
    """To the background: a ticket waits."""


class Ask(NamedTuple):
    """To the background: what would triage say?"""

    number: int
    asked: Sequence[Asked]


class Ready(NamedTuple):
    """From the background: triage can run, or the trouble why it cannot."""

    trouble: list[str]


class Triaged(NamedTuple):
    """From the background: these tickets have become ready."""

    ticket_ids: Sequence[int]


class Answer(NamedTuple):
    """From the background, to the question of this number."""

    number: int
    answered: Answered | Exception
