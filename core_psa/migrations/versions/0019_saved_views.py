"""Saved views of the queue, and who may share them."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0019"
down_revision = "0018"

_MAY_SHARE = ("dispatcher", "team lead", "manager", "administrator")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("scope", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.CheckConstraint("scope IN ('own', 'team', 'desk')", name=op.f("ck_saved_view_scope")),
        sa.CheckConstraint("(scope = 'own') = (agent_id IS NOT NULL)", name=op.f("ck_saved_view_owner")),
        sa.CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name=op.f("ck_saved_view_team")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_saved_view_agent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_saved_view_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_agent_id"), "saved_view", ["agent_id"], unique=False)
    op.create_table(
        "default_view",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("view_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_default_view_agent_id")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_view.id"], name=op.f("fk_default_view_view_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_default_view")),
    )
    op.create_index(op.f("ix_default_view_view_id"), "default_view", ["view_id"], unique=False)
    grant(op.get_bind(), dict.fromkeys(_MAY_SHARE, ("tickets.share_views",)))


def downgrade() -> None:
    op.drop_table("default_view")
    op.drop_table("saved_view")
