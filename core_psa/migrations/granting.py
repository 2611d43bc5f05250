"""New permissions for the roles that every desk has, where a desk was set up before there were such permissions."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

_ROLE = sa.table(
    "role",
    sa.column("id", sa.BigInteger),
    sa.column("name", sa.Text),
    sa.column("permissions", sa.JSON),
    sa.column("builtin", sa.Boolean),
)


def grant(connection: sa.Connection, granted: Mapping[str, Sequence[str]]) -> None:
    """Adds these permissions to the built-in roles of these names; what a role has stays."""
    held = sa.select(_ROLE.c.id, _ROLE.c.name, _ROLE.c.permissions).where(_ROLE.c.builtin)
    for role_id, name, present in connection.execute(held).all():
        wanted = sorted({*present, *granted.get(name, ())})
        connection.execute(sa.update(_ROLE).where(_ROLE.c.id == role_id).values(permissions=wanted))
