from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class RoutingRule(Base):
    """One rule; they are asked by `position`, and the first that fits ends it unless it says `go_on`.

    `conditions` is a list of {"field", "values", "negated"}; all of them must hold, or any of them where not `match_all`.
    `pick` chooses an agent of the team: round_robin or least_loaded, among those with `skill_id` if one is named.
    """

    __tablename__ = "routing_rule"
    __table_args__ = (CheckConstraint("pick IN ('round_robin', 'least_loaded')", name="pick"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    match_all: Mapped[bool] = mapped_column(default=True)
    go_on: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_type.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    pick: Mapped[str | None]
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))


class RoutingTurn(Base):
    """Whose turn it was last by a rule. Whoever picks holds this row, so that no two pick at once."""

    __tablename__ = "routing_turn"

    rule_id: Mapped[int] = mapped_column(ForeignKey("routing_rule.id"), primary_key=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
