"""Splits are recorded, so that they can be taken back."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "ticket_split",
        sa.Column("new_id", db.Key, nullable=False),
        sa.Column("source_id", db.Key, nullable=False),
        sa.Column("action_id", db.Key, nullable=False),
        sa.Column("began", db.RawText(), nullable=False),
        sa.Column("first_id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.Column("undone_at", db.Instant(), nullable=True),
        sa.Column("undone_by", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_ticket_split_action_id")),
        sa.ForeignKeyConstraint(["new_id"], ["ticket.id"], name=op.f("fk_ticket_split_new_id")),
        sa.ForeignKeyConstraint(["source_id"], ["ticket.id"], name=op.f("fk_ticket_split_source_id")),
        sa.PrimaryKeyConstraint("new_id", name=op.f("pk_ticket_split")),
    )
    op.create_index("ix_ticket_split_source_id", "ticket_split", ["source_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ticket_split")
