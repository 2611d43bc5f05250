from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class TypeField(Base):
    """A field of one ticket type. `name` is for good, as values are kept by it; `label` is what people read.

    `required_at` names the actions after which it must be filled in; `created` is the opening of a ticket.
    """

    __tablename__ = "type_field"
    __table_args__ = (UniqueConstraint("type_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"))
    name: Mapped[str]
    label: Mapped[str]
    kind: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(JSON)
    default: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    required_at: Mapped[list[str]] = mapped_column(JSON)
    help: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
