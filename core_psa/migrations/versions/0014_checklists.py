"""Checklist templates and the checklists of tickets."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0014"
down_revision = "0013"

TABLES = ["checklist_template", "checklist", "checklist_item"]


def upgrade() -> None:
    op.create_table(
        "checklist_template",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("type_id", db.Key, nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_checklist_template_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_template")),
        sa.UniqueConstraint("name", name=op.f("uq_checklist_template_name")),
    )
    op.create_table(
        "checklist",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("template_id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["template_id"], ["checklist_template.id"], name=op.f("fk_checklist_template_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_checklist_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("ticket_id", "template_id", name=op.f("uq_checklist_ticket_id_template_id")),
    )
    op.create_table(
        "checklist_item",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("checklist_id", db.Key, nullable=False),
        sa.Column("position", db.Key, nullable=False),
        sa.Column("text", db.RawText(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("done_by_id", db.Key, nullable=True),
        sa.Column("done_by", db.RawText(), nullable=True),
        sa.Column("done_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_item_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
    )
    op.create_index(op.f("ix_checklist_item_checklist_id"), "checklist_item", ["checklist_id"], unique=False)


def downgrade() -> None:

    for table in reversed(TABLES):
        op.drop_table(table)
