"""What stands beside a ticket's messages: its files, what is to be ticked off, the devices concerned, what helped before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core_psa.assets import store as assets
from core_psa.assets.rules import launch, warnings
from core_psa.assets.tables import Asset, DocumentLink, RemoteSession, RemoteTool
from core_psa.attachments.tables import Attachment
from core_psa.checklists import store as checklists
from core_psa.checklists.store import OnTicket
from core_psa.knowledge import store as knowledge
from core_psa.knowledge.tables import Article
from core_psa.reads import attachments
from core_psa.reads.ticket_page import TicketView
from core_psa.viewer import Viewer
from server.console.forms import Form


@dataclass(frozen=True)
class Device:
    """An asset of the ticket, and what somebody should know before they begin."""

    asset: Asset
    warnings: Sequence[str]


@dataclass(frozen=True)
class Connection:
    """A remote session that has not ended; `address` opens the device."""

    session: RemoteSession
    device: str
    address: str


@dataclass(frozen=True)
class Devices:
    """The ticket's devices and what can be done with them; `offered` are others of its customer."""

    linked: Sequence[Device] = ()
    offered: Sequence[Asset] = ()
    tools: Sequence[RemoteTool] = ()
    connections: Sequence[Connection] = ()
    documents: Sequence[DocumentLink] = ()


@dataclass(frozen=True)
class Beside:
    """`files_of` maps timeline entries to their files, `staged` waits for the message that is being written."""

    files_of: Mapping[int, Sequence[Attachment]]
    staged: Sequence[Attachment]
    articles: Sequence[tuple[Article, str]]
    may_draft: bool
    checklists: Sequence[OnTicket]
    offered_lists: Sequence[tuple[int, str]]
    devices: Devices


def beside(session: Session, viewer: Viewer, ticket: TicketView, form: Form, today: date) -> Beside:
    articles = knowledge.articles_of_ticket(session, viewer, ticket.id) if viewer.may("knowledge.see") else ()
    waiting = form.numbers("attachment")
    kind = ticket.references["type"]
    return Beside(
        files_of=_by_entry(attachments.of_ticket(session, viewer, ticket.id)),
        staged=attachments.staged(session, viewer, ticket.id, waiting) if waiting else (),
        articles=articles,
        may_draft=viewer.may("knowledge.edit") and viewer.may("tickets.edit") and ticket.resolved_at is not None,
        checklists=checklists.of_ticket(session, ticket.id),
        offered_lists=checklists.offered(session, ticket.id, kind["id"] if kind else 0),
        devices=_devices(session, viewer, ticket, today) if viewer.may("assets.see") else Devices(),
    )


def _devices(session: Session, viewer: Viewer, ticket: TicketView, today: date) -> Devices:
    linked = assets.of_ticket(session, viewer, ticket.id)
    customer, tools = ticket.references["customer"], assets.tools(session)
    if customer is None:
        return Devices([_device(row, today) for row in linked], (), tools)
    return Devices(
        linked=[_device(row, today) for row in linked],
        offered=assets.offered(session, viewer, customer["id"], [row.id for row in linked]),
        tools=tools,
        connections=_connections(session, ticket.id, linked, tools),
        documents=assets.document_page(session, viewer, limit=10, customer_id=customer["id"]).rows,
    )


def _device(row: Asset, today: date) -> Device:
    return Device(row, warnings(row.status, supported=row.supported, warranty_until=row.warranty_until, today=today))


def _connections(
    session: Session, ticket_id: int, linked: Sequence[Asset], tools: Sequence[RemoteTool]
) -> list[Connection]:
    devices, templates = {row.id: row for row in linked}, {tool.name: tool.template for tool in tools}
    running = [row for row in assets.sessions_of(session, ticket_id) if row.ended_at is None]
    return [
        Connection(row, devices[row.asset_id].name, launch(templates[row.tool], devices[row.asset_id].remote_id))
        for row in running
        if row.asset_id in devices and row.tool in templates
    ]


def _by_entry(rows: Sequence[Attachment]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.action_id or 0, []).append(row)
    return found
