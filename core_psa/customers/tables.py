from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
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
    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("customer_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str | None]


class User(Base):
    """The customer's person. An address may be unknown (a phone caller), but is never shared by two users."""

    __tablename__ = "customer_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None]
    vip: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
