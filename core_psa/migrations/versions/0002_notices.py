"""Notifications, the outbox, templates and what each agent wants to hear."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0002"
down_revision = "0001"

TABLES = [
    "mail_policy",
    "notice_template",
    "silent_event",
    "notice_preference",
    "quiet_hours",
    "notification",
    "outgoing_mail",
]


def upgrade() -> None:
    op.create_table(
        "mail_policy",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("site", db.RawText(), nullable=False),
        sa.Column("language", db.RawText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_policy")),
    )
    op.create_table(
        "notice_template",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("event", db.RawText(), nullable=False),
        sa.Column("audience", db.RawText(), nullable=False),
        sa.Column("language", db.RawText(), nullable=False),
        sa.Column("subject", db.RawText(), nullable=False),
        sa.Column("text", db.RawText(), nullable=False),
        sa.CheckConstraint("audience IN ('agent', 'user')", name=op.f("ck_notice_template_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_template")),
        sa.UniqueConstraint("event", "audience", "language", name=op.f("uq_notice_template_event_audience_language")),
    )
    op.create_table(
        "silent_event",
        sa.Column("event", db.RawText(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_silent_event")),
    )
    op.create_table(
        "notice_preference",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("event", db.RawText(), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notice_preference_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "event", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "quiet_hours",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("starts", db.Key, nullable=False),
        sa.Column("ends", db.Key, nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "starts BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name=op.f("ck_quiet_hours_minutes")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_quiet_hours_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_quiet_hours")),
    )
    op.create_table(
        "notification",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("event", db.RawText(), nullable=False),
        sa.Column("ticket_id", db.Key, nullable=True),
        sa.Column("line", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("read_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notification_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_notification_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_agent", "notification", ["agent_id", "id"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("event", db.RawText(), nullable=False),
        sa.Column("ticket_id", db.Key, nullable=True),
        sa.Column("address", db.RawText(), nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("subject", db.RawText(), nullable=False),
        sa.Column("text", db.RawText(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("due_at", db.Instant(), nullable=False),
        sa.Column("lease_until", db.Instant(), nullable=True),
        sa.Column("attempts", db.Key, nullable=False),
        sa.Column("message_id", db.RawText(), nullable=True),
        sa.Column("error", db.RawText(), nullable=True),
        sa.Column("sent_at", db.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed', 'held', 'cancelled')", name=op.f("ck_outgoing_mail_state")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_outgoing_mail_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_mail_message_id")),
    )
    op.create_index("ix_outgoing_mail_address", "outgoing_mail", ["address", "sent_at"], unique=False)
    op.create_index("ix_outgoing_mail_state", "outgoing_mail", ["state", "id"], unique=False)
    op.create_index(op.f("ix_outgoing_mail_ticket_id"), "outgoing_mail", ["ticket_id"], unique=False)
    op.create_index(
        "ix_outgoing_mail_waiting",
        "outgoing_mail",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
