from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class AuditEntry(Base):
    """One change to one record; `changes` maps each field to [before, after]."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record", "record_kind", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    record_kind: Mapped[str]
    record_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)


class ConfigurationVersion(Base):
    """The whole configuration as it stood once. `reason` says why it was kept: before an import, an import, a roll-back, or
    because somebody wanted to. `ids` are those of the rows then, by table and key, so that one which has got another name since is
    found again."""

    __tablename__ = "configuration_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    ids: Mapped[dict[str, Any]] = mapped_column(JSON)
