"""Countries, further telephone numbers, pop-up notes, suppliers."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("email", db.RawText(), nullable=True),
        sa.Column("phone", db.RawText(), nullable=True),
        sa.Column("website", db.RawText(), nullable=False),
        sa.Column("our_number", db.RawText(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
    )
    op.create_table(
        "pop_up_seen",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("key", db.RawText(), nullable=False),
        sa.Column("digest", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_pop_up_seen_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "key", name=op.f("pk_pop_up_seen")),
    )
    op.create_table(
        "phone_number",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("user_id", db.Key, nullable=True),
        sa.Column("number", db.RawText(), nullable=False),
        sa.Column("label", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_phone_number_customer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_phone_number_site_id")),
        sa.ForeignKeyConstraint(["user_id"], ["customer_user.id"], name=op.f("fk_phone_number_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_number")),
    )
    op.create_index(op.f("ix_phone_number_customer_id"), "phone_number", ["customer_id"], unique=False)
    op.create_index(op.f("ix_phone_number_number"), "phone_number", ["number"], unique=False)
    op.create_index(op.f("ix_phone_number_user_id"), "phone_number", ["user_id"], unique=False)
    op.create_table(
        "pop_up_note",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("user_id", db.Key, nullable=True),
        sa.Column("text", db.RawText(), nullable=False),
        sa.Column("until", db.Instant(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_pop_up_note_customer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_pop_up_note_site_id")),
        sa.ForeignKeyConstraint(["user_id"], ["customer_user.id"], name=op.f("fk_pop_up_note_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pop_up_note")),
    )
    op.create_index(op.f("ix_pop_up_note_customer_id"), "pop_up_note", ["customer_id"], unique=False)
    op.add_column("customer", sa.Column("country", db.RawText(), nullable=True))
    op.add_column("customer_user", sa.Column("language", db.RawText(), nullable=True))
    op.add_column("customer_user", sa.Column("timezone", db.RawText(), nullable=True))
    op.add_column("customer_user", sa.Column("note", db.RawText(), nullable=False, server_default=""))
    op.add_column("customer_user", sa.Column("supported", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index(op.f("ix_customer_user_phone"), "customer_user", ["phone"], unique=False)
    op.add_column("site", sa.Column("country", db.RawText(), nullable=True))
    op.add_column("site", sa.Column("note", db.RawText(), nullable=False, server_default=""))
    op.add_column("site", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("site", "active")
    op.drop_column("site", "note")
    op.drop_column("site", "country")
    op.drop_index(op.f("ix_customer_user_phone"), table_name="customer_user")
    op.drop_column("customer_user", "supported")
    op.drop_column("customer_user", "note")
    op.drop_column("customer_user", "timezone")
    op.drop_column("customer_user", "language")
    op.drop_column("customer", "country")
    op.drop_index(op.f("ix_pop_up_note_customer_id"), table_name="pop_up_note")
    op.drop_table("pop_up_note")
    op.drop_index(op.f("ix_phone_number_user_id"), table_name="phone_number")
    op.drop_index(op.f("ix_phone_number_number"), table_name="phone_number")
    op.drop_index(op.f("ix_phone_number_customer_id"), table_name="phone_number")
    op.drop_table("phone_number")
    op.drop_table("pop_up_seen")
    op.drop_table("supplier")
