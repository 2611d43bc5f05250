from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Customer(Base):
    """`country` (ISO 3166, two letters) says how telephone numbers without a country code are meant."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
    country: Mapped[str | None]
    vip: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class CustomerDomain(Base):
    __tablename__ = "customer_domain"

    domain: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)


class Site(Base):
    """Without a time zone or country of its own, the customer's counts."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("customer_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str | None]
    country: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class User(Base):
    """The customer's person. An address may be unknown (a phone caller), but is never shared by two users.

    `phone` is the number they are called at first; further ones are PhoneNumbers. One who is not `supported` is in no
    agreement: whoever opens their ticket is told. Without a time zone or language of their own, the customer's counts.
    """

    __tablename__ = "customer_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str | None]
    timezone: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    vip: Mapped[bool] = mapped_column(default=False)
    supported: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class PhoneNumber(Base):
    """A number in E.164 and what it is for (mobile, reception): of the customer, of one of its sites, or of one of its users."""

    __tablename__ = "phone_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"), index=True)
    number: Mapped[str] = mapped_column(index=True)
    label: Mapped[str] = mapped_column(default="")


class PopUpNote(Base):
    """What whoever opens a ticket of this customer, site or user has to know first, and confirm once."""

    __tablename__ = "pop_up_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"))
    text: Mapped[str]
    until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)


class PopUpSeen(Base):
    """An agent confirmed a pop-up as it was worded then: `digest` is of its words, so that a change asks again."""

    __tablename__ = "pop_up_seen"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    at: Mapped[datetime]


class Supplier(Base):
    """Whom the desk buys from or waits for. `domains` are the mail domains they write from."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str] = mapped_column(default="")
    our_number: Mapped[str] = mapped_column(default="")
    domains: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
