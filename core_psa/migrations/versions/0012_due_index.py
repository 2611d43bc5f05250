"""The order of deadlines costs history nothing: what is done has none."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NOT_DONE = sa.text("state <> 'done'")


def upgrade() -> None:
    op.drop_index("ix_ticket_due", "ticket")
    op.create_index("ix_ticket_due", "ticket", ["due_at", "id"], sqlite_where=NOT_DONE, postgresql_where=NOT_DONE)


def downgrade() -> None:
    op.drop_index("ix_ticket_due", "ticket")
    op.create_index("ix_ticket_due", "ticket", ["due_at", "id"])
