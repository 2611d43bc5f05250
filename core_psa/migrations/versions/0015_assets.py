"""Assets, remote access and documentation links."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0015"
down_revision = "0014"

TABLES = ["asset_type", "remote_tool", "asset", "asset_relation", "asset_ticket", "document_link", "remote_session"]

GRANTED = {
    "agent": ["assets.see", "assets.edit"],
    "dispatcher": ["assets.see", "assets.edit"],
    "team lead": ["assets.see", "assets.edit"],
    "manager": ["assets.see", "assets.edit"],
    "finance": ["assets.see"],
    "sales": ["assets.see"],
    "administrator": ["assets.see", "assets.edit"],
}


def upgrade() -> None:
    op.create_table(
        "asset_type",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_type")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_type_name")),
    )
    op.create_table(
        "remote_tool",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("template", db.RawText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_tool")),
        sa.UniqueConstraint("name", name=op.f("uq_remote_tool_name")),
    )
    op.create_table(
        "asset",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("user_id", db.Key, nullable=True),
        sa.Column("type_id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("serial", db.RawText(), nullable=False),
        sa.Column("status", db.RawText(), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("remote_id", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("source", db.RawText(), nullable=True),
        sa.Column("external_id", db.RawText(), nullable=True),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("updated_at", db.Instant(), nullable=False),
        sa.CheckConstraint(
            "status IN ('ordered', 'in stock', 'in use', 'in repair', 'retired', 'lost')", name=op.f("ck_asset_status")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_asset_customer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_asset_site_id")),
        sa.ForeignKeyConstraint(["type_id"], ["asset_type.id"], name=op.f("fk_asset_type_id")),
        sa.ForeignKeyConstraint(["user_id"], ["customer_user.id"], name=op.f("fk_asset_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_asset_source_external_id")),
    )
    op.create_index("ix_asset_customer", "asset", ["customer_id", "name", "id"], unique=False)
    op.create_index(op.f("ix_asset_serial"), "asset", ["serial"], unique=False)
    op.create_index(op.f("ix_asset_user_id"), "asset", ["user_id"], unique=False)
    op.create_table(
        "asset_relation",
        sa.Column("asset_id", db.Key, nullable=False),
        sa.Column("other_id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.CheckConstraint("kind IN ('runs on', 'connected to')", name=op.f("ck_asset_relation_kind")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_relation_asset_id")),
        sa.ForeignKeyConstraint(["other_id"], ["asset.id"], name=op.f("fk_asset_relation_other_id")),
        sa.PrimaryKeyConstraint("asset_id", "other_id", "kind", name=op.f("pk_asset_relation")),
    )
    op.create_index(op.f("ix_asset_relation_other_id"), "asset_relation", ["other_id"], unique=False)
    op.create_table(
        "asset_ticket",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("asset_id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_ticket_asset_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_asset_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "asset_id", name=op.f("pk_asset_ticket")),
    )
    op.create_index(op.f("ix_asset_ticket_asset_id"), "asset_ticket", ["asset_id"], unique=False)
    op.create_table(
        "document_link",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("asset_id", db.Key, nullable=True),
        sa.Column("label", db.RawText(), nullable=False),
        sa.Column("url", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_document_link_asset_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_document_link_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_link")),
    )
    op.create_index(op.f("ix_document_link_asset_id"), "document_link", ["asset_id"], unique=False)
    op.create_index("ix_document_link_customer", "document_link", ["customer_id", "label", "id"], unique=False)
    op.create_table(
        "remote_session",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("asset_id", db.Key, nullable=False),
        sa.Column("tool", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("started_at", db.Instant(), nullable=False),
        sa.Column("ended_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_remote_session_agent_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_remote_session_asset_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_remote_session_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_session")),
    )
    op.create_index(op.f("ix_remote_session_ticket_id"), "remote_session", ["ticket_id"], unique=False)
    grant(op.get_bind(), GRANTED)


def downgrade() -> None:

    for table in reversed(TABLES):
        op.drop_table(table)
