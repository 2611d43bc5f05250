"""The fold of the assets is called as they are everywhere else."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

OPEN_FOLDS = sa.table("open_folds", sa.column("agent_id"), sa.column("names", sa.JSON))


def upgrade() -> None:
    _rename("devices", "assets")


def downgrade() -> None:
    _rename("assets", "devices")


def _rename(before: str, after: str) -> None:
    for agent_id, names in op.get_bind().execute(sa.select(OPEN_FOLDS)).all():
        renamed = [after if name == before else name for name in names]
        op.execute(OPEN_FOLDS.update().where(OPEN_FOLDS.c.agent_id == agent_id).values(names=renamed))
