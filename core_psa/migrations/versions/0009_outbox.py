"""Mails know whom they are for, and whether an administrator let them go."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("audience", db.RawText(), nullable=False, server_default="agent"))
    op.add_column("outgoing_mail", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false()))
    grant(op.get_bind(), {"administrator": ["notices.edit"]})


def downgrade() -> None:
    op.drop_column("outgoing_mail", "released")
    op.drop_column("outgoing_mail", "audience")
