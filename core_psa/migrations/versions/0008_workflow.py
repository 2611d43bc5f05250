"""Workflows, the types' own fields, the matrix of priorities, approvals; statuses and priorities can be retired."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0008"
down_revision = "0007"

TABLES = ["action_definition", "priority_cell", "type_field", "workflow", "gate", "approval", "ticket_detail"]
RETIRABLE = ("priority", "status")

_ALWAYS, _UNFINISHED = ["open", "paused", "done"], ["open", "paused"]
# name, label, states, status led to, from which status alone, customers may, the customer is told, time is asked
ACTIONS = (
    ("reply", "Reply", _ALWAYS, "In Progress", "New", True, True, "asked"),
    ("note", "Internal note", _ALWAYS, None, None, False, False, "asked"),
    ("assign", "Assign", _UNFINISHED, None, None, False, False, "no"),
    ("update", "Update", _UNFINISHED, None, None, False, False, "no"),
    ("time", "Log time", _ALWAYS, None, None, False, False, "no"),
    ("escalate", "Escalate", _UNFINISHED, None, None, False, False, "no"),
    ("request_approval", "Request approval", _UNFINISHED, None, None, False, False, "no"),
    ("resolve", "Resolve", _UNFINISHED, "Resolved", None, False, True, "asked"),
    ("close", "Close", _ALWAYS, "Closed", None, True, True, "no"),
    ("reopen", "Reopen", ["done"], "In Progress", None, True, False, "asked"),
)


def upgrade() -> None:
    op.create_table(
        "action_definition",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("label", db.RawText(), nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("position", db.Key, nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("required", sa.JSON(), nullable=False),
        sa.Column("status_id", db.Key, nullable=True),
        sa.Column("from_status_ids", sa.JSON(), nullable=False),
        sa.Column("permission", db.RawText(), nullable=False),
        sa.Column("role_ids", sa.JSON(), nullable=False),
        sa.Column("customers_may", sa.Boolean(), nullable=False),
        sa.Column("tells_customer", sa.Boolean(), nullable=False),
        sa.Column("time", db.RawText(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("builtin", sa.Boolean(), nullable=False),
        sa.CheckConstraint("time IN ('no', 'asked', 'required')", name=op.f("ck_action_definition_time")),
        sa.ForeignKeyConstraint(["status_id"], ["status.id"], name=op.f("fk_action_definition_status_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_definition")),
        sa.UniqueConstraint("name", name=op.f("uq_action_definition_name")),
    )
    op.create_table(
        "priority_cell",
        sa.Column("impact", db.RawText(), nullable=False),
        sa.Column("urgency", db.RawText(), nullable=False),
        sa.Column("priority_id", db.Key, nullable=False),
        sa.CheckConstraint("impact IN ('high', 'medium', 'low')", name=op.f("ck_priority_cell_impact")),
        sa.CheckConstraint("urgency IN ('high', 'medium', 'low')", name=op.f("ck_priority_cell_urgency")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_priority_cell_priority_id")),
        sa.PrimaryKeyConstraint("impact", "urgency", name=op.f("pk_priority_cell")),
    )
    op.create_table(
        "type_field",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("type_id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("label", db.RawText(), nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("default", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("required_at", sa.JSON(), nullable=False),
        sa.Column("help", db.RawText(), nullable=False),
        sa.Column("position", db.Key, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_type_field_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_type_field")),
        sa.UniqueConstraint("type_id", "name", name=op.f("uq_type_field_type_id_name")),
    )
    op.create_table(
        "workflow",
        sa.Column("type_id", db.Key, nullable=False),
        sa.Column("default_status_id", db.Key, nullable=False),
        sa.Column("status_ids", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("transitions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["default_status_id"], ["status.id"], name=op.f("fk_workflow_default_status_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_workflow_type_id")),
        sa.PrimaryKeyConstraint("type_id", name=op.f("pk_workflow")),
    )
    op.create_table(
        "gate",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("type_id", db.Key, nullable=True),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("status_id", db.Key, nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["status_id"], ["status.id"], name=op.f("fk_gate_status_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_gate_team_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_gate_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
    )
    op.create_table(
        "approval",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("role_id", db.Key, nullable=True),
        sa.Column("user_id", db.Key, nullable=True),
        sa.Column("question", db.RawText(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("asked_by_id", db.Key, nullable=True),
        sa.Column("asked_by", db.RawText(), nullable=False),
        sa.Column("asked_at", db.Instant(), nullable=False),
        sa.Column("expires_at", db.Instant(), nullable=False),
        sa.Column("remind_at", db.Instant(), nullable=True),
        sa.Column("token_hash", db.RawText(), nullable=True),
        sa.Column("answered_by", db.RawText(), nullable=True),
        sa.Column("answered_at", db.Instant(), nullable=True),
        sa.Column("note", db.RawText(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')", name=op.f("ck_approval_state")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_approval_agent_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["agent.id"], name=op.f("fk_approval_asked_by_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_approval_role_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_approval_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["customer_user.id"], name=op.f("fk_approval_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_approval_token_hash")),
    )
    op.create_index("ix_approval_pending", "approval", ["state", "expires_at"], unique=False)
    op.create_index("ix_approval_ticket_id", "approval", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_detail",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("impact", db.RawText(), nullable=True),
        sa.Column("urgency", db.RawText(), nullable=True),
        sa.Column("severity_a", sa.Boolean(), nullable=False),
        sa.Column("tier", db.Key, nullable=True),
        sa.Column("own", sa.JSON(), nullable=False),
        sa.CheckConstraint("impact IN ('high', 'medium', 'low')", name=op.f("ck_ticket_detail_impact")),
        sa.CheckConstraint("urgency IN ('high', 'medium', 'low')", name=op.f("ck_ticket_detail_urgency")),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name=op.f("ck_ticket_detail_tier")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_detail_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_detail")),
    )
    for table in RETIRABLE:
        op.add_column(table, sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    _fill_existing_desk(op.get_bind())


def _fill_existing_desk(connection: sa.Connection) -> None:
    """A desk set up before there were workflows gets what a new one starts with."""
    statuses = _ids(connection, "status")
    if not statuses:
        return
    rows = [_action(position, row, statuses) for position, row in enumerate(ACTIONS, 1)]
    op.bulk_insert(_table("action_definition", rows[0]), rows)
    change = _ids(connection, "ticket_type").get("Change")
    asked: list[tuple[str, int | None, int | None]] = [
        ("resolution", None, None),
        ("children", None, statuses["Closed"]),
    ]
    asked += [("approval", change, None)] if change else []
    gates: list[dict[str, Any]] = [
        {"kind": kind, "type_id": type_id, "status_id": status_id, "fields": [], "active": True}
        for kind, type_id, status_id in asked
    ]
    op.bulk_insert(_table("gate", gates[0]), gates)


def _ids(connection: sa.Connection, table: str) -> dict[str, int]:
    named = sa.table(table, sa.column("id"), sa.column("name"))
    return {name: row_id for row_id, name in connection.execute(sa.select(named.c.id, named.c.name))}


def _action(position: int, row: tuple[Any, ...], statuses: dict[str, int]) -> dict[str, Any]:
    name, label, states, to, only_from, customers_may, tells_customer, time = row
    return {
        "name": name,
        "label": label,
        "kind": name,
        "position": position,
        "states": states,
        "required": [],
        "status_id": statuses.get(to),
        "from_status_ids": [statuses[only_from]] if only_from in statuses else [],
        "permission": "tickets.edit",
        "role_ids": [],
        "customers_may": customers_may,
        "tells_customer": tells_customer,
        "time": time,
        "settings": {},
        "active": True,
        "builtin": True,
    }


def _table(name: str, row: dict[str, Any]) -> sa.TableClause:
    """The table with the columns of this row; lists and objects are JSON."""
    kinds = {bool: sa.Boolean, list: sa.JSON, dict: sa.JSON}
    return sa.table(name, *(sa.column(column, kinds.get(type(value))) for column, value in row.items()))


def downgrade() -> None:
    for table in RETIRABLE:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("active")
    for table in reversed(TABLES):
        op.drop_table(table)
