"""Second factors, identity providers, scopes of API keys."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "identity_provider",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("issuer", db.RawText(), nullable=False),
        sa.Column("client_id", db.RawText(), nullable=False),
        sa.Column("client_secret", db.RawText(), nullable=False),
        sa.Column("groups_claim", db.RawText(), nullable=False),
        sa.Column("role_by_group", sa.JSON(), nullable=False),
        sa.Column("creates_agents", sa.Boolean(), nullable=False),
        sa.Column("local_sign_in", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_provider")),
        sa.UniqueConstraint("name", name=op.f("uq_identity_provider_name")),
    )
    op.create_table(
        "identity_attempt",
        sa.Column("state_hash", db.RawText(), nullable=False),
        sa.Column("provider_id", db.Key, nullable=False),
        sa.Column("browser_hash", db.RawText(), nullable=False),
        sa.Column("nonce", db.RawText(), nullable=False),
        sa.Column("verifier", db.RawText(), nullable=False),
        sa.Column("target", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("expires_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_identity_attempt_agent_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["identity_provider.id"], name=op.f("fk_identity_attempt_provider_id")
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_identity_attempt")),
    )
    op.create_index(op.f("ix_identity_attempt_expires_at"), "identity_attempt", ["expires_at"], unique=False)
    op.create_table(
        "identity_link",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("provider_id", db.Key, nullable=False),
        sa.Column("subject", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("email", db.RawText(), nullable=False),
        sa.Column("linked_at", db.Instant(), nullable=False),
        sa.Column("used_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_identity_link_agent_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["identity_provider.id"], name=op.f("fk_identity_link_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_link")),
        sa.UniqueConstraint("provider_id", "subject", name=op.f("uq_identity_link_provider_id_subject")),
    )
    op.create_index(op.f("ix_identity_link_agent_id"), "identity_link", ["agent_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("code_hash", db.RawText(), nullable=False),
        sa.Column("used_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_recovery_code_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_agent_id"), "recovery_code", ["agent_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("secret", db.RawText(), nullable=False),
        sa.Column("last_step", db.Key, nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("confirmed_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_second_factor_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "second_factor_rule",
        sa.Column("role_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_second_factor_rule_role_id")),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_second_factor_rule")),
    )
    op.add_column("api_key", sa.Column("scopes", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("sign_in_session", sa.Column("stage", db.RawText(), nullable=False, server_default="full"))
    op.add_column("sign_in_session", sa.Column("method", db.RawText(), nullable=False, server_default="password"))


def downgrade() -> None:
    op.drop_column("sign_in_session", "method")
    op.drop_column("sign_in_session", "stage")
    op.drop_column("api_key", "scopes")
    op.drop_table("second_factor_rule")
    op.drop_table("second_factor")
    op.drop_index(op.f("ix_recovery_code_agent_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_identity_link_agent_id"), table_name="identity_link")
    op.drop_table("identity_link")
    op.drop_index(op.f("ix_identity_attempt_expires_at"), table_name="identity_attempt")
    op.drop_table("identity_attempt")
    op.drop_table("identity_provider")
