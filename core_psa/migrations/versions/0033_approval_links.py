"""Every mail that asks a contact for approval has a link of its own, and all of them work."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "approval_link",
        sa.Column("token_hash", db.RawText(), nullable=False),
        sa.Column("approval_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_approval_link_approval_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_approval_link")),
    )
    op.create_index("ix_approval_link_approval_id", "approval_link", ["approval_id"], unique=False)
    approval = sa.table("approval", sa.column("id", db.Key), sa.column("token_hash", db.RawText()))
    link = sa.table("approval_link", sa.column("token_hash", db.RawText()), sa.column("approval_id", db.Key))
    kept = sa.select(approval.c.token_hash, approval.c.id).where(approval.c.token_hash.is_not(None))
    op.execute(link.insert().from_select(["token_hash", "approval_id"], kept))
    with op.batch_alter_table("approval") as batch:
        batch.drop_constraint(op.f("uq_approval_token_hash"), type_="unique")
        batch.drop_column("token_hash")


def downgrade() -> None:
    with op.batch_alter_table("approval") as batch:
        batch.add_column(sa.Column("token_hash", db.RawText(), nullable=True))
        batch.create_unique_constraint(op.f("uq_approval_token_hash"), ["token_hash"])
    op.drop_table("approval_link")
