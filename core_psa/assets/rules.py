"""What assets, their types, remote-access tools and documentation links may hold. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from core_psa.assets import secrets
from core_psa.db import fields
from core_psa.db.fields import Refused

STATUSES = ("ordered", "in stock", "in use", "in repair", "retired", "lost")
RELATIONS = ("runs on", "connected to")
KINDS = ("text", "number", "date", "choice")
MAX_FIELDS = 40
GAP = "{remote_id}"
# What a click may open: web pages, and programs that ask who is there before they connect. Never javascript, data or file.
SCHEMES = (
    "https",
    "rdp",
    "ms-rd",
    "teamviewer10",
    "teamviewerapi",
    "st-business",
    "splashtop",
    "anydesk",
    "vnc",
    "ssh",
)
_LARGEST = 10**15


def day(value: date | str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise Refused(f"'{value[:100]}' is not a day such as 2027-03-31") from None


def note(value: str) -> str:
    if what := secrets.found_in(fields.text(value)):
        raise Refused(f"looks as if it held {what}: keep it in the password manager and link to it")
    return value


def line(value: str) -> str:
    """One line that may be empty."""
    return fields.name(value) if value.strip() else ""


def address(value: str) -> str:
    """A web address without anything that lets somebody in."""
    stripped = fields.name(value)
    parts = urlsplit(stripped)
    if parts.scheme.lower() not in ("https", "http") or not parts.hostname:
        raise Refused("must be a web address that begins with https://", ("https",))
    if what := secrets.found_in_address(stripped):
        raise Refused(f"has {what}: link to the page, not into it")
    return stripped


def template(value: str) -> str:
    """An address with one {remote_id} in it, of a scheme that is safe to click."""
    stripped = fields.name(value)
    scheme = stripped.partition(":")[0].lower()
    if scheme not in SCHEMES or not re.match(r"[a-z0-9+.-]+:", stripped, re.IGNORECASE):
        raise Refused(f"'{scheme[:40]}' is not a scheme that may be opened from here", SCHEMES)
    if stripped.count(GAP) != 1 or "{" in stripped.replace(GAP, "") or "}" in stripped.replace(GAP, ""):
        raise Refused(f"needs {GAP} once, where the asset's own id goes, and no other braces")
    if scheme == "https" and (GAP in urlsplit(stripped).netloc or not urlsplit(stripped).netloc):
        raise Refused(f"{GAP} must stand after the host, which no asset may choose")
    if what := secrets.found_in(stripped):
        raise Refused(f"looks as if it held {what}")
    return stripped


def launch(held_template: str, remote_id: str) -> str:
    """The address that opens the asset; its id is data there, whatever it is made of."""
    return held_template.replace(GAP, quote(remote_id, safe=""))


def opens(type_ids: Collection[int], type_id: int) -> bool:
    """Whether a tool that names these types is for an asset of that one."""
    return not type_ids or type_id in type_ids


def own_fields(value: Any) -> list[dict[str, Any]]:
    """The fields of a type, checked: keys are made of their labels where they are missing."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_FIELDS:
        raise Refused(f"must be a list of at most {MAX_FIELDS} fields")
    found = [_own_field(item) for item in value]
    keys = [item["key"] for item in found]
    if len(set(keys)) < len(keys):
        raise Refused("has the same field twice")
    return found


def _own_field(item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise Refused('every field is an object with a "label"')
    label = fields.name(str(item.get("label") or ""))
    key = str(item.get("key") or re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "field")
    kind = fields.one_of(*KINDS)(str(item.get("kind") or "text"))
    options = [fields.name(str(option)) for option in item.get("options") or ()]
    if (kind == "choice") != bool(options):
        raise Refused(f"{label}: a choice needs options, and nothing else has them")
    if not re.fullmatch(r"[a-z0-9_]{1,40}", key):
        raise Refused(f"{label}: its key is made of small letters, digits and _")
    return {"key": key, "label": label, "kind": kind, "options": options, "required": bool(item.get("required"))}


def own_values(wanted: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a type's own fields, each as its kind is stored. Raises Refused naming the field."""
    known = {item["key"]: item for item in wanted}
    if unknown := sorted(set(given) - known.keys()):
        raise Refused(f"'{unknown[0][:60]}' is not a field of this type", tuple(known))
    found = {key: _own_value(item, given.get(key)) for key, item in known.items()}
    return {key: value for key, value in found.items() if value is not None}


def _own_value(item: Mapping[str, Any], given: Any) -> Any:
    if given is None or given == "":
        if item["required"]:
            raise Refused(f"{item['label']} must be given")
        return None
    try:
        return _PARSERS[item["kind"]](item, given)
    except (Refused, ValueError) as error:
        reason = str(error) if isinstance(error, Refused) else f"'{str(given)[:60]}' is not a {item['kind']}"
        raise Refused(f"{item['label']}: {reason}", tuple(item["options"])) from None


def _number(written: str) -> int | float:
    """Raises ValueError for what is none, or none that can be written down: nan, infinity, numbers of a thousand digits."""
    number = float(written)
    if not abs(number) < _LARGEST:
        raise ValueError(written)
    return int(written) if written.lstrip("-").isdecimal() else number


_PARSERS: Mapping[str, Any] = {
    "text": lambda _, given: note(fields.name(str(given))),
    "number": lambda _, given: _number(str(given).strip()),
    "date": lambda _, given: day(str(given)).isoformat(),
    "choice": lambda item, given: fields.one_of(*item["options"])(str(given)),
}

TYPE: Mapping[str, fields.Parser] = {"name": fields.name, "fields": own_fields, "active": fields.flag}
ASSET: Mapping[str, fields.Parser] = {
    "customer_id": fields.record_id,
    "site_id": fields.optional(fields.record_id),
    "user_id": fields.optional(fields.record_id),
    "type_id": fields.record_id,
    "name": fields.name,
    "serial": line,
    "status": fields.one_of(*STATUSES),
    "supported": fields.flag,
    "warranty_until": fields.optional(day),
    "remote_id": line,
    "note": note,
    "values": dict,
    "source": fields.optional(fields.name),
    "external_id": fields.optional(fields.name),
}
TOOL: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "template": template,
    "type_ids": lambda given: sorted({fields.record_id(type_id) for type_id in given}),
    "active": fields.flag,
}
DOCUMENT: Mapping[str, fields.Parser] = {
    "asset_id": fields.optional(fields.record_id),
    "label": fields.name,
    "url": address,
    "note": note,
}


def warnings(status: str, *, supported: bool, warranty_until: date | None, today: date) -> list[str]:
    """What somebody should know before they begin to work on this asset."""
    said = []
    if not supported:
        said.append("it is not supported")
    if status in ("retired", "lost"):
        said.append(f"it is {status}")
    if warranty_until is not None and warranty_until < today:
        said.append(f"its warranty ended on {warranty_until.isoformat()}")
    return said
