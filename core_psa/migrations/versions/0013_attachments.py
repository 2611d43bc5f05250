"""Files on tickets."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0013"
down_revision = "0012"

TABLES = ["stored_file", "attachment"]


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("sha256", db.RawText(), nullable=False),
        sa.Column("size", db.Key, nullable=False),
        sa.Column("wanted_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("action_id", db.Key, nullable=True),
        sa.Column("sha256", db.RawText(), nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("size", db.Key, nullable=False),
        sa.Column("look", db.RawText(), nullable=False),
        sa.Column("media_type", db.RawText(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("by_kind", db.RawText(), nullable=False),
        sa.Column("by_id", db.Key, nullable=True),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.CheckConstraint("look IN ('image', 'text', 'other')", name=op.f("ck_attachment_look")),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_attachment_action_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_attachment_sha256")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)
    op.create_index(
        "ix_attachment_staged",
        "attachment",
        ["at"],
        unique=False,
        sqlite_where=sa.text("action_id IS NULL"),
        postgresql_where=sa.text("action_id IS NULL"),
    )
    op.create_index("ix_attachment_ticket", "attachment", ["ticket_id", "id"], unique=False)


def downgrade() -> None:

    for table in reversed(TABLES):
        op.drop_table(table)
