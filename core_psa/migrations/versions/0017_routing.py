"""Routing rules, and whose turn it is."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0017"
down_revision = "0016"

_REFERENCES = (
    ("type_id", "ticket_type"),
    ("category_id", "category"),
    ("priority_id", "priority"),
    ("team_id", "team"),
    ("assignee_id", "agent"),
    ("skill_id", "skill"),
)


def upgrade() -> None:
    op.create_table(
        "routing_rule",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("position", db.Key, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("match_all", sa.Boolean(), nullable=False),
        sa.Column("go_on", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("pick", db.RawText(), nullable=True),
        *(sa.Column(name, db.Key, nullable=True) for name, _ in _REFERENCES),
        sa.CheckConstraint("pick IN ('round_robin', 'least_loaded')", name=op.f("ck_routing_rule_pick")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_routing_rule_{name}"))
            for name, table in _REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_routing_rule_name")),
    )
    op.create_table(
        "routing_turn",
        sa.Column("rule_id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_routing_turn_agent_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["routing_rule.id"], name=op.f("fk_routing_turn_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_routing_turn")),
    )


def downgrade() -> None:
    op.drop_table("routing_turn")
    op.drop_table("routing_rule")
