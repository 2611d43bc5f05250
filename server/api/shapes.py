"""What tickets, suggestions and lists look like in JSON."""

from collections.abc import Sequence
from typing import Any

from core_psa.reads.queue import QueueRow
from core_psa.reads.suggestion import FieldView, NeighbourView, SuggestionView
from core_psa.reads.ticket_page import TicketView
from core_psa.tickets.tables import Action


def ticket(view: TicketView) -> dict[str, Any]:
    return {
        "id": view.id,
        "number": view.number,
        "subject": view.subject,
        "body": view.body,
        "state": view.state,
        "channel": view.channel,
        **view.references,
        "status": view.status,
        "tags": list(view.tags),
        "created_at": view.created_at,
        "updated_at": view.updated_at,
        "resolved_at": view.resolved_at,
        "duplicate_of": view.duplicate_of_id,
        "minutes_logged": view.minutes_logged,
        "impact": view.impact,
        "urgency": view.urgency,
        "severity_a": view.severity_a,
        "tier": view.tier,
        "fields": {field.name: view.own.get(field.name) for field in view.own_fields},
        "version": view.version,
        "allowed_actions": list(view.allowed_actions),
    }


def queue_row(row: QueueRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "subject": row.subject,
        "state": row.state,
        "status": row.status,
        "type": row.type,
        "channel": row.channel,
        "priority": row.priority,
        "customer": row.customer,
        "requester": row.requester,
        "team": row.team,
        "assignee": row.assignee,
        "category": row.category,
        "tags": list(row.tags),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "resolved_at": row.resolved_at,
        "triage": row.triage,
        "sla": row.sla or "none",
        "due_at": row.due,
        "version": row.version,
    }


def action(entry: Action) -> dict[str, Any]:
    return {
        "id": entry.id,
        "action": entry.kind,
        "at": entry.at,
        "by": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
        "public": entry.public,
        "changes": entry.changes or {},
        "body": entry.body,
        "version": entry.version,
    }


def suggestion(view: SuggestionView) -> dict[str, Any]:
    return {
        "state": view.state,
        "fields": {name: field(f) for name, f in view.fields.items()},
        "eta": eta(view.eta),
        "neighbours": neighbours(view.neighbours),
        "related": neighbours(view.related),
        "model_version": view.model_version,
        "encoder": view.encoder,
        "text_version": view.text_version,
        "error": view.error,
    }


def field(view: FieldView) -> dict[str, Any]:
    decision = view.decision
    return {
        "value": view.value_id,
        "label": view.label,
        "confidence": view.confidence,
        "method": view.method,
        "mode": view.mode,
        "applied": view.applied,
        "decision": None
        if decision is None
        else {"value": decision.value_id, "label": decision.label, "by": decision.by, "at": decision.at},
        "reason": view.reason,
        "alternatives": list(view.alternatives),
    }


_ETA = ("p10_hours", "p50_hours", "p90_hours", "calendar", "p50_at", "p90_at", "reason")


def eta(stored: dict[str, Any] | None) -> dict[str, Any]:
    """Hours are business hours of `calendar`; all null, with a reason, where there is no estimate."""
    return {name: (stored or {}).get(name) for name in _ETA}


def neighbours(views: Sequence[NeighbourView]) -> list[dict[str, Any]]:
    return [
        {
            "ticket_id": n.ticket_id,
            "number": n.number,
            "similarity": n.similarity,
            "subject": n.subject,
            "category": n.category,
            "priority": n.priority,
            "team": n.team,
            "assignee": n.assignee,
            "resolution": n.resolution,
            "resolved_in_hours": n.resolved_in_hours,
        }
        for n in views
    ]
