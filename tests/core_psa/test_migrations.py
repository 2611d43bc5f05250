"""The migrations make exactly the tables the code maps, on both engines."""

from importlib import import_module
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from core_psa import migrations
from core_psa.db import Database
from core_psa.errors import StoreUnavailable
from core_psa.tables import METADATA
from core_psa.tickets.store import tags_of
from tests.desk import opened


def test_the_migrated_tables_are_those_the_code_maps(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _mapped})
        assert compare_metadata(context, METADATA) == []


def _mapped(_record: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    """What serves search alone is each engine's own and unknown to the mapping."""
    return name != "search" and not str(name).startswith(
        ("ticket_words", "ix_ticket_words", "ticket_vocabulary", "article_search", "ix_article_search")
    )


def test_upgrading_twice_does_nothing(db: Database) -> None:
    migrations.upgrade(db)
    assert migrations.version_of(db) == migrations.NEWEST


def test_views_of_one_name_are_told_apart(db: Database) -> None:
    with db.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.downgrade(config, "0035")
        for name in ("Late", "late", "Late (2)", "Late", "Early"):
            row = {"name": name, "scope": "desk", "parameters": {}, "columns": []}
            connection.execute(METADATA.tables["saved_view"].insert(), row)
        command.upgrade(config, "head")
        names = connection.scalars(text("SELECT name FROM saved_view ORDER BY id")).all()
        connection.rollback()
    assert names == ["Late", "late (3)", "Late (2)", "Late (4)", "Early"]


def test_an_empty_store_says_how_to_make_a_desk(tmp_path: object) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(StoreUnavailable, match="fifthcall init"):
        migrations.require_newest(db)
    db.close()


@pytest.mark.parametrize(("version", "advice"), [("0000", "fifthcall init"), ("9999", "newer")])
def test_a_store_of_another_version_says_what_to_do(db: Database, version: str, advice: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    with pytest.raises(StoreUnavailable, match=advice):
        migrations.require_newest(db)


def test_a_tag_that_held_a_comma_becomes_those_it_parts(db: Database) -> None:
    ticket_id = opened(db, tags=("mail",))
    with db.engine.begin() as connection:
        for tag in ("mail, slow", "a,,b"):
            connection.execute(text("INSERT INTO ticket_tag VALUES (:tag, :id)"), {"tag": tag, "id": ticket_id})
        with Operations.context(MigrationContext.configure(connection)):
            import_module("core_psa.migrations.versions.0037_tags_without_commas").upgrade()
    with db.read() as session:
        assert tags_of(session, [ticket_id]) == {ticket_id: ["a", "b", "mail", "slow"]}
