"""What a reply to a finished ticket does. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

Does = Literal["comment", "new ticket", "reopen"]


@dataclass(frozen=True)
class FollowUp:
    """A team's setting. Without a cut-off a ticket can be reopened however long ago it ended."""

    reopening: bool = True
    cutoff: timedelta | None = None
    reopens_an_hour: int = 3


@dataclass(frozen=True)
class Reply:
    """What is known of a reply: how long after the end it came, who wrote it, and how often the ticket was reopened lately.

    `mere_thanks` is true where somebody who can tell has said so.
    """

    after_end: timedelta
    automated: bool = False
    by_agent: bool = False
    mere_thanks: bool = False
    reopened_last_hour: int = 0
    spam: bool = False


class Outcome(NamedTuple):
    does: Does
    reason: str


def outcome(setting: FollowUp, reply: Reply) -> Outcome:
    """The first of these that fits counts."""
    if reply.spam:
        return Outcome("comment", "the ticket is spam")
    if not setting.reopening:
        return Outcome("comment", "finished tickets of this team are not reopened")
    if setting.cutoff is not None and reply.after_end > setting.cutoff:
        return Outcome("new ticket", f"the ticket ended more than {_hours(setting.cutoff)} ago")
    if reply.automated:
        return Outcome("comment", "no person wrote it")
    if reply.by_agent:
        return Outcome("reopen", "an agent takes it up again")
    if reply.mere_thanks:
        return Outcome("comment", "it only says thank you")
    if reply.reopened_last_hour >= setting.reopens_an_hour:
        return Outcome("comment", f"it was reopened {reply.reopened_last_hour} times within an hour already")
    return Outcome("reopen", "the customer has answered")


def _hours(length: timedelta) -> str:
    hours = round(length.total_seconds() / 3600)
    return f"{hours} hour" if hours == 1 else f"{hours} hours"
