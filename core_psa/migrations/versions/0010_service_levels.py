"""Agreements, SLA policies, and the clocks of tickets with their ledger."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0010"
down_revision = "0009"

TABLES = [
    "past_calendar",
    "sla_policy",
    "agreement",
    "customer_policy",
    "sla_target",
    "sla_warning",
    "team_policy",
    "agreement_site",
    "agreement_type",
    "sla_clock",
    "sla_ticket",
    "sla_interval",
]


def upgrade() -> None:
    op.create_table(
        "past_calendar",
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("until", db.Instant(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_past_calendar_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "version", name=op.f("pk_past_calendar")),
    )
    op.create_table(
        "sla_policy",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("pauses", sa.Boolean(), nullable=False),
        sa.Column("reopening", db.RawText(), nullable=False),
        sa.Column("updates", db.RawText(), nullable=False),
        sa.Column("at_risk_from", db.Key, nullable=False),
        sa.Column("presumed_priority_id", db.Key, nullable=True),
        sa.Column("version", db.Key, nullable=False),
        sa.CheckConstraint("reopening IN ('continue', 'restart')", name=op.f("ck_sla_policy_reopening")),
        sa.CheckConstraint("updates IN ('always', 'when_asked')", name=op.f("ck_sla_policy_updates")),
        sa.CheckConstraint("at_risk_from BETWEEN 1 AND 99", name=op.f("ck_sla_policy_at_risk_from")),
        sa.ForeignKeyConstraint(
            ["presumed_priority_id"], ["priority.id"], name=op.f("fk_sla_policy_presumed_priority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policy")),
        sa.UniqueConstraint("name", name=op.f("uq_sla_policy_name")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sla_policy_id", db.Key, nullable=True),
        sa.Column("calendar_id", db.Key, nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_agreement_order")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_agreement_calendar_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_agreement_customer_id")),
        sa.ForeignKeyConstraint(["sla_policy_id"], ["sla_policy.id"], name=op.f("fk_agreement_sla_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_customer", "agreement", ["customer_id", "starts_on"], unique=False)
    op.create_table(
        "customer_policy",
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("policy_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_policy_customer_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["sla_policy.id"], name=op.f("fk_customer_policy_policy_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_policy")),
    )
    op.create_index(op.f("ix_customer_policy_policy_id"), "customer_policy", ["policy_id"], unique=False)
    op.create_table(
        "sla_target",
        sa.Column("policy_id", db.Key, nullable=False),
        sa.Column("priority_id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("minutes", db.Key, nullable=False),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('response', 'update', 'resolution')", name=op.f("ck_sla_target_kind")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_sla_target_minutes")),
        sa.ForeignKeyConstraint(["policy_id"], ["sla_policy.id"], name=op.f("fk_sla_target_policy_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_sla_target_priority_id")),
        sa.PrimaryKeyConstraint("policy_id", "priority_id", "kind", name=op.f("pk_sla_target")),
    )
    op.create_table(
        "sla_warning",
        sa.Column("policy_id", db.Key, nullable=False),
        sa.Column("percent", db.Key, nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("agent_ids", sa.JSON(), nullable=False),
        sa.Column("level", db.Key, nullable=True),
        sa.CheckConstraint("percent BETWEEN 1 AND 1000", name=op.f("ck_sla_warning_percent")),
        sa.ForeignKeyConstraint(["policy_id"], ["sla_policy.id"], name=op.f("fk_sla_warning_policy_id")),
        sa.PrimaryKeyConstraint("policy_id", "percent", name=op.f("pk_sla_warning")),
    )
    op.create_table(
        "team_policy",
        sa.Column("team_id", db.Key, nullable=False),
        sa.Column("policy_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["sla_policy.id"], name=op.f("fk_team_policy_policy_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_policy_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_policy")),
    )
    op.create_index(op.f("ix_team_policy_policy_id"), "team_policy", ["policy_id"], unique=False)
    op.create_table(
        "agreement_site",
        sa.Column("agreement_id", db.Key, nullable=False),
        sa.Column("site_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_site_agreement_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_agreement_site_site_id")),
        sa.PrimaryKeyConstraint("agreement_id", "site_id", name=op.f("pk_agreement_site")),
    )
    op.create_table(
        "agreement_type",
        sa.Column("agreement_id", db.Key, nullable=False),
        sa.Column("type_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_type_agreement_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_agreement_type_type_id")),
        sa.PrimaryKeyConstraint("agreement_id", "type_id", name=op.f("pk_agreement_type")),
    )
    op.create_table(
        "sla_clock",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("cycle", db.Key, nullable=False),
        sa.Column("started_at", db.Instant(), nullable=False),
        sa.Column("budget", db.Duration(), nullable=True),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("calendar_version", db.Key, nullable=False),
        sa.Column("consumed", db.Duration(), nullable=False),
        sa.Column("running_since", db.Instant(), nullable=True),
        sa.Column("stopped_at", db.Instant(), nullable=True),
        sa.Column("due_at", db.Instant(), nullable=True),
        sa.Column("breached_at", db.Instant(), nullable=True),
        sa.Column("told", db.Key, nullable=False),
        sa.Column("next_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_sla_clock_calendar_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sla_clock_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_clock")),
        sa.UniqueConstraint("ticket_id", "kind", "cycle", name=op.f("uq_sla_clock_ticket_id_kind_cycle")),
    )
    op.create_index(
        "ix_sla_clock_next",
        "sla_clock",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "sla_ticket",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("customer_id", db.Key, nullable=True),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("type_id", db.Key, nullable=False),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("priority_id", db.Key, nullable=True),
        sa.Column("policy_id", db.Key, nullable=False),
        sa.Column("policy_from", db.RawText(), nullable=False),
        sa.Column("agreement_id", db.Key, nullable=True),
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("calendar_from", db.RawText(), nullable=False),
        sa.Column("standing", db.RawText(), nullable=False),
        sa.Column("level", db.Key, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_sla_ticket_agreement_id")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_sla_ticket_calendar_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["sla_policy.id"], name=op.f("fk_sla_ticket_policy_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sla_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_sla_ticket")),
    )
    op.create_index(
        "ix_sla_ticket_live",
        "sla_ticket",
        ["ticket_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        "ix_sla_ticket_stale",
        "sla_ticket",
        ["ticket_id"],
        unique=False,
        sqlite_where=sa.text("stale"),
        postgresql_where=sa.text("stale"),
    )
    op.create_index("ix_sla_ticket_standing", "sla_ticket", ["standing", "ticket_id"], unique=False)
    op.create_table(
        "sla_interval",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("clock_id", db.Key, nullable=False),
        sa.Column("started_at", db.Instant(), nullable=False),
        sa.Column("began", db.RawText(), nullable=False),
        sa.Column("budget", db.Duration(), nullable=True),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("calendar_version", db.Key, nullable=False),
        sa.Column("ended_at", db.Instant(), nullable=True),
        sa.Column("ended", db.RawText(), nullable=True),
        sa.Column("worked", db.Duration(), nullable=True),
        sa.Column("total", db.Duration(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_sla_interval_calendar_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["sla_clock.id"], name=op.f("fk_sla_interval_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_interval")),
    )
    op.create_index(op.f("ix_sla_interval_clock_id"), "sla_interval", ["clock_id"], unique=False)
    op.create_index(
        "uq_sla_interval_open",
        "sla_interval",
        ["clock_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    # Instants are numbers on SQLite.
    never = "7258118400000000" if op.get_bind().dialect.name == "sqlite" else "2200-01-01 00:00:00+00"
    op.add_column("ticket", sa.Column("due_at", db.Instant(), nullable=False, server_default=never))
    op.create_index("ix_ticket_due", "ticket", ["due_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ticket_due", "ticket")
    op.drop_column("ticket", "due_at")
    for table in reversed(TABLES):
        op.drop_table(table)
