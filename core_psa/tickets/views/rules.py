"""What a saved view may hold, and what the panel beside a ticket folds away."""

from collections.abc import Collection, Mapping
from typing import Any

from core_psa.db import fields
from core_psa.db.fields import Refused

SCOPES = ("own", "team", "desk")

# In the order they are offered. The subject leads to the ticket: no list goes without it.
COLUMNS = (
    "priority",
    "number",
    "subject",
    "customer",
    "category",
    "assignee",
    "status",
    "due",
    "age",
    "team",
    "type",
    "channel",
    "tags",
    "updated",
)
USUAL_COLUMNS = COLUMNS[:9]

# The parts of the panel beside a ticket, in their order there.
FOLDS = (
    "details",
    "approvals",
    "similar",
    "steps",
    "checklists",
    "recent",
    "assets",
    "links",
    "articles",
    "agreement",
    "ledger",
    "fields",
    "watchers",
)
USUALLY_OPEN = frozenset({"details", "approvals", "similar"})

_MOST_PARAMETERS = 30
_LONGEST = 500


def columns(value: Collection[str]) -> list[str]:
    """The columns in the order given, each once."""
    named = list(dict.fromkeys(value))
    unknown = [name for name in named if name not in COLUMNS]
    if unknown:
        raise Refused(f"'{unknown[0][:100]}' is not a column", COLUMNS)
    if "subject" not in named:
        raise Refused("must hold subject, which leads to the ticket", COLUMNS)
    return named


def parameters(value: Mapping[str, str]) -> dict[str, str]:
    if len(value) > _MOST_PARAMETERS or any(len(text) > _LONGEST for pair in value.items() for text in pair):
        raise Refused(f"must stay within {_MOST_PARAMETERS} parameters of {_LONGEST} characters")
    return {name: text for name, text in value.items() if text}


VIEW: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "scope": fields.one_of(*SCOPES),
    "team_id": fields.optional(fields.record_id),
    "parameters": parameters,
    "columns": columns,
}


def owner(scope: str, agent_id: int | None, team_id: int | None) -> dict[str, Any]:
    """To whom a view of this scope belongs."""
    return {
        "agent_id": agent_id if scope == "own" else None,
        "team_id": team_id if scope == "team" else None,
    }
