"""Articles, canned answers and call scripts, with the search over articles."""

import sqlalchemy as sa
from alembic import op

from core_psa import db
from core_psa.migrations.granting import grant

revision = "0004"
down_revision = "0003"

TABLES = [
    "call_script",
    "article",
    "call_script_version",
    "article_customer",
    "article_feedback",
    "article_tag",
    "article_version",
    "canned_answer",
    "article_ticket",
]

SQLITE_SEARCH = (
    """
    CREATE VIRTUAL TABLE article_search USING fts5(
        title, search_text, content='article', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER article_search_new AFTER INSERT ON article BEGIN
        INSERT INTO article_search(rowid, title, search_text) VALUES (new.id, new.title, new.search_text);
    END
    """,
    """
    CREATE TRIGGER article_search_changed AFTER UPDATE OF title, search_text ON article BEGIN
        INSERT INTO article_search(article_search, rowid, title, search_text)
        VALUES ('delete', old.id, old.title, old.search_text);
        INSERT INTO article_search(rowid, title, search_text) VALUES (new.id, new.title, new.search_text);
    END
    """,
    """
    CREATE TRIGGER article_search_gone AFTER DELETE ON article BEGIN
        INSERT INTO article_search(article_search, rowid, title, search_text)
        VALUES ('delete', old.id, old.title, old.search_text);
    END
    """,
)
POSTGRESQL_SEARCH = """
CREATE INDEX ix_article_search ON article USING gin (
    (setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', search_text), 'B'))
)
"""
GRANTED = {
    "agent": ["knowledge.see", "knowledge.edit"],
    "dispatcher": ["knowledge.see", "knowledge.edit"],
    "team lead": ["knowledge.see", "knowledge.edit", "knowledge.publish"],
    "manager": ["knowledge.see", "knowledge.edit", "knowledge.publish"],
    "finance": ["knowledge.see"],
    "sales": ["knowledge.see"],
    "administrator": ["knowledge.see", "knowledge.edit", "knowledge.publish"],
}


def upgrade() -> None:
    op.create_table(
        "call_script",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("updated_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_script")),
        sa.UniqueConstraint("name", name=op.f("uq_call_script_name")),
    )
    op.create_table(
        "article",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("title", db.RawText(), nullable=False),
        sa.Column("body", db.RawText(), nullable=False),
        sa.Column("search_text", db.RawText(), nullable=False),
        sa.Column("visibility", db.RawText(), nullable=False),
        sa.Column("status", db.RawText(), nullable=False),
        sa.Column("category_id", db.Key, nullable=True),
        sa.Column("language", db.RawText(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("author", db.RawText(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("updated_at", db.Instant(), nullable=False),
        sa.Column("published_at", db.Instant(), nullable=True),
        sa.Column("source", db.RawText(), nullable=True),
        sa.Column("external_id", db.RawText(), nullable=True),
        sa.CheckConstraint("status IN ('draft', 'published', 'retired')", name=op.f("ck_article_status")),
        sa.CheckConstraint("visibility IN ('internal', 'customers', 'public')", name=op.f("ck_article_visibility")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_article_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_article_source_external_id")),
    )
    op.create_index(op.f("ix_article_category_id"), "article", ["category_id"], unique=False)
    op.create_index("ix_article_updated", "article", ["updated_at", "id"], unique=False)
    op.create_table(
        "call_script_version",
        sa.Column("script_id", db.Key, nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("author", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["script_id"], ["call_script.id"], name=op.f("fk_call_script_version_script_id")),
        sa.PrimaryKeyConstraint("script_id", "version", name=op.f("pk_call_script_version")),
    )
    op.create_table(
        "article_customer",
        sa.Column("article_id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_customer_article_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_article_customer_customer_id")),
        sa.PrimaryKeyConstraint("article_id", "customer_id", name=op.f("pk_article_customer")),
    )
    op.create_index(op.f("ix_article_customer_customer_id"), "article_customer", ["customer_id"], unique=False)
    op.create_table(
        "article_feedback",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("article_id", db.Key, nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("comment", db.RawText(), nullable=False),
        sa.Column("reader_kind", db.RawText(), nullable=False),
        sa.Column("reader_id", db.Key, nullable=False),
        sa.Column("reader", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_feedback_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
        sa.UniqueConstraint(
            "article_id", "reader_kind", "reader_id", name=op.f("uq_article_feedback_article_id_reader_kind_reader_id")
        ),
    )
    op.create_table(
        "article_tag",
        sa.Column("tag", db.RawText(), nullable=False),
        sa.Column("article_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_tag_article_id")),
        sa.PrimaryKeyConstraint("tag", "article_id", name=op.f("pk_article_tag")),
    )
    op.create_index(op.f("ix_article_tag_article_id"), "article_tag", ["article_id"], unique=False)
    op.create_table(
        "article_version",
        sa.Column("article_id", db.Key, nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("title", db.RawText(), nullable=False),
        sa.Column("body", db.RawText(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("remark", db.RawText(), nullable=False),
        sa.Column("author_kind", db.RawText(), nullable=False),
        sa.Column("author_id", db.Key, nullable=True),
        sa.Column("author", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_version_article_id")),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_article_version")),
    )
    op.create_table(
        "canned_answer",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("body", db.RawText(), nullable=False),
        sa.Column("scope", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", db.Instant(), nullable=False),
        sa.CheckConstraint(
            "(scope = 'personal') = (agent_id IS NOT NULL) AND (scope = 'team') = (team_id IS NOT NULL)",
            name=op.f("ck_canned_answer_owner"),
        ),
        sa.CheckConstraint("scope IN ('personal', 'team', 'desk')", name=op.f("ck_canned_answer_scope")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_canned_answer_agent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_canned_answer_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answer")),
    )
    op.create_index(op.f("ix_canned_answer_agent_id"), "canned_answer", ["agent_id"], unique=False)
    op.create_index(op.f("ix_canned_answer_team_id"), "canned_answer", ["team_id"], unique=False)
    op.create_table(
        "article_ticket",
        sa.Column("article_id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('used', 'solved')", name=op.f("ck_article_ticket_kind")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_ticket_article_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_article_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("article_id", "ticket_id", name=op.f("pk_article_ticket")),
    )
    op.create_index(op.f("ix_article_ticket_ticket_id"), "article_ticket", ["ticket_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.execute(POSTGRESQL_SEARCH)
    grant(op.get_bind(), GRANTED)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_search")

    for table in reversed(TABLES):
        op.drop_table(table)
