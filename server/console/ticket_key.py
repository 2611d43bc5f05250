"""A ticket's number, as addresses of pages carry it."""

from typing import Annotated

from fastapi import Path

TicketKey = Annotated[str, Path(pattern=r"^\d{1,18}$")]
