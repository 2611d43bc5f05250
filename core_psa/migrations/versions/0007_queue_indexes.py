"""The queue's indexes: history costs less, and the order of priority has one of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NOT_DONE = sa.text("state <> 'done'")


def upgrade() -> None:
    for name in ("ix_ticket_queue", "ix_ticket_queue_updated", "ix_ticket_queue_priority"):
        op.drop_index(name, "ticket")
    op.create_index(
        "ix_ticket_queue", "ticket", ["state", "created_at"], sqlite_where=NOT_DONE, postgresql_where=NOT_DONE
    )
    op.create_index("ix_ticket_priority", "ticket", ["priority_rank", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_priority", "ticket")
    op.drop_index("ix_ticket_queue", "ticket")
    op.create_index("ix_ticket_queue", "ticket", ["state", "created_at"])
    op.create_index("ix_ticket_queue_updated", "ticket", ["state", "updated_at"])
    op.create_index("ix_ticket_queue_priority", "ticket", ["state", "priority_rank", "created_at"])
