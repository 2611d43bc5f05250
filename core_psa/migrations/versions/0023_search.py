"""Every message of a ticket can be found; PostgreSQL finds words without their accents and inside addresses, as SQLite does."""

from alembic import op

revision = "0023"
down_revision = "0022"

TOKENIZER = "tokenize='unicode61 remove_diacritics 2'"
SAID = """
(SELECT substr({join}(body, ' '), 1, 100000) FROM action
WHERE action.ticket_id = ticket.id AND kind <> 'created' AND {public})
"""
EVERY = " FROM ticket JOIN ticket_text ON ticket_text.ticket_id = ticket.id"
SQLITE = (
    "DROP TABLE ticket_search",
    f"""
    CREATE VIRTUAL TABLE ticket_words
    USING fts5(subject, message, said, notes, content='', contentless_delete=1, {TOKENIZER})
    """,
    "INSERT INTO ticket_words (rowid, subject, message, said, notes) SELECT ticket.id, subject, text,"
    + SAID.format(join="group_concat", public="public")
    + ","
    + SAID.format(join="group_concat", public="NOT public")
    + EVERY,
)
# Accents and ASCII punctuation gone: the default parser would take an address for one word.
WORDS_OF = r"""
CREATE FUNCTION words_of(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT lower(regexp_replace(
    normalize(regexp_replace(normalize(said, NFD), '[\u0300-\u036f]+', '', 'g'), NFC),
    '[!-/:-@\[-`{-~]+', ' ', 'g'
))
$$
"""
PART = "setweight(to_tsvector('simple', words_of(left(coalesce({}, ''), 100000))), '{}')"
ARTICLE = "(setweight(to_tsvector('simple', {}), 'A') || setweight(to_tsvector('simple', {}), 'B'))"
POSTGRESQL = (
    "ALTER TABLE ticket_text DROP COLUMN search",
    WORDS_OF,
    "CREATE TABLE ticket_words (ticket_id bigint PRIMARY KEY REFERENCES ticket (id), words tsvector NOT NULL)",
    "INSERT INTO ticket_words SELECT ticket.id, "
    + " || ".join(
        PART.format(text, weight)
        for text, weight in (
            ("subject", "A"),
            ("text", "B"),
            (SAID.format(join="string_agg", public="public"), "C"),
            (SAID.format(join="string_agg", public="NOT public"), "D"),
        )
    )
    + EVERY,
    "CREATE INDEX ix_ticket_words ON ticket_words USING gin (words)",
    "DROP INDEX ix_article_search",
    f"CREATE INDEX ix_article_search ON article USING gin ({ARTICLE.format('words_of(title)', 'words_of(search_text)')})",
)
BACK_SQLITE = (
    "DROP TABLE ticket_words",
    f"CREATE VIRTUAL TABLE ticket_search USING fts5(text, content='ticket_text', content_rowid='ticket_id', {TOKENIZER})",
    "INSERT INTO ticket_search(ticket_search) VALUES ('rebuild')",
)
BACK_POSTGRESQL = (
    "DROP INDEX ix_article_search",
    f"CREATE INDEX ix_article_search ON article USING gin ({ARTICLE.format('title', 'search_text')})",
    "DROP TABLE ticket_words",
    "DROP FUNCTION words_of(text)",
    """
    ALTER TABLE ticket_text
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', left(text, 100000))) STORED
    """,
    "CREATE INDEX ix_ticket_text_search ON ticket_text USING gin (search)",
)


def upgrade() -> None:
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    _run(BACK_SQLITE, BACK_POSTGRESQL)


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.get_bind().exec_driver_sql(statement)
