"""Which parts of the panel beside a ticket each agent keeps open."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "open_folds",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_open_folds_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_open_folds")),
    )


def downgrade() -> None:
    op.drop_table("open_folds")
