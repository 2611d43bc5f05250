"""The OpenAPI side of routes that read their bodies exactly as they come."""

from typing import Any

from core_psa.sla.promises import STANDINGS
from core_psa.tickets.rules import CHANNELS
from core_psa.tickets.urgency.rules import LEVELS
from core_psa.tickets.workflow.rules import KINDS

Schema = dict[str, Any]


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    shape: Schema = {"type": "object", "properties": properties}
    return {**shape, "required": list(required)} if required else shape


def _body(schema: Schema) -> Schema:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
NAMED: Schema = {"anyOf": [WHOLE, TEXT, {"type": "null"}], "description": "an id or a name"}
TEXTS: Schema = {"type": "array", "items": {"type": "string", "maxLength": 500}}
LEVEL: Schema = {"anyOf": [{"type": "string", "enum": list(LEVELS)}, {"type": "null"}]}
OWN_FIELDS: Schema = {"type": "object", "description": "values of the type's own fields by name"}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


RECORD: Schema = _nullable(_object({"id": WHOLE, "name": TEXT}, ("id", "name")))

_REFERENCES = ("customer", "requester", "site", "type", "category", "priority", "team", "assignee")

_NEW_TICKET = _object(
    {
        "subject": {**TEXT, "description": "subject and body must not both be empty"},
        "body": TEXT,
        **dict.fromkeys(_REFERENCES, NAMED),
        "group": {**NAMED, "description": "another word for team"},
        "channel": {"type": "string", "enum": list(CHANNELS), "default": "api"},
        **dict.fromkeys(("impact", "urgency"), LEVEL),
        "severity_a": {"type": "boolean", "description": "a mass outage: before all else in every queue"},
        "fields": OWN_FIELDS,
        "tags": TEXTS,
    }
)

_TICKET = _object(
    {
        "id": WHOLE,
        "number": TEXT,
        "subject": TEXT,
        "body": TEXT,
        "state": {"type": "string", "enum": ["open", "paused", "done"]},
        "status": TEXT,
        "channel": TEXT,
        **dict.fromkeys(_REFERENCES, RECORD),
        "tags": TEXTS,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "resolved_at": _nullable(INSTANT),
        "duplicate_of": _nullable(WHOLE),
        "minutes_logged": WHOLE,
        **dict.fromkeys(("impact", "urgency"), LEVEL),
        "severity_a": {"type": "boolean"},
        "tier": _nullable(WHOLE),
        "fields": OWN_FIELDS,
        "version": WHOLE,
        "allowed_actions": {"type": "array", "items": TEXT},
    },
    ("id", "number", "subject", "body", "state", "status", "version"),
)

_NOT_LISTED = ("body", "allowed_actions", "impact", "urgency", "severity_a", "tier", "fields")
_ROW = _object(
    {name: schema for name, schema in _TICKET["properties"].items() if name not in (*_NOT_LISTED, *_REFERENCES)}
    | {name: _nullable(TEXT) for name in (*_REFERENCES, "triage")}
    | {"sla": {**TEXT, "enum": list(STANDINGS)}, "due_at": _nullable(INSTANT)},
    ("id", "number", "subject", "status", "version"),
)

_ACTION = _object(
    {
        "action": {**TEXT, "description": "one of allowed_actions", "examples": list(KINDS)},
        "body": {**TEXT, "description": "reply, note, update"},
        "cc": {**TEXTS, "description": "reply"},
        "resolution": {**TEXT, "description": "resolve"},
        "reason": {**TEXT, "description": "reopen, escalate"},
        "status": {**NAMED, "description": "reply, note, resolve, update"},
        **{name: {**NAMED, "description": "update; team and assignee also assign"} for name in _REFERENCES},
        "subject": {**TEXT, "description": "update"},
        "tags": {**TEXTS, "description": "update"},
        **{name: {**LEVEL, "description": "update"} for name in ("impact", "urgency")},
        "severity_a": {"type": "boolean", "description": "update"},
        "fields": OWN_FIELDS,
        "override": {**TEXT, "description": "why unmet gates are passed over; needs tickets.override_gates"},
        "minutes": {**WHOLE, "description": "1 to 1440, with any action; time also takes start and end"},
        "tier": {**WHOLE, "description": "escalate: 2 or 3; the next one unless given"},
        "to_manager": {"type": "boolean", "description": "escalate"},
        "question": {**TEXT, "description": "request_approval"},
        "agent": {**NAMED, "description": "request_approval: or role, or user"},
        "role": {**WHOLE, "description": "request_approval: id of a role"},
        "user": {**NAMED, "description": "request_approval: one of the customer's people"},
        "hours": {**WHOLE, "description": "request_approval: how long the answer is awaited"},
        "start": INSTANT,
        "end": INSTANT,
        "charge_type": TEXT,
        "note": TEXT,
        "attachments": {
            "type": "array",
            "items": WHOLE,
            "description": "reply, note, resolve: ids of files that wait for their message",
        },
    },
    ("action",),
)

_TIMELINE_ENTRY = _object(
    {
        "id": WHOLE,
        "action": TEXT,
        "at": INSTANT,
        "by": _object({"kind": TEXT, "id": _nullable(WHOLE), "name": TEXT}),
        "public": {"type": "boolean"},
        "changes": {"type": "object", "description": "field -> [before, after]"},
        "body": _nullable(TEXT),
        "version": WHOLE,
    },
    ("id", "action", "at", "by", "version"),
)

_FIELD = _object(
    {
        "value": _nullable(WHOLE),
        "label": _nullable(TEXT),
        "confidence": NUMBER,
        "method": TEXT,
        "mode": {"type": "string", "enum": ["off", "monitor", "suggest", "auto"]},
        "applied": {"type": "boolean"},
        "decision": _nullable(
            _object({"value": _nullable(WHOLE), "label": _nullable(TEXT), "by": TEXT, "at": INSTANT})
        ),
        "reason": _nullable(TEXT),
        "alternatives": {
            "type": "array",
            "items": _object({"value": WHOLE, "label": _nullable(TEXT), "confidence": NUMBER}),
        },
    },
    ("value", "confidence", "method", "mode", "applied"),
)

_NEIGHBOUR = _object(
    {
        "ticket_id": WHOLE,
        "number": TEXT,
        "similarity": NUMBER,
        "subject": TEXT,
        **{name: _nullable(TEXT) for name in ("category", "priority", "team", "assignee", "resolution")},
        "resolved_in_hours": _nullable(NUMBER),
    },
    ("ticket_id", "similarity"),
)

_SUGGESTION = _object(
    {
        "state": {"type": "string", "enum": ["waiting", "ready", "failed", "none"]},
        "fields": {"type": "object", "additionalProperties": _FIELD},
        "eta": _object(
            {name: _nullable(NUMBER) for name in ("p10_hours", "p50_hours", "p90_hours")}
            | {name: _nullable(TEXT) for name in ("calendar", "p50_at", "p90_at", "reason")}
        ),
        "neighbours": {"type": "array", "items": _NEIGHBOUR},
        "related": {"type": "array", "items": _NEIGHBOUR, "description": "open tickets with the same words"},
        "model_version": _nullable(TEXT),
        "encoder": _nullable(TEXT),
        "text_version": _nullable(WHOLE),
        "error": _nullable(TEXT),
    },
    ("state", "fields", "neighbours"),
)

PROBLEM: Schema = _object(
    {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "errors": {
            "type": "array",
            "items": _object({"field": TEXT, "message": TEXT, "allowed": {"type": "array", "items": TEXT}}),
        },
    },
    ("title", "status", "detail", "errors"),
)


def list_of(item: Schema) -> Schema:
    return _object(
        {"items": {"type": "array", "items": item}, "next_cursor": _nullable(TEXT)}, ("items", "next_cursor")
    )


Responses = dict[int | str, Schema]

NEW_TICKET = _body(_NEW_TICKET)
NEW_ACTION = _body(_ACTION)
ACCEPT = _body(_object({"fields": {"type": "array", "items": TEXT}}, ("fields",)))
OVERRIDE = _body(_object({"field": TEXT, "value": NAMED}, ("field", "value")))
TICKET_201: Responses = {
    201: _answer("the ticket is stored", _TICKET | {"required": ["id", "number", "status", "version"]})
}
TICKET: Responses = {200: _answer("the ticket", _TICKET)}
TIMELINE: Responses = {200: _answer("the timeline", list_of(_TIMELINE_ENTRY))}
SUGGESTION: Responses = {200: _answer("the suggestion", _SUGGESTION)}


def _counted(item: Schema) -> Schema:
    counts = {"total": WHOLE, "total_is_floor": {"type": "boolean"}}
    return _object({**list_of(item)["properties"], **counts}, ("items", "next_cursor", *counts))


_EXCERPT = {"type": "array", "items": _object({"text": TEXT, "found": {"type": "boolean"}}, ("text", "found"))}
_FOUND_TICKET = _object(
    {
        "kind": {"const": "ticket"},
        **_ROW["properties"],
        "excerpt": _EXCERPT,
        "found_in": _nullable(_object({"action": TEXT, "by": TEXT, "at": INSTANT})),
    },
    ("kind", "id", "number", "subject", "excerpt"),
)
_FOUND_ARTICLE = _object(
    {
        "kind": {"const": "article"},
        **dict.fromkeys(("id", "version"), WHOLE),
        **dict.fromkeys(("title", "status", "visibility"), TEXT),
        "updated_at": INSTANT,
        "excerpt": _EXCERPT,
    },
    ("kind", "id", "title", "excerpt"),
)
TICKET_LIST: Responses = {200: _answer("one page", _counted(_ROW))}
SEARCH: Responses = {200: _answer("one page", _counted({"oneOf": [_FOUND_TICKET, _FOUND_ARTICLE]}))}
