"""Reading assets and what belongs to them. They are for the desk: every read asks for `assets.see`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core_psa.assets.tables import Asset, AssetRelation, AssetTicket, AssetType, DocumentLink, RemoteSession, RemoteTool
from core_psa.audit.tables import AuditEntry
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.db.spelling import holds
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class AssetFilter:
    """`words` stand in the name, the serial number or the remote id."""

    customer: int | None = None
    user: int | None = None
    type: int | None = None
    status: str | None = None
    words: str = ""


EVERYTHING = AssetFilter()


def asset_page(
    session: Session,
    viewer: Viewer,
    given: AssetFilter = EVERYTHING,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Asset]:
    """Assets by name. Retired and lost ones are shown only when asked for by their status."""
    viewer.require("assets.see")
    columns = {Asset.customer_id: given.customer, Asset.user_id: given.user, Asset.type_id: given.type}
    query = select(Asset).where(*(column == value for column, value in columns.items() if value is not None))
    gone = Asset.status.in_(("retired", "lost"))
    query = query.where(Asset.status == given.status if given.status else ~gone)
    if words := given.words.strip():
        query = query.where(or_(*(holds(column, words) for column in (Asset.name, Asset.serial, Asset.remote_id))))
    return page(session, query, (Asset.name, Asset.id), cursor, limit)


def asset(session: Session, viewer: Viewer, asset_id: int) -> Asset:
    viewer.require("assets.see")
    return get(session, Asset, asset_id)


def types(session: Session, viewer: Viewer, *, inactive: bool = False) -> Sequence[AssetType]:
    viewer.require("assets.see")
    query = select(AssetType) if inactive else select(AssetType).where(AssetType.active)
    return session.scalars(query.order_by(AssetType.name)).all()


def type_names(session: Session, type_ids: Collection[int]) -> dict[int, str]:
    query = select(AssetType.id, AssetType.name).where(AssetType.id.in_(type_ids))
    return {type_id: name for type_id, name in session.execute(query)}


def counts(session: Session, viewer: Viewer) -> dict[int, int]:
    """How many assets there are of each type, without those retired or lost."""
    viewer.require("assets.see")
    query = select(Asset.type_id, func.count()).where(Asset.status.not_in(("retired", "lost"))).group_by(Asset.type_id)
    return {type_id: number for type_id, number in session.execute(query)}


def history(
    session: Session, viewer: Viewer, asset_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[AuditEntry]:
    """Who changed what of one asset, before and after, newest first."""
    query = select(AuditEntry).where(
        AuditEntry.record_kind == "asset", AuditEntry.record_id == asset(session, viewer, asset_id).id
    )
    return page(session, query, (AuditEntry.id,), cursor, limit, descending=True)


def relations(session: Session, viewer: Viewer, asset_id: int) -> Sequence[tuple[str, Asset]]:
    """(how, other asset): what this one runs on or is connected to, and what runs on it."""
    here = asset(session, viewer, asset_id).id
    onward = select(AssetRelation.kind, Asset).join(Asset, Asset.id == AssetRelation.other_id)
    back = select(AssetRelation.kind, Asset).join(Asset, Asset.id == AssetRelation.asset_id)
    found = [(kind, other) for kind, other in session.execute(onward.where(AssetRelation.asset_id == here))]
    for kind, other in session.execute(back.where(AssetRelation.other_id == here)):
        found.append(("runs" if kind == "runs on" else kind, other))
    return sorted(found, key=lambda pair: (pair[0], pair[1].name))


def of_ticket(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[Asset]:
    """The assets a ticket is about. Whether the viewer may see the ticket is the caller's to ask."""
    viewer.require("assets.see")
    query = select(Asset).join(AssetTicket, AssetTicket.asset_id == Asset.id)
    return session.scalars(query.where(AssetTicket.ticket_id == ticket_id).order_by(Asset.name)).all()


def ticket_ids(session: Session, viewer: Viewer, asset_id: int, limit: int = 200) -> Sequence[int]:
    """Tickets about one asset, newest first. Which of them the viewer may see is the caller's to ask."""
    query = select(AssetTicket.ticket_id).where(AssetTicket.asset_id == asset(session, viewer, asset_id).id)
    return session.scalars(query.order_by(AssetTicket.ticket_id.desc()).limit(limit)).all()


def offered(
    session: Session, viewer: Viewer, customer_id: int, but: Collection[int], limit: int = 200
) -> Sequence[Asset]:
    """The customer's assets that a ticket could be about."""
    viewer.require("assets.see")
    query = select(Asset).where(Asset.customer_id == customer_id, Asset.id.not_in(but), Asset.status != "retired")
    return session.scalars(query.order_by(Asset.name, Asset.id).limit(limit)).all()


def tools(session: Session, *, inactive: bool = False) -> Sequence[RemoteTool]:
    query = select(RemoteTool) if inactive else select(RemoteTool).where(RemoteTool.active)
    return session.scalars(query.order_by(RemoteTool.name)).all()


def sessions_of(session: Session, ticket_id: int) -> Sequence[RemoteSession]:
    """Remote sessions out of one ticket, newest first."""
    query = select(RemoteSession).where(RemoteSession.ticket_id == ticket_id)
    return session.scalars(query.order_by(RemoteSession.id.desc())).all()


def document_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    customer_id: int | None = None,
    asset_id: int | None = None,
) -> Page[DocumentLink]:
    """Documentation links by label, of one customer or of one asset."""
    viewer.require("assets.see")
    query = select(DocumentLink)
    if customer_id is not None:
        query = query.where(DocumentLink.customer_id == customer_id)
    if asset_id is not None:
        query = query.where(DocumentLink.asset_id == asset_id)
    return page(session, query, (DocumentLink.label, DocumentLink.id), cursor, limit)
