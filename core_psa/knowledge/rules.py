"""What articles, canned answers and call scripts may hold, and who may put an article before customers."""

from collections.abc import Mapping
from typing import Any

from core_psa.db import fields
from core_psa.db.fields import Refused

VISIBILITIES = ("internal", "customers", "public")
STATUSES = ("draft", "published", "retired")
LINKS = ("used", "solved")
SCOPES = ("personal", "team", "desk")
MAX_BODY = 200_000
MAX_TAGS = 20

# What a canned answer may ask for; the values are facts of the ticket it is used on.
PLACEHOLDERS: Mapping[str, str] = {
    "agent": "name of the agent who writes",
    "agent.first": "first name of that agent",
    "customer": "name of the customer",
    "desk": "name of this service desk",
    "number": "number of the ticket",
    "requester": "name of the person who asked",
    "requester.first": "first name of that person",
    "subject": "subject of the ticket",
    "team": "team the ticket is with",
}


def body(value: str) -> str:
    if len(value) > MAX_BODY:
        raise Refused(f"must stay within {MAX_BODY:,} characters, not {len(value):,}")
    return value


def tags(value: Any) -> list[str]:
    """Up to MAX_TAGS short names, sorted, each once."""
    found = fields.tags(value)
    if len(found) > MAX_TAGS or any(len(tag) > 60 for tag in found):
        raise Refused(f"takes at most {MAX_TAGS} tags of at most 60 characters")
    return found


def ids(value: Any) -> list[int]:
    return sorted({fields.record_id(number) for number in value})


ARTICLE: Mapping[str, fields.Parser] = {
    "title": fields.name,
    "body": body,
    "visibility": fields.one_of(*VISIBILITIES),
    "status": fields.one_of(*STATUSES),
    "category_id": fields.optional(fields.record_id),
    "language": fields.language,
    "tags": tags,
    "customers": ids,
    "remark": fields.text,
}
CANNED: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "body": fields.text,
    "scope": fields.one_of(*SCOPES),
    "team_id": fields.optional(fields.record_id),
    "active": fields.flag,
}
SCRIPT: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "description": fields.text,
    "active": fields.flag,
}


def before_customers(status: str, visibility: str) -> bool:
    """Whether somebody outside of the desk reads an article that stands so."""
    return status == "published" and visibility != "internal"
