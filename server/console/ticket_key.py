"""A ticket's number and other records' ids, as addresses of pages carry them."""

from typing import Annotated

from fastapi import Path

from core_psa.db.fields import MAX_KEY

TicketKey = Annotated[str, Path(pattern=r"^\d{1,18}$")]
Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
