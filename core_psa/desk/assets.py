"""Tickets and the assets they are about: tying them, and working on them from afar."""

from core_psa.assets import actions as assets
from core_psa.assets import remote_actions as remote
from core_psa.assets.tables import Asset, RemoteSession
from core_psa.db import Work
from core_psa.desk.remarks import remark, ticket_to_annotate
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer


def link_asset(w: Work, viewer: Viewer, ticket_id: int, asset_id: int) -> Action | None:
    """Says that the ticket is about this asset, which must be its customer's; None where that is so already."""
    viewer.require("assets.see")
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    asset = assets.link_ticket(w, asset_id, ticket_id)
    if asset is None:
        return None
    if ticket.customer_id is not None and ticket.customer_id != asset.customer_id:
        raise Invalid(FieldError("asset", f"{asset.name} belongs to another customer"))
    return remark(w, viewer, ticket, "asset", {"asset": [None, _named(asset)]})


def unlink_asset(w: Work, viewer: Viewer, ticket_id: int, asset_id: int) -> Action | None:
    viewer.require("assets.see")
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    asset = assets.unlink_ticket(w, asset_id, ticket_id)
    return remark(w, viewer, ticket, "asset", {"asset": [_named(asset), None]}) if asset else None


def connect(w: Work, viewer: Viewer, ticket_id: int, asset_id: int, tool_id: int) -> tuple[RemoteSession, str]:
    """Begins a remote session, noted on the ticket; the address opens the asset."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    row, address = remote.begin_session(w, viewer, ticket_id, asset_id, tool_id)
    asset = w.session.get_one(Asset, asset_id)
    if ticket.customer_id is not None and ticket.customer_id != asset.customer_id:
        raise Invalid(FieldError("asset", f"{asset.name} belongs to another customer"))
    remark(w, viewer, ticket, "remote", {"remote": [None, f"{asset.name} by {row.tool}"]})
    return row, address


def disconnect(w: Work, viewer: Viewer, ticket_id: int, session_id: int) -> Action | None:
    """Notes that a remote session has ended, when it began and how long it took; None where that is noted."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    ended = remote.end_session(w, viewer, ticket_id, session_id)
    if ended is None:
        return None
    row, asset = ended
    minutes = max(1, round((w.now - row.started_at).total_seconds() / 60))
    facts = {
        "remote": [None, f"{asset.name} by {row.tool}, {minutes} min"],
        "started": [None, row.started_at.isoformat()],
        "minutes_connected": [None, minutes],
    }
    return remark(w, viewer, ticket, "remote_end", facts)


def _named(asset: Asset) -> dict[str, object]:
    return {"id": asset.id, "name": asset.name}
