from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base, Duration


class Calendar(Base):
    """Business hours in one time zone. `version` rises with every change of its windows or holidays."""

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str]
    always_open: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class CalendarWindow(Base):
    """One opening on one weekday (0 = Monday), in minutes of that day."""

    __tablename__ = "calendar_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="minutes"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[int] = mapped_column(primary_key=True)
    closes: Mapped[int]


class CalendarHoliday(Base):
    __tablename__ = "calendar_holiday"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str]


class PastCalendar(Base):
    """A calendar as it was until it was changed, so that what was counted in it can be counted again."""

    __tablename__ = "past_calendar"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)


class SlaPolicy(Base):
    """What is promised: targets by priority, and how their clocks behave. One without targets promises nothing, on purpose.

    `pauses`: whether waiting for somebody else stops the resolution and update clocks. `reopening`: `continue` leaves the
    closed time out and goes on, `restart` begins anew. `updates`: `always` asks agents to speak at every interval,
    `when_asked` only after the customer did. `at_risk_from`: the share of a budget, in per cent, from which a ticket is
    shown as at risk. A ticket without a priority is measured as one of `presumed_priority_id`. `version` rises with every change.
    """

    __tablename__ = "sla_policy"
    __table_args__ = (
        CheckConstraint("reopening IN ('continue', 'restart')", name="reopening"),
        CheckConstraint("updates IN ('always', 'when_asked')", name="updates"),
        CheckConstraint("at_risk_from BETWEEN 1 AND 99", name="at_risk_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    pauses: Mapped[bool] = mapped_column(default=True)
    reopening: Mapped[str] = mapped_column(default="continue")
    updates: Mapped[str] = mapped_column(default="when_asked")
    at_risk_from: Mapped[int] = mapped_column(default=75)
    presumed_priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    version: Mapped[int] = mapped_column(default=1)


class SlaTarget(Base):
    """A budget of minutes for one clock at one priority: of business time, or of real time where `always_open`."""

    __tablename__ = "sla_target"
    __table_args__ = (
        CheckConstraint("kind IN ('response', 'update', 'resolution')", name="kind"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    policy_id: Mapped[int] = mapped_column(ForeignKey("sla_policy.id"), primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    always_open: Mapped[bool] = mapped_column(default=False)


class SlaWarning(Base):
    """Who is told when this share (per cent) of a budget is used up. One with a `level` escalates to it."""

    __tablename__ = "sla_warning"
    __table_args__ = (CheckConstraint("percent BETWEEN 1 AND 1000", name="percent"),)

    policy_id: Mapped[int] = mapped_column(ForeignKey("sla_policy.id"), primary_key=True)
    percent: Mapped[int] = mapped_column(primary_key=True)
    recipients: Mapped[list[str]] = mapped_column(JSON)
    agent_ids: Mapped[list[int]] = mapped_column(JSON)
    level: Mapped[int | None]


class CustomerPolicy(Base):
    """The policy of a customer's tickets, where no agreement names one."""

    __tablename__ = "customer_policy"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("sla_policy.id"), index=True)


class TeamPolicy(Base):
    """The policy of a team's tickets, where neither agreement nor customer names one."""

    __tablename__ = "team_policy"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("sla_policy.id"), index=True)


_LIVE = text("state <> 'done'")
_OPEN = text("ended_at IS NULL")


class SlaTicket(Base):
    """What the clocks know of a ticket, what was chosen for it and why. Imported history has no row and no clocks.

    The first columns repeat the ticket's, which keeps the references. `standing` is none (nothing promised), ok, at_risk,
    paused or breached; `level` the highest escalation so far. `stale` rows wait until the clocks follow a changed
    policy, calendar or agreement.
    """

    __tablename__ = "sla_ticket"
    __table_args__ = (
        Index("ix_sla_ticket_standing", "standing", "ticket_id"),
        Index("ix_sla_ticket_live", "ticket_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_sla_ticket_stale", "ticket_id", sqlite_where=text("stale"), postgresql_where=text("stale")),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    created_at: Mapped[datetime]
    state: Mapped[str]
    customer_id: Mapped[int | None]
    site_id: Mapped[int | None]
    type_id: Mapped[int]
    team_id: Mapped[int | None]
    priority_id: Mapped[int | None]
    policy_id: Mapped[int] = mapped_column(ForeignKey("sla_policy.id"))
    policy_from: Mapped[str]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    calendar_from: Mapped[str]
    standing: Mapped[str]
    level: Mapped[int] = mapped_column(default=0)
    stale: Mapped[bool] = mapped_column(default=False)


class SlaClock(Base):
    """One promise on one ticket; a further update, or a reopening that starts again, begins a further `cycle`.

    Running from `running_since`, stopped at `stopped_at`, paused where neither is set. `consumed` is what the closed
    intervals add up to. `breached_at` never goes away. `answered` tells what stopped it: an agent's word, or else the end of the work. `told` is the highest share (per cent) that was told of;
    `next_at` the instant of the next one, by which the scan finds it.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "cycle"),
        Index(
            "ix_sla_clock_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str]
    cycle: Mapped[int]
    started_at: Mapped[datetime]
    budget: Mapped[timedelta | None] = mapped_column(Duration)
    always_open: Mapped[bool]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    calendar_version: Mapped[int]
    consumed: Mapped[timedelta] = mapped_column(Duration)
    running_since: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(default=0)
    answered: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime | None]


class SlaInterval(Base):
    """One stretch in which a clock ran: why it began and ended, in which calendar version it counted, and what it added.

    `worked` and `total`, the clock's consumed time after it, are known when it has ended.
    """

    __tablename__ = "sla_interval"
    __table_args__ = (
        # A clock runs once at a time.
        Index("uq_sla_interval_open", "clock_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("sla_clock.id"), index=True)
    started_at: Mapped[datetime]
    began: Mapped[str]
    budget: Mapped[timedelta | None] = mapped_column(Duration)
    always_open: Mapped[bool]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    calendar_version: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended: Mapped[str | None]
    worked: Mapped[timedelta | None] = mapped_column(Duration)
    total: Mapped[timedelta | None] = mapped_column(Duration)
