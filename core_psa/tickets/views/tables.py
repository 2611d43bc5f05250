from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base

_DESK = text("scope = 'desk'")


class SavedView(Base):
    """`parameters` are those of the queue's address by name; `columns` are names of `rules.COLUMNS` in their order."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("scope IN ('own', 'team', 'desk')", name="scope"),
        CheckConstraint("(scope = 'own') = (agent_id IS NOT NULL)", name="owner"),
        CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name="team"),
        # What is shared goes by its name.
        Index("uq_saved_view_team", "team_id", "name", unique=True),
        Index("uq_saved_view_desk", "name", unique=True, sqlite_where=_DESK, postgresql_where=_DESK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    scope: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    parameters: Mapped[dict[str, str]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)


class DefaultView(Base):
    """The view an agent's queue opens with."""

    __tablename__ = "default_view"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id"), index=True)


class OpenFolds(Base):
    """Which folds of the panel beside a ticket this agent keeps open: names of `rules.FOLDS`."""

    __tablename__ = "open_folds"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    names: Mapped[list[str]] = mapped_column(JSON)
