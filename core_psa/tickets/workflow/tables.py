from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class ActionDefinition(Base):
    """Something people can do to a ticket; `name` is what programs call it, `kind` what the desk does.

    It leads to `status_id`: always, or, where `from_status_ids` are named, from those alone. `required` are the fields
    that must be filled in afterwards, `time` is no, asked or required. Empty `role_ids` means whoever has the permission.
    """

    __tablename__ = "action_definition"
    __table_args__ = (CheckConstraint("time IN ('no', 'asked', 'required')", name="time"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]
    states: Mapped[list[str]] = mapped_column(JSON)
    required: Mapped[list[str]] = mapped_column(JSON)
    status_id: Mapped[int | None] = mapped_column(ForeignKey("status.id"))
    from_status_ids: Mapped[list[int]] = mapped_column(JSON)
    permission: Mapped[str] = mapped_column(default="tickets.edit")
    role_ids: Mapped[list[int]] = mapped_column(JSON)
    customers_may: Mapped[bool] = mapped_column(default=False)
    tells_customer: Mapped[bool] = mapped_column(default=False)
    time: Mapped[str] = mapped_column(default="no")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    builtin: Mapped[bool] = mapped_column(default=False)


class Workflow(Base):
    """A type's own workflow, read and saved whole. A type without a row follows `builtin`.

    `transitions` are [action name, id of the status before, id of the status after].
    """

    __tablename__ = "workflow"

    type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), primary_key=True)
    default_status_id: Mapped[int] = mapped_column(ForeignKey("status.id"))
    status_ids: Mapped[list[int]] = mapped_column(JSON)
    actions: Mapped[list[str]] = mapped_column(JSON)
    transitions: Mapped[list[list[Any]]] = mapped_column(JSON)


class Gate(Base):
    """What must be true before a ticket enters a status; without one, before its work ends.

    It holds for the tickets of a type, of a team, of both, or for all.
    """

    __tablename__ = "gate"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_type.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    status_id: Mapped[int | None] = mapped_column(ForeignKey("status.id"))
    fields: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
