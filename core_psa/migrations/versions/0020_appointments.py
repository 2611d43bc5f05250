"""Appointments and hand-over notes, and who plans them."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0020"
down_revision = "0019"

_SEE = ("agent", "dispatcher", "team lead", "manager", "administrator")
_PLAN = ("dispatcher", "team lead", "manager", "administrator")


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=True),
        sa.Column("text", db.RawText(), nullable=False),
        sa.Column("starts_at", db.Instant(), nullable=False),
        sa.Column("ends_at", db.Instant(), nullable=False),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("site_id", db.Key, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_appointment_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_appointment_ticket_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_appointment_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_agent", "appointment", ["agent_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_appointment_ticket_id"), "appointment", ["ticket_id"], unique=False)
    op.create_table(
        "hand_over",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("text", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_hand_over_agent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_hand_over_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_at"), "hand_over", ["at"], unique=False)
    connection = op.get_bind()
    grant(connection, dict.fromkeys(_SEE, ("dispatch.see",)))
    grant(connection, dict.fromkeys(_PLAN, ("dispatch.edit",)))


def downgrade() -> None:
    op.drop_table("hand_over")
    op.drop_table("appointment")
