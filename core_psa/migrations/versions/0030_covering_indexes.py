"""What the queue's tabs count is counted in the indexes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

NOT_DONE = sa.text("state <> 'done'")
QUEUE = ["state", "created_at", "customer_id", "team_id", "assignee_id", "priority_id", "category_id"]


def upgrade() -> None:
    _queue(QUEUE)
    for name in ("customer", "category"):
        _renew(name, [f"{name}_id", "created_at", "state"])


def downgrade() -> None:
    _queue(["state", "created_at"])
    for name in ("customer", "category"):
        _renew(name, [f"{name}_id", "created_at"])


def _queue(columns: list[str]) -> None:
    op.drop_index("ix_ticket_queue", "ticket")
    op.create_index("ix_ticket_queue", "ticket", columns, sqlite_where=NOT_DONE, postgresql_where=NOT_DONE)


def _renew(name: str, columns: list[str]) -> None:
    op.drop_index(f"ix_ticket_{name}", "ticket")
    op.create_index(f"ix_ticket_{name}", "ticket", columns)
