from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class AssetType(Base):
    """`fields` are the type's own: {"key", "label", "kind": text | number | date | choice, "options", "required"}."""

    __tablename__ = "asset_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)


class Asset(Base):
    """`values` hold the type's own fields by key, `remote_id` is what remote-access tools know the asset by."""

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("status IN ('ordered', 'in stock', 'in use', 'in repair', 'retired', 'lost')", name="status"),
        Index("ix_asset_customer", "customer_id", "name", "id"),
        UniqueConstraint("source", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"), index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("asset_type.id"))
    name: Mapped[str]
    serial: Mapped[str] = mapped_column(default="", index=True)
    status: Mapped[str] = mapped_column(default="in use")
    supported: Mapped[bool] = mapped_column(default=True)
    warranty_until: Mapped[date | None]
    remote_id: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None]
    external_id: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AssetRelation(Base):
    """One asset runs on another, or is connected to it."""

    __tablename__ = "asset_relation"
    __table_args__ = (CheckConstraint("kind IN ('runs on', 'connected to')", name="kind"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


class AssetTicket(Base):
    """A ticket that is about an asset."""

    __tablename__ = "asset_ticket"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class RemoteTool(Base):
    """A remote-access program: its address with a gap for the asset's {remote_id}, and the types it opens, none being all."""

    __tablename__ = "remote_tool"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    type_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)


class RemoteSession(Base):
    """One use of a remote-access tool out of a ticket; open until somebody says that it has ended."""

    __tablename__ = "remote_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    tool: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    by: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DocumentLink(Base):
    """Where documentation of a customer, or of one of its assets, stands. The link alone: never what is behind it."""

    __tablename__ = "document_link"
    __table_args__ = (Index("ix_document_link_customer", "customer_id", "label", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    label: Mapped[str]
    url: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
