"""The triage panel's rows: what a field holds, what is suggested for it, and which of the two a person should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core_psa.reads.suggestion import FieldView, SuggestionView
from core_psa.reads.ticket_page import TicketView
from core_psa.suggestions.rules import FIELDS

# pending: nothing set, something suggested · differs: set to something else than suggested · settled: set, or decided
# unset: nothing set, nothing suggested
Standing = Literal["pending", "differs", "settled", "unset"]

METHODS = {
    "neighbours": "from similar solved tickets",
    "descriptions": "from the descriptions of the desk's lists",
    "model": "from the language model",
    "keywords": "from words that demand it",
}


@dataclass(frozen=True)
class FieldRow:
    name: str
    value_id: int | None
    value: str | None
    suggested: FieldView | None
    standing: Standing

    @property
    def method(self) -> str:
        used = self.suggested.method if self.suggested else ""
        return METHODS.get(used, used)


def field_rows(ticket: TicketView, suggestion: SuggestionView) -> list[FieldRow]:
    return [_row(name, ticket, suggestion.fields.get(name)) for name in FIELDS]


def pending(rows: Sequence[FieldRow]) -> list[FieldRow]:
    """What "accept all" accepts: never anything over a value that somebody has set."""
    return [row for row in rows if row.standing == "pending"]


def shared_reason(rows: Sequence[FieldRow]) -> str | None:
    """Why there is no suggestion, where several fields say the same: it is then said once for all."""
    reasons = [row.suggested.reason for row in rows if row.standing == "unset" and row.suggested]
    return reasons[0] if len(reasons) > 1 and len(set(reasons)) == 1 else None


def _row(name: str, ticket: TicketView, view: FieldView | None) -> FieldRow:
    held = ticket.references[name]
    value_id, value = (held["id"], held["name"]) if held else (None, None)
    return FieldRow(name, value_id, value, view, _standing(value_id, view, finished=ticket.state == "done"))


def _standing(value_id: int | None, view: FieldView | None, *, finished: bool) -> Standing:
    proposed = view.value_id if view else None
    undecided = view is not None and view.decision is None and proposed is not None and not finished
    if value_id is None:
        return "pending" if undecided else "unset"
    return "differs" if undecided and proposed != value_id else "settled"
