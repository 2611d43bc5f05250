"""Who sees to what before the desk goes live, and who signed it off."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "set_up_step",
        sa.Column("step", db.RawText(), nullable=False),
        sa.Column("owner_id", db.Key, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name=op.f("fk_set_up_step_owner_id")),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_set_up_step")),
    )
    op.create_table(
        "sign_off",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_sign_off_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    grant(op.get_bind(), dict.fromkeys(("manager", "administrator"), ("setup.edit",)))


def downgrade() -> None:
    op.drop_table("sign_off")
    op.drop_table("set_up_step")
