"""Watchers and favourites."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0003"
down_revision = "0002"

TABLES = [
    "favourite",
    "watcher",
]


def upgrade() -> None:
    op.create_table(
        "favourite",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("since", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_favourite_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_favourite_ticket_id")),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id", name=op.f("pk_favourite")),
    )
    op.create_index(op.f("ix_favourite_ticket_id"), "favourite", ["ticket_id"], unique=False)
    op.create_table(
        "watcher",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("user_id", db.Key, nullable=True),
        sa.Column("address", db.RawText(), nullable=True),
        sa.Column("since", db.Instant(), nullable=False),
        sa.CheckConstraint(
            "(agent_id IS NOT NULL AND user_id IS NULL AND address IS NULL) OR (agent_id IS NULL AND user_id IS NOT NULL AND address IS NULL) OR (agent_id IS NULL AND user_id IS NULL AND address IS NOT NULL)",
            name=op.f("ck_watcher_one_person"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_watcher_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_watcher_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["customer_user.id"], name=op.f("fk_watcher_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watcher")),
        sa.UniqueConstraint("address", "ticket_id", name=op.f("uq_watcher_address_ticket_id")),
        sa.UniqueConstraint("agent_id", "ticket_id", name=op.f("uq_watcher_agent_id_ticket_id")),
        sa.UniqueConstraint("user_id", "ticket_id", name=op.f("uq_watcher_user_id_ticket_id")),
    )
    op.create_index("ix_watcher_ticket", "watcher", ["ticket_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
