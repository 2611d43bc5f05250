"""Conditions of routing rules as people write them: names, one a line."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.desk import names
from core_psa.errors import FieldError, Invalid
from core_psa.routing.rules import WORDS
from core_psa.routing.tables import RoutingRule
from server.console.forms import Form
from server.named_values import FURTHER, value_of

ASKED: Mapping[str, str] = {
    "customer": "Customer",
    "site": "Site",
    "type": "Type",
    "category": "Category, or one above it",
    "priority": "Priority",
    "channel": "Channel",
    "text": "Subject or text contains",
    "hours": "Open now, by calendar",
    "skill": "At work now, somebody with the skill",
}
EMPTY_LINES = 2
Line = dict[str, Any]


def lines_of(form: Form) -> list[Line]:
    """What stands in the form, as it was written; empty lines are left out."""
    rows = zip(form.texts("asked"), form.texts("sense"), form.texts("values"), strict=False)
    return [{"field": f, "negated": s == "not", "text": text} for f, s, text in rows if text.strip()]


def read(session: Session, form: Form) -> list[Line]:
    """The conditions in the form, by ids. Raises Invalid naming every line that is not understood."""
    conditions, errors = [], []
    for i, line in enumerate(lines_of(form)):
        try:
            values = [
                value_of(session, line["field"], word.strip()) for word in line["text"].splitlines() if word.strip()
            ]
        except Invalid as invalid:
            errors += [FieldError(f"conditions.{i}", e.message, e.allowed) for e in invalid.errors]
            continue
        conditions.append({"field": line["field"], "values": values, "negated": line["negated"]})
    if errors:
        raise Invalid(*errors)
    return conditions


def written(session: Session, rule: RoutingRule) -> list[Line]:
    """The rule's conditions as the form shows them."""
    return [{**c, "text": "\n".join(_word(session, c["field"], v) for v in c["values"])} for c in rule.conditions]


def in_words(session: Session, rules: Sequence[RoutingRule]) -> dict[int, list[str]]:
    """Each rule's conditions, one a line, by its id."""
    return {
        rule.id: [
            f"{ASKED[c['field']]}{' is not' if c['negated'] else ''}: {c['text'].replace(chr(10), ' or ')}"
            for c in written(session, rule)
        ]
        for rule in rules
    }


def _word(session: Session, field: str, value: int | str) -> str:
    """The name, or the number where the name alone would not be understood again."""
    if field in WORDS:
        return str(value)
    if field in FURTHER:
        return str(session.scalar(select(FURTHER[field].name).where(FURTHER[field].id == value)) or value)
    label = names.label(session, field, int(value)) or str(value)
    try:
        return label if names.find(session, field, label) == value else str(value)
    except Invalid:
        return str(value)
