"""What other areas show on a customer's page, in one list: a template, and what it is given to draw.

A block is drawn in the order of the list, for those who hold its permission.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core_psa.assets.store import document_page
from core_psa.assets.tables import DocumentLink
from core_psa.reads.agreed import agreed
from core_psa.viewer import Viewer

_DOCUMENTS = 50

Facts = Callable[[Session, Viewer, int], Any]


@dataclass(frozen=True)
class Block:
    """`facts` is called with the session, the viewer and the customer's id; the template reads them as `facts`."""

    template: str
    permission: str
    facts: Facts


def _documents(session: Session, viewer: Viewer, customer_id: int) -> tuple[int, Sequence[DocumentLink]]:
    return customer_id, document_page(session, viewer, customer_id=customer_id, limit=_DOCUMENTS).rows


BLOCKS: tuple[Block, ...] = (
    Block("customers/agreements.html", "agreements.see", agreed),
    Block("customers/documents.html", "assets.see", _documents),
)


def drawn(session: Session, viewer: Viewer, customer_id: int) -> list[tuple[str, Any]]:
    """The templates this viewer is shown, each with its facts."""
    return [(b.template, b.facts(session, viewer, customer_id)) for b in BLOCKS if viewer.may(b.permission)]
