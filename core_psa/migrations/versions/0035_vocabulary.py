"""The words of a beginning are looked up: a few of them are found sooner one by one than merged."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE ticket_vocabulary USING fts5vocab('ticket_words', 'instance')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_vocabulary")
