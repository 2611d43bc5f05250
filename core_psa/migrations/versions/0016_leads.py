"""Teams and departments have leads."""

from alembic import op

revision = "0016"
down_revision = "0015"

TABLES = ("department", "team")


def upgrade() -> None:
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in TABLES:
        # Written out: SQLite takes a reference with a new column, but none afterwards.
        op.execute(f"ALTER TABLE {table} ADD COLUMN lead_id {kind} CONSTRAINT fk_{table}_lead_id REFERENCES agent (id)")


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("lead_id")
