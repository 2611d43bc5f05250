"""An import counts the records it has changed apart from those it has left alone."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("import_run", sa.Column("rows_updated", db.Key, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("import_run", "rows_updated")
