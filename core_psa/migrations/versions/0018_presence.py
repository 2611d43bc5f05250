"""Who has which page open."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0018"
down_revision = "0017"

TABLES = [
    "presence",
]


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("token", db.RawText(), nullable=False),
        sa.Column("topic", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("writing", db.RawText(), nullable=False),
        sa.Column("seen_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_presence_agent_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_topic"), "presence", ["topic"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
