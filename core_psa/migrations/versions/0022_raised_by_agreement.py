"""Agreements may raise the priority of what they cover; customers are told of a reopening by the action that reopens."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("agreement", sa.Column("raises_priority", sa.Boolean(), nullable=False, server_default=sa.false()))
    # So far they were told whatever the action said.
    actions = sa.table("action_definition", sa.column("kind", sa.String), sa.column("tells_customer", sa.Boolean))
    told = actions.c.kind.in_(("reply", "resolve", "close", "reopen"))
    op.execute(sa.update(actions).where(told).values(tells_customer=True))


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.drop_column("raises_priority")
