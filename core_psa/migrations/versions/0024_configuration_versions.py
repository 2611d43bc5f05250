"""The configuration as it stood, to go back to."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "configuration_version",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_kind", db.RawText(), nullable=False),
        sa.Column("actor_id", db.Key, nullable=True),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.Column("reason", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration_version")),
    )


def downgrade() -> None:
    op.drop_table("configuration_version")
