"""A clock knows whether an agent's word has stopped it. Of those stopped before nobody can tell any more: they stay so."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("sla_clock", sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false()))
    clock = sa.table("sla_clock", sa.column("answered", sa.Boolean()), sa.column("stopped_at"))
    op.execute(clock.update().where(clock.c.stopped_at.is_not(None)).values(answered=True))


def downgrade() -> None:
    op.drop_column("sla_clock", "answered")
