"""Departments, skills, roles, calendars and SLA policies can be retired."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

TABLES = ("department", "skill", "role", "calendar", "sla_policy")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "active")
