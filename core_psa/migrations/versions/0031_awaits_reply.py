"""A status says whether it waits for the customer's answer, so that it may be called anything and there may be several."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("status", sa.Column("awaits_reply", sa.Boolean(), nullable=False, server_default=sa.false()))
    status = sa.table("status", sa.column("awaits_reply", sa.Boolean()), sa.column("name", db.RawText()))
    op.execute(status.update().where(status.c.name == "Waiting on Customer").values(awaits_reply=True))


def downgrade() -> None:
    op.drop_column("status", "awaits_reply")
