"""Links, merges, snoozes, closing after silence, recurring tickets, blocked senders and follow-ups."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0005"
down_revision = "0004"

TABLES = [
    "blocked_sender",
    "auto_close_rule",
    "follow_up_setting",
    "recurring_ticket",
    "planned_close",
    "recurring_run",
    "snooze",
    "ticket_link",
    "ticket_merge",
    "merged_copy",
]


def upgrade() -> None:
    op.create_table(
        "blocked_sender",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("sender", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("hits", db.Key, nullable=False),
        sa.Column("last_hit_at", db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_sender")),
        sa.UniqueConstraint("sender", name=op.f("uq_blocked_sender_sender")),
    )
    op.create_table(
        "auto_close_rule",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("type_id", db.Key, nullable=True),
        sa.Column("status_id", db.Key, nullable=False),
        sa.Column("inactive_days", db.Key, nullable=False),
        sa.Column("warning_days", db.Key, nullable=True),
        sa.Column("target_status_id", db.Key, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("inactive_days BETWEEN 1 AND 365", name=op.f("ck_auto_close_rule_inactive_days")),
        sa.CheckConstraint(
            "warning_days IS NULL OR warning_days BETWEEN 1 AND inactive_days",
            name=op.f("ck_auto_close_rule_warning_days"),
        ),
        sa.ForeignKeyConstraint(["status_id"], ["status.id"], name=op.f("fk_auto_close_rule_status_id")),
        sa.ForeignKeyConstraint(["target_status_id"], ["status.id"], name=op.f("fk_auto_close_rule_target_status_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_auto_close_rule_team_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_auto_close_rule_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auto_close_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_auto_close_rule_name")),
    )
    op.create_table(
        "follow_up_setting",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("reopening", sa.Boolean(), nullable=False),
        sa.Column("cutoff_hours", db.Key, nullable=True),
        sa.Column("reopen_status_id", db.Key, nullable=True),
        sa.Column("reopens_an_hour", db.Key, nullable=False),
        sa.CheckConstraint(
            "cutoff_hours IS NULL OR cutoff_hours BETWEEN 1 AND 87600", name=op.f("ck_follow_up_setting_cutoff_hours")
        ),
        sa.CheckConstraint("reopens_an_hour BETWEEN 1 AND 100", name=op.f("ck_follow_up_setting_reopens_an_hour")),
        sa.ForeignKeyConstraint(
            ["reopen_status_id"], ["status.id"], name=op.f("fk_follow_up_setting_reopen_status_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_follow_up_setting_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_setting")),
        sa.UniqueConstraint("team_id", name=op.f("uq_follow_up_setting_team_id")),
    )
    op.create_table(
        "recurring_ticket",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("rule", db.RawText(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("timezone", db.RawText(), nullable=False),
        sa.Column("subject", db.RawText(), nullable=False),
        sa.Column("body", db.RawText(), nullable=False),
        sa.Column("customer_id", db.Key, nullable=True),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("requester_id", db.Key, nullable=True),
        sa.Column("type_id", db.Key, nullable=True),
        sa.Column("category_id", db.Key, nullable=True),
        sa.Column("priority_id", db.Key, nullable=True),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("assignee_id", db.Key, nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_at", db.Instant(), nullable=True),
        sa.Column("trouble", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["agent.id"], name=op.f("fk_recurring_ticket_assignee_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_recurring_ticket_category_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_recurring_ticket_customer_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_recurring_ticket_priority_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["customer_user.id"], name=op.f("fk_recurring_ticket_requester_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_recurring_ticket_site_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_recurring_ticket_team_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_recurring_ticket_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_ticket")),
        sa.UniqueConstraint("name", name=op.f("uq_recurring_ticket_name")),
    )
    op.create_index("ix_recurring_ticket_next_at", "recurring_ticket", ["next_at"], unique=False)
    op.create_table(
        "planned_close",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("rule_id", db.Key, nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("active_at", db.Instant(), nullable=False),
        sa.Column("due_at", db.Instant(), nullable=False),
        sa.Column("close_at", db.Instant(), nullable=False),
        sa.Column("warned_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["auto_close_rule.id"], name=op.f("fk_planned_close_rule_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_planned_close_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_planned_close")),
    )
    op.create_index("ix_planned_close_due_at", "planned_close", ["due_at"], unique=False)
    op.create_table(
        "recurring_run",
        sa.Column("recurring_id", db.Key, nullable=False),
        sa.Column("occurrence", db.Instant(), nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("opened_at", db.Instant(), nullable=False),
        sa.Column("missed", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["recurring_id"], ["recurring_ticket.id"], name=op.f("fk_recurring_run_recurring_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_recurring_run_ticket_id")),
        sa.PrimaryKeyConstraint("recurring_id", "occurrence", name=op.f("pk_recurring_run")),
    )
    op.create_table(
        "snooze",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("until", db.Instant(), nullable=True),
        sa.Column("on_reply", sa.Boolean(), nullable=False),
        sa.Column("linked_id", db.Key, nullable=True),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("set_at", db.Instant(), nullable=False),
        sa.Column("woken_at", db.Instant(), nullable=True),
        sa.Column("woken_by", db.RawText(), nullable=True),
        sa.CheckConstraint(
            "until IS NOT NULL OR on_reply OR linked_id IS NOT NULL", name=op.f("ck_snooze_waits_for_something")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_snooze_agent_id")),
        sa.ForeignKeyConstraint(["linked_id"], ["ticket.id"], name=op.f("fk_snooze_linked_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_snooze_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_snooze")),
    )
    op.create_index("ix_snooze_woken_at", "snooze", ["woken_at"], unique=False)
    op.create_table(
        "ticket_link",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("from_id", db.Key, nullable=False),
        sa.Column("to_id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('relates', 'blocks', 'duplicate', 'cause', 'parent', 'follow_up')",
            name=op.f("ck_ticket_link_kind"),
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_ticket_link_two_tickets")),
        sa.ForeignKeyConstraint(["from_id"], ["ticket.id"], name=op.f("fk_ticket_link_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["ticket.id"], name=op.f("fk_ticket_link_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
        sa.UniqueConstraint("from_id", "to_id", "kind", name=op.f("uq_ticket_link_from_id_to_id_kind")),
    )
    op.create_index("ix_ticket_link_to_id", "ticket_link", ["to_id"], unique=False)
    op.create_table(
        "ticket_merge",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("source_id", db.Key, nullable=False),
        sa.Column("target_id", db.Key, nullable=False),
        sa.Column("action_id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.Column("undone_at", db.Instant(), nullable=True),
        sa.Column("undone_by", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_ticket_merge_action_id")),
        sa.ForeignKeyConstraint(["source_id"], ["ticket.id"], name=op.f("fk_ticket_merge_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["ticket.id"], name=op.f("fk_ticket_merge_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_merge")),
    )
    op.create_index(
        "ix_ticket_merge_standing",
        "ticket_merge",
        ["source_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index("ix_ticket_merge_target_id", "ticket_merge", ["target_id"], unique=False)
    op.create_table(
        "merged_copy",
        sa.Column("merge_id", db.Key, nullable=False),
        sa.Column("action_id", db.Key, nullable=False),
        sa.Column("original_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_merged_copy_action_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["ticket_merge.id"], name=op.f("fk_merged_copy_merge_id")),
        sa.ForeignKeyConstraint(["original_id"], ["action.id"], name=op.f("fk_merged_copy_original_id")),
        sa.PrimaryKeyConstraint("merge_id", "action_id", name=op.f("pk_merged_copy")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
