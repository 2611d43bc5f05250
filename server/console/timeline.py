"""A ticket's timeline as the page tells it: messages to read, and one line for everything else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from core_psa.tickets.tables import Action
from server.console.told import ELSEWHERE, Change, change
from server.console.words import one_line

Look = Literal["customer", "agent", "note", "resolution", "change"]

_FOLD_FROM_CHARACTERS, _FOLD_FROM_LINES = 2_400, 32
_KEPT_CHARACTERS, _KEPT_LINES = 1_500, 20
# Beyond this a page only slows the browser down: the rest is a download away.
MOST_SHOWN = 60_000


@dataclass(frozen=True)
class Text:
    """A message: what is read at once, what unfolds, and how many characters are left out altogether."""

    head: str
    rest: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Entry:
    id: int
    look: Look
    verb: str
    who: str
    own: bool
    at: datetime
    text: Text | None
    changes: Sequence[Change] = field(default_factory=tuple)
    cc: Sequence[str] = ()
    mentions: Sequence[tuple[int, str]] = ()


VERBS = {
    "created": "opened this ticket",
    "routed": "routed it",
    "reply": "replied",
    "note": "noted internally",
    "resolve": "resolved it",
    "close": "closed it",
    "reopen": "reopened it",
    "assign": "assigned it",
    "update": "changed",
    "time": "logged time",
    "sla": "watched the clock",
    "watchers": "changed",
    "approve": "approved",
    "article": "used an article",
    "attach": "attached files",
    "checklist": "added a checklist",
    "asset": "named the asset",
    "escalate": "escalated it",
    "expire": "saw no answer in time",
    "reject": "refused approval",
    "remote": "connected to",
    "remote_end": "disconnected from",
    "request_approval": "asked for approval",
    "tick": "ticked",
    "unattach": "removed files",
    "untick": "unticked",
    "withdraw": "took back the question",
    "link": "linked it",
    "unlink": "took a link away",
    "merge": "merged tickets",
    "undo_merge": "undid a merge",
    "copy": "wrote on another ticket",
    "split": "split it",
    "undo_split": "undid a split",
    "spam": "marked it",
    "not_spam": "said that it is a ticket",
    "snooze": "put it aside",
    "wake": "brought it back",
    "auto_close_warning": "warned of the silence",
}


# Shown beside the message itself, or by the entry's own verb.
_TOLD_ELSEWHERE = ("cc", "mentions", "resolved_at", "started", "minutes_connected")


def timeline(actions: Sequence[Action], viewer_id: int | None) -> list[Entry]:
    return [_entry(action, viewer_id) for action in actions]


def last_changes(actions: Sequence[Action]) -> dict[str, Action]:
    """By field, the entry that tells of its latest change."""
    return {name: action for action in actions for name in action.changes or ()}


def _entry(action: Action, viewer_id: int | None) -> Entry:
    changes = action.changes or {}
    told = [change(name, pair) for name, pair in changes.items() if name not in ELSEWHERE]
    first_hand = action.kind == "assign" and len(told) == 1 and not told[0].before
    return Entry(
        id=action.id,
        look=_look(action),
        verb="assigned it to" if first_hand else VERBS.get(action.kind, action.kind),
        who=action.actor_name,
        own=action.actor_kind == "agent" and action.actor_id == viewer_id,
        at=action.at,
        text=fold(action.body) if action.body else None,
        changes=[replace(told[0], whole=True)] if first_hand else told,
        cc=changes.get("cc", [None, ()])[1],
        mentions=[(person["id"], person["name"]) for person in changes.get("mentions", [None, ()])[1]],
    )


def _look(action: Action) -> Look:
    if action.kind == "resolve":
        return "resolution"
    if not action.body:
        return "change"
    if action.kind == "created":
        return "customer"
    if not action.public:
        return "note"
    return "customer" if action.actor_kind == "user" else "agent"


def fold(body: str) -> Text:
    """Cuts a long message at a line end, if one is near."""
    kept, left_out = body[:MOST_SHOWN], max(0, len(body) - MOST_SHOWN)
    if len(kept) <= _FOLD_FROM_CHARACTERS and kept.count("\n") <= _FOLD_FROM_LINES:
        return Text(kept, "", left_out)
    at = min(_KEPT_CHARACTERS, len("\n".join(kept.split("\n", _KEPT_LINES)[:_KEPT_LINES])))
    line_end = kept.rfind("\n", at // 2, at)
    at = line_end if line_end > 0 else at
    return Text(kept[:at], kept[at:].removeprefix("\n"), left_out)


@dataclass(frozen=True)
class Beginning:
    """A message a split can begin with, as its list shows it."""

    id: int
    words: str


def beginnings(timeline: Sequence[Action]) -> list[Beginning]:
    """The messages the customer saw, after the first."""
    said = [a for a in timeline if a.public and a.body and a.kind in ("reply", "copy")]
    return [Beginning(a.id, f"{a.actor_name}: {one_line((a.body or '')[:200])[:70]}") for a in said]
