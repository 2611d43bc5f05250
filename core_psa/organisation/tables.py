from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Organisation(Base):
    """The one row that names this desk. A `sandbox` is there to try things out on, and sends nothing to anybody."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    sandbox: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Department(Base):
    """`lead_id` is whom its teams' leads turn to."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    active: Mapped[bool] = mapped_column(default=True)


class Team(Base):
    """`lead_id` is whom escalations of its tickets go to."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    active: Mapped[bool] = mapped_column(default=True)


class Role(Base):
    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[list[str]] = mapped_column(JSON)
    builtin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class Agent(Base):
    __tablename__ = "agent"
    __table_args__ = (CheckConstraint("tier BETWEEN 1 AND 3", name="tier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    tier: Mapped[int] = mapped_column(default=1)
    extension: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="UTC")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class AgentRole(Base):
    __tablename__ = "agent_role"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)


class TeamMember(Base):
    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)


class Skill(Base):
    __tablename__ = "skill"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class AgentSkill(Base):
    __tablename__ = "agent_skill"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class Shift(Base):
    """When an agent usually works: a weekday (0 = Monday) and minutes of the agent's own day."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts >= 0 AND starts < ends AND ends <= 1440", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]


class Absence(Base):
    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
