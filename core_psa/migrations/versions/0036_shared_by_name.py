"""What is shared goes by its name: of views and canned answers a team, and the desk, has one of each name."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0036"
down_revision = "0035"

_TABLES = ("saved_view", "canned_answer")
_DESK = sa.text("scope = 'desk'")
# What a name may be long, less the number that a double gets.
_LONGEST = 490


def upgrade() -> None:
    for table in _TABLES:
        _tell_apart(table)
        op.create_index(f"uq_{table}_team", table, ["team_id", "name"], unique=True)
        op.create_index(f"uq_{table}_desk", table, ["name"], unique=True, sqlite_where=_DESK, postgresql_where=_DESK)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"uq_{table}_desk", table)
        op.drop_index(f"uq_{table}_team", table)


def _tell_apart(name: str) -> None:
    """The oldest of several keeps its name, the others are numbered."""
    table = sa.table(name, *(sa.column(c, t) for c, t in (("id", db.Key), ("team_id", db.Key), ("name", db.RawText()))))
    shared = sa.select(table).where(sa.column("scope").in_(("team", "desk"))).order_by(table.c.id)
    rows = op.get_bind().execute(shared).all()
    for team_id in {row.team_id for row in rows}:
        for row_id, new in _numbered((row.id, row.name) for row in rows if row.team_id == team_id):
            op.execute(table.update().where(table.c.id == row_id).values(name=new))


def _numbered(named: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """Which get another name, and it; capitals do not tell two apart."""
    rows = [*named]
    taken, kept = {name.lower() for _, name in rows}, set[str]()
    for row_id, name in rows:
        if name.lower() in kept:
            new = next(n for i in range(2, len(rows) + 2) if (n := f"{name[:_LONGEST]} ({i})").lower() not in taken)
            taken.add(new.lower())
            yield row_id, new
        kept.add(name.lower())
