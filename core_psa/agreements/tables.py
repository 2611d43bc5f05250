from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Agreement(Base):
    """In force from `starts_on` to `ends_on`, both included; without an end until it is given one.

    Without a policy or calendar it says nothing about them, and the customer's, the team's or the desk's counts. Where it
    `raises_priority`, impact and urgency give what it covers the next more urgent priority.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_customer", "customer_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    sla_policy_id: Mapped[int | None] = mapped_column(ForeignKey("sla_policy.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    raises_priority: Mapped[bool] = mapped_column(default=False)


class AgreementSite(Base):
    """One site that is covered; an agreement without any covers all of the customer's."""

    __tablename__ = "agreement_site"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)


class AgreementType(Base):
    """One ticket type that is covered; an agreement without any covers all of them."""

    __tablename__ = "agreement_type"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), primary_key=True)
