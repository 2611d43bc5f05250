"""What a checklist may hold. Pure."""

from collections.abc import Mapping
from typing import Any

from core_psa.db import fields
from core_psa.db.fields import Refused

MAX_ITEMS = 100


def items(value: Any) -> list[dict[str, Any]]:
    """A list of {"text", "required"}; an item is required unless it says otherwise."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ITEMS:
        raise Refused(f"needs 1 to {MAX_ITEMS} items")
    if not all(isinstance(item, Mapping) and isinstance(item.get("text"), str) for item in value):
        raise Refused("every item needs a text")
    return [{"text": fields.name(item["text"]), "required": bool(item.get("required", True))} for item in value]


def read(lines: str) -> list[dict[str, Any]]:
    """Items as people write them, one a line; a question mark before it means that it may be left out."""
    written = [line.strip() for line in lines.splitlines() if line.strip()]
    return [{"text": line.removeprefix("?").strip(), "required": not line.startswith("?")} for line in written]


def written(held: list[dict[str, Any]]) -> str:
    """The items in the same form."""
    return "\n".join(item["text"] if item["required"] else f"? {item['text']}" for item in held)


TEMPLATE: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "description": fields.text,
    "type_id": fields.optional(fields.record_id),
    "items": items,
    "active": fields.flag,
}
