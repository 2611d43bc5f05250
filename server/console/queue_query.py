"""What the address of the queue page says, and the addresses its links lead to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from core_psa.reads.choices import Choices
from core_psa.reads.queue import DUE_STATES, SORTS
from core_psa.reads.queue_filter import QueueFilter
from core_psa.sla.clocks import KINDS, Kind
from core_psa.sla.verdicts import VERDICTS, Verdict
from core_psa.tickets.rules import CHANNELS
from core_psa.tickets.views.tables import SavedView
from core_psa.viewer import Viewer
from server.console.channels import name_of

# Tab -> (its name on the page, the state it shows). What is put aside stands in its own, not among what is to be done.
TABS: Mapping[str, tuple[str, str | None]] = {
    "unsolved": ("Unsolved", "unsolved"),
    "open": ("Open", "open"),
    "paused": ("Waiting", "paused"),
    "aside": ("Put aside", "unsolved"),
    "done": ("Done", "done"),
    "all": ("All", None),
}
SORT_NAMES: Mapping[str, str] = {
    "-created": "Newest first",
    "created": "Oldest first",
    "-updated": "Last changed",
    "updated": "Longest untouched",
    "priority": "Most urgent",
    "due": "Due soonest",
}
# As a filter says it; the words are the store's.
STANDING_NAMES: Mapping[str, str] = {
    "breached": "Missed",
    "at_risk": "At risk",
    "ok": "In time",
    "paused": "Paused",
    "none": "Nothing promised",
}
FILTERS = ("customer", "site", "team", "assignee", "priority", "category", "type", "status", "channel", "sla", "tag")
_IDS = ("site", "category", "type", "status", "requester")
_IDS_OR_NONE = ("customer", "priority", "team", "assignee")
# Set by links from other pages rather than by a control of this one.
_LINKED = (
    "requester",
    "triage",
    "watched",
    "favourite",
    "created_after",
    "created_before",
    "promise",
    "resolved_after",
    "worked_by",
    "worked_after",
    "decided",
    "decided_after",
)
_PARAMETERS = (*FILTERS, "q", *_LINKED)
# The sidebar counts its views no further: above it says "1,000+".
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Chip:
    """One filter in force: what it says, and the address without it."""

    text: str
    without: str


@dataclass(frozen=True)
class QueueQuery:
    """The parameters as they stand in the address; `given` holds those that filter, none of them empty. `view` is the saved
    view that the list began as; what it shows stands in the address all the same."""

    tab: str = "unsolved"
    sort: str = "-created"
    cursor: str | None = None
    given: tuple[tuple[str, str], ...] = ()
    view: int | None = None

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "QueueQuery":
        """Takes what it understands; an unknown tab or order is the usual one."""
        tab, sort = parameters.get("state") or "unsolved", parameters.get("sort", "")
        if sort == "due" and tab not in DUE_STATES:
            sort = "-created"
        given = {name: parameters[name].strip() for name in _PARAMETERS if parameters.get(name, "").strip()}
        return cls(
            tab=tab if tab in TABS else "unsolved",
            sort=sort if sort in SORTS else "-created",
            cursor=parameters.get("cursor") or None,
            given=tuple((name, value[:200]) for name, value in given.items() if _understood(name, value)),
            view=int(parameters["view"]) if _is_id(parameters.get("view", "")) else None,
        )

    def value(self, name: str) -> str:
        return dict(self.given).get(name, "")

    def filter(self, viewer: Viewer) -> QueueFilter:
        """As the store reads it; 'me' is the viewer."""
        ids: dict[str, Any] = {name: int(self.value(name)) for name in _IDS if self.value(name)}
        perhaps_none: dict[str, Any] = {name: _id_or_none(self.value(name), viewer) for name in _IDS_OR_NONE}
        decided = self.value("decided").split(":")
        return QueueFilter(
            state=TABS[self.tab][1],
            aside={"aside": True, "done": None, "all": None}.get(self.tab, False),
            teams=viewer.team_ids if self.value("team") == "mine" else None,
            tag=self.value("tag") or None,
            channel=self.value("channel") or None,
            sla=self.value("sla") or None,
            q=self.value("q") or None,
            triage=self.value("triage") or None,
            created_after=_instant(self.value("created_after")),
            created_before=_instant(self.value("created_before")),
            promise=_promise(self.value("promise")),
            resolved_after=_instant(self.value("resolved_after")),
            watched_by=viewer.agent_id if self.value("watched") else None,
            kept_by=viewer.agent_id if self.value("favourite") else None,
            worked_by=viewer.agent_id if self.value("worked_by") else None,
            worked_after=_instant(self.value("worked_after")),
            decided=(decided[0], decided[1]) if len(decided) == 2 else None,
            decided_after=_instant(self.value("decided_after")),
            **ids,
            **perhaps_none,
        )

    def url(self, path: str = "/queue", /, **changes: str | None) -> str:
        """The address with these parameters set, or dropped where None; a changed list begins at its first page."""
        view = {} if self.view is None else {"view": str(self.view)}
        standing = {**view, "state": self.tab, "sort": self.sort, **dict(self.given)}
        wanted = {name: value for name, value in {**standing, **changes}.items() if value}
        usual = {"state": "unsolved", "sort": "-created"}
        pairs = [(name, value) for name, value in wanted.items() if usual.get(name) != value]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def tab_name(self) -> str:
        return TABS[self.tab][0]

    @property
    def sort_name(self) -> str:
        return SORT_NAMES[self.sort]

    def saved(self) -> dict[str, str]:
        """What a saved view keeps of the address: all but which page of it."""
        return {"state": self.tab, "sort": self.sort, **dict(self.given)}

    def first_page(self) -> "QueueQuery":
        return replace(self, cursor=None)

    def carried(self) -> list[tuple[str, str]]:
        """What the filter form must carry along because it has no control of its own."""
        view = [] if self.view is None else [("view", str(self.view))]
        return [*view, ("state", self.tab), *((name, self.value(name)) for name in _LINKED if self.value(name))]

    def chips(self, choices: Choices, url: Callable[..., str] | None = None) -> Sequence[Chip]:
        """The filters in force; `url` makes the addresses of a page that has other parameters too."""
        without: dict[str, dict[str, None]] = {name: {name: None} for name in _PARAMETERS}
        without["worked_by"]["worked_after"] = without["decided"]["decided_after"] = None
        quiet = ("worked_after", "decided_after")
        return [
            Chip(_said(name, value, choices), (url or self.url)(**without[name]))
            for name, value in self.given
            if name not in quiet
        ]


def view_address(view: SavedView) -> str:
    """The queue as a saved view shows it."""
    return QueueQuery.parse({**view.parameters, "view": str(view.id)}).url()


def _understood(name: str, value: str) -> bool:
    if name in _IDS:
        return _is_id(value)
    if name in _IDS_OR_NONE:
        return value in ("none", {"assignee": "me", "team": "mine"}.get(name)) or _is_id(value)
    if name == "promise":
        return _promise(value) is not None
    if name.endswith(("_after", "_before")):
        return _instant(value) is not None
    closed = {
        "channel": CHANNELS,
        "sla": tuple(STANDING_NAMES),
        "triage": ("waiting", "ready", "failed"),
        "worked_by": ("me",),
        "watched": ("me",),
        "favourite": ("me",),
    }
    return value in closed.get(name, (value,))


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 18


def _id_or_none(value: str, viewer: Viewer) -> int | Literal["none"] | None:
    if value == "none":
        return "none"
    if value == "me":
        return viewer.agent_id or 0
    return int(value) if value and value != "mine" else None


def _promise(value: str) -> tuple[Kind, Verdict] | None:
    """'response:missed': a kind of clock and how its promise was kept."""
    kind, _, verdict = value.partition(":")
    return (kind, verdict) if kind in KINDS and verdict in VERDICTS else None


def _instant(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _said(name: str, value: str, choices: Choices) -> str:
    if name in ("created_after", "created_before", "resolved_after"):
        at, (what, _, edge) = datetime.fromisoformat(value), name.partition("_")
        return f"{what.capitalize()} {'since' if edge == 'after' else edge} {at.day} {at:%b %H:%M}"
    if name == "promise":
        kind, verdict = value.split(":")
        return f"{kind.capitalize()} {'not decided' if verdict == 'running' else verdict}"
    if name == "decided":
        field, _, kind = value.partition(":")
        return f"Suggested {field} {kind}"
    if name == "requester":
        return "One requester"
    if name == "sla":
        return f"SLA: {STANDING_NAMES[value].lower()}"
    fixed = {
        "worked_by": "Time logged by me",
        "watched": "Watched by me",
        "favourite": "My favourites",
        "triage": f"Triage {value}",
        "q": f"“{value}”",
        "tag": f"Tag {value}",
        "channel": f"Channel: {name_of(value)}",
    }
    return fixed.get(name) or f"{name.capitalize()}: {_name_of(name, value, choices)}"


_LISTS = {
    "customer": "customers",
    "site": "sites",
    "team": "teams",
    "assignee": "agents",
    "priority": "priorities",
    "category": "categories",
    "type": "types",
    "status": "statuses",
}


def _name_of(name: str, value: str, choices: Choices) -> str:
    if not _is_id(value):
        return {"mine": "my teams"}.get(value, value)
    records = getattr(choices, _LISTS[name])
    return next((record[1] for record in records if record[0] == int(value)), "no longer offered")
