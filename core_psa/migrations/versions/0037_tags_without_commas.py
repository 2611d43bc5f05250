"""A tag holds no comma: one that did becomes those which the comma parts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_OWNERS = {"ticket_tag": "ticket_id", "article_tag": "article_id"}
_LISTS = ("routing_rule", "recurring_ticket")


def upgrade() -> None:
    for name, owner in _OWNERS.items():
        _part_rows(sa.table(name, sa.column("tag"), sa.column(owner)), owner)
    for name in _LISTS:
        _part_lists(sa.table(name, sa.column("id"), sa.column("tags", sa.JSON)))


def downgrade() -> None:
    """Nothing to take back: the parts are as good as the whole was."""


def _part_rows(table: sa.TableClause, owner: str) -> None:
    connection, tag, of = op.get_bind(), table.c.tag, table.c[owner]
    for whole, owner_id in connection.execute(sa.select(tag, of).where(tag.contains(","))).all():
        standing = set(connection.scalars(sa.select(tag).where(of == owner_id)))
        fresh = [{"tag": part, owner: owner_id} for part in _parts([whole]) if part not in standing]
        if fresh:
            connection.execute(sa.insert(table), fresh)
        connection.execute(sa.delete(table).where(tag == whole, of == owner_id))


def _part_lists(table: sa.TableClause) -> None:
    connection = op.get_bind()
    for row_id, tags in connection.execute(sa.select(table.c.id, table.c.tags)).all():
        if any("," in tag for tag in tags):
            connection.execute(sa.update(table).where(table.c.id == row_id).values(tags=_parts(tags)))


def _parts(tags: list[Any]) -> list[str]:
    return sorted({part.strip() for tag in tags for part in tag.split(",") if part.strip()})
