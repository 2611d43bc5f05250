"""What a timeline entry changed, read back, so that it can be undone without a second book."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core_psa.desk.names import REFERENCES
from core_psa.tickets.tables import Action, Ticket

_INSTANTS = frozenset({"resolved_at"})


def values_before(ticket: Ticket, action: Action, fields: tuple[str, ...]) -> dict[str, Any]:
    """What these fields held before the action. Those that were changed again since are left as they are now."""
    changes: Mapping[str, Any] = action.changes or {}
    pairs = {name: changes[name] for name in fields if name in changes}
    return {
        name: _value(name, before)
        for name, (before, after) in pairs.items()
        if _now(ticket, name) == _value(name, after)
    }


def _now(ticket: Ticket, name: str) -> Any:
    return getattr(ticket, REFERENCES[name].column if name in REFERENCES else name)


def _value(name: str, told: Any) -> Any:
    if name in REFERENCES:
        return None if told is None else told["id"]
    return datetime.fromisoformat(told) if name in _INSTANTS and told is not None else told
