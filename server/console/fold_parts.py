"""What the folds beside a ticket hold: one reader each, asked when its fold is opened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core_psa.agreements.tables import Agreement
from core_psa.assets import store as assets
from core_psa.assets.rules import launch, opens, warnings
from core_psa.assets.tables import Asset, DocumentLink, RemoteSession, RemoteTool
from core_psa.checklists import store as checklists
from core_psa.checklists.store import OnTicket
from core_psa.customers.tables import User
from core_psa.following import store as following
from core_psa.following.store import Watching
from core_psa.knowledge import store as knowledge
from core_psa.knowledge.tables import Article
from core_psa.reads import related
from core_psa.reads.agreed import Agreed, agreed
from core_psa.reads.choices import Choice, Choices, choices
from core_psa.reads.service_levels import levels_of
from core_psa.reads.suggestion import Evidence, evidence
from core_psa.reads.ticket_page import Possible, TicketView, approvals_of, recent
from core_psa.sla.tables import SlaTicket
from core_psa.suggestions.store import triage_of
from server.console.session import Visit


@dataclass(frozen=True)
class LinkedAsset:
    """An asset of the ticket, what somebody should know before they begin, and the tools that open it."""

    asset: Asset
    warnings: Sequence[str]
    tools: Sequence[RemoteTool]


@dataclass(frozen=True)
class Connection:
    """A remote session that has not ended; `address` opens the asset."""

    session: RemoteSession
    asset: str
    address: str


@dataclass(frozen=True)
class AssetsPart:
    """The ticket's assets and what can be done with them; `offered` are others of its customer."""

    linked: Sequence[LinkedAsset] = ()
    offered: Sequence[Asset] = ()
    connections: Sequence[Connection] = ()
    documents: Sequence[DocumentLink] = ()


@dataclass(frozen=True)
class Checklists:
    """`offered` are templates that could still be added."""

    held: Sequence[OnTicket]
    offered: Sequence[Choice]


@dataclass(frozen=True)
class Articles:
    """With whether each was used or solved it; `may_draft` is whether one could be written from this ticket."""

    used: Sequence[tuple[Article, str]]
    may_draft: bool


@dataclass(frozen=True)
class Covered:
    """What was agreed with the customer, and which agreement the ticket's promises come from."""

    agreed: Agreed | None
    chosen: Agreement | None


@dataclass(frozen=True)
class Watchers:
    watching: Sequence[Watching]
    agents: Sequence[Choice]


@dataclass(frozen=True)
class Steps:
    """The actions that have no place of their own on the page, and what their forms offer."""

    possible: Sequence[Possible]
    lists: Mapping[str, Sequence[Choice]]
    roles: Sequence[Choice]
    requester: User | None


def lists_of(offered: Choices) -> dict[str, Sequence[Choice]]:
    """By the name of the ticket's field."""
    return {
        "category": offered.categories,
        "priority": offered.priorities,
        "team": offered.teams,
        "assignee": offered.agents,
        "type": offered.types,
    }


def further(ticket: TicketView) -> Sequence[Possible]:
    """The actions open to the viewer that the rest of the page does not offer."""
    possible = (p for p in ticket.possible if p.rule.name not in ("assign", "update"))
    return [p for p in possible if p.rule.name not in _WRITING and p.rule.kind not in _WRITING]


_WRITING = ("reply", "note", "resolve", "reopen")


def part_of(session: Session, visit: Visit, ticket: TicketView, fold: str) -> Any:
    """What this fold shows; None for one that shows the ticket alone. Whether the viewer may see the ticket is asked before."""
    read = _PARTS.get(fold)
    return read(session, visit, ticket) if read else None


def _similar(session: Session, visit: Visit, ticket: TicketView) -> Evidence:
    found = evidence(session, visit.viewer, triage_of(session, ticket.id))
    return Evidence(found.neighbours, tuple(near for near in found.related if near.state != "done"))


def _checklists(session: Session, visit: Visit, ticket: TicketView) -> Checklists:
    held, kind = checklists.of_ticket(session, ticket.id), ticket.references["type"]
    return Checklists(held, checklists.offered(session, ticket.id, kind["id"] if kind else 0))


def _articles(session: Session, visit: Visit, ticket: TicketView) -> Articles:
    viewer = visit.viewer
    may_draft = viewer.may("knowledge.edit") and viewer.may("tickets.edit") and ticket.resolved_at is not None
    return Articles(knowledge.articles_of_ticket(session, viewer, ticket.id), may_draft)


def _agreement(session: Session, visit: Visit, ticket: TicketView) -> Covered:
    customer, clocks = ticket.references["customer"], session.get(SlaTicket, ticket.id)
    chosen = session.get(Agreement, clocks.agreement_id) if clocks and clocks.agreement_id else None
    return Covered(agreed(session, visit.viewer, customer["id"]) if customer else None, chosen)


def _watchers(session: Session, visit: Visit, ticket: TicketView) -> Watchers:
    return Watchers(following.watchers(session, ticket.id), choices(session).agents)


def _steps(session: Session, visit: Visit, ticket: TicketView) -> Steps:
    offered, requester = choices(session), ticket.references["requester"]
    return Steps(
        further(ticket), lists_of(offered), offered.roles, session.get(User, requester["id"]) if requester else None
    )


def _assets(session: Session, visit: Visit, ticket: TicketView) -> AssetsPart:
    viewer, today = visit.viewer, visit.db.clock.now().date()
    linked, tools = assets.of_ticket(session, viewer, ticket.id), assets.tools(session)
    shown, customer = [_asset(row, tools, today) for row in linked], ticket.references["customer"]
    if customer is None:
        return AssetsPart(shown)
    return AssetsPart(
        linked=shown,
        offered=assets.offered(session, viewer, customer["id"], [row.id for row in linked]),
        connections=_connections(session, ticket.id, linked, tools),
        documents=assets.document_page(session, viewer, limit=10, customer_id=customer["id"]).rows,
    )


def _asset(row: Asset, tools: Sequence[RemoteTool], today: date) -> LinkedAsset:
    said = warnings(row.status, supported=row.supported, warranty_until=row.warranty_until, today=today)
    return LinkedAsset(row, said, [tool for tool in tools if opens(tool.type_ids, row.type_id)])


def _connections(
    session: Session, ticket_id: int, linked: Sequence[Asset], tools: Sequence[RemoteTool]
) -> list[Connection]:
    named, templates = {row.id: row for row in linked}, {tool.name: tool.template for tool in tools}
    running = [row for row in assets.sessions_of(session, ticket_id) if row.ended_at is None]
    return [
        Connection(row, named[row.asset_id].name, launch(templates[row.tool], named[row.asset_id].remote_id))
        for row in running
        if row.asset_id in named and row.tool in templates
    ]


_PARTS: Mapping[str, Callable[[Session, Visit, TicketView], Any]] = {
    "approvals": lambda session, visit, ticket: approvals_of(session, visit.viewer, ticket.id),
    "similar": _similar,
    "steps": _steps,
    "checklists": _checklists,
    "recent": lambda session, visit, ticket: recent(session, visit.viewer, ticket.id),
    "assets": _assets,
    "links": lambda session, visit, ticket: related.related(session, visit.viewer, ticket.id, visit.db.clock.now()),
    "articles": _articles,
    "agreement": _agreement,
    "ledger": lambda session, visit, ticket: levels_of(session, ticket.id, visit.db.clock.now()),
    "watchers": _watchers,
}
