"""Remote-access tools, and the sessions that were begun with them out of tickets."""

from typing import TypedDict, Unpack

from sqlalchemy import select

from core_psa.assets import rules
from core_psa.assets.tables import Asset, AssetType, DocumentLink, RemoteSession, RemoteTool
from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.db.forms import Form
from core_psa.db.records import get, kind_of, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.viewer import Viewer


class ToolFields(TypedDict, total=False):
    """`template` is an address with {remote_id} in it; `type_ids` the types of assets it opens, none being all."""

    name: str
    template: str
    type_ids: list[int]
    active: bool


class DocumentFields(TypedDict, total=False):
    asset_id: int | None
    label: str
    url: str
    note: str


def create_tool(w: Work, viewer: Viewer, **given: Unpack[ToolFields]) -> RemoteTool:
    viewer.require("settings.edit")
    form = Form(given, rules.TOOL, ["name", "template"])
    form.unique(w.session, RemoteTool.name)
    _known_types(w, form, None)
    return create(w, viewer, RemoteTool(**form.accepted()))


def update_tool(w: Work, viewer: Viewer, tool_id: int, **given: Unpack[ToolFields]) -> RemoteTool:
    viewer.require("settings.edit")
    row = get(w.session, RemoteTool, tool_id, lock=True)
    form = Form(given, rules.TOOL)
    form.unique(w.session, RemoteTool.name, but=tool_id)
    _known_types(w, form, row)
    return update(w, viewer, row, form.accepted())


def _known_types(w: Work, form: Form, row: RemoteTool | None) -> None:
    present = set(row.type_ids if row else ())
    wanted = set(form.values.get("type_ids", present))
    taken_up = form.use(row).takes_up(wanted, present)
    known = {kind.id: kind for kind in w.session.scalars(select(AssetType))}
    for type_id in sorted(wanted - present | taken_up):
        if type_id not in known:
            form.refuse("type_ids", f"there is no asset type {type_id}")
        elif type_id in taken_up and not known[type_id].active:
            form.refuse("type_ids", f"the asset type {known[type_id].name} is retired")


def begin_session(w: Work, viewer: Viewer, ticket_id: int, asset_id: int, tool_id: int) -> tuple[RemoteSession, str]:
    """A session, and the address that opens the asset. Who may change the ticket is the caller's to ask."""
    viewer.require("assets.see")
    asset, tool = get(w.session, Asset, asset_id), get(w.session, RemoteTool, tool_id)
    if not tool.active:
        raise Conflict(f"{tool.name} is not in use any more")
    if not rules.opens(tool.type_ids, asset.type_id):
        raise Conflict(f"{tool.name} is not for assets such as {asset.name}")
    if not asset.remote_id:
        raise Invalid(FieldError("remote_id", f"{asset.name} has no remote id: enter it on its page"))
    row = RemoteSession(
        ticket_id=ticket_id,
        asset_id=asset.id,
        tool=tool.name,
        agent_id=viewer.agent_id,
        by=viewer.name,
        started_at=w.now,
    )
    save(w.session, row)
    return row, rules.launch(tool.template, asset.remote_id)


def end_session(w: Work, viewer: Viewer, ticket_id: int, session_id: int) -> tuple[RemoteSession, Asset] | None:
    """The session with its asset, ended now; None where it had ended already."""
    here = (RemoteSession.id == session_id, RemoteSession.ticket_id == ticket_id)
    row = w.session.scalar(select(RemoteSession).where(*here).with_for_update())
    if row is None:
        raise Invalid(FieldError("session", "this ticket has no such remote session"))
    if row.ended_at is not None:
        return None
    row.ended_at = w.now
    save(w.session, row)
    return row, get(w.session, Asset, row.asset_id)


def create_document(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[DocumentFields]) -> DocumentLink:
    """Needs a label and an address. What looks like a secret is refused."""
    viewer.require("assets.edit")
    get(w.session, Customer, customer_id)
    form = Form(given, rules.DOCUMENT, ["label", "url"])
    _asset_of_customer(w, form, customer_id)
    return create(w, viewer, DocumentLink(customer_id=customer_id, **form.accepted()))


def update_document(w: Work, viewer: Viewer, link_id: int, **given: Unpack[DocumentFields]) -> DocumentLink:
    viewer.require("assets.edit")
    row = get(w.session, DocumentLink, link_id, lock=True)
    form = Form(given, rules.DOCUMENT)
    _asset_of_customer(w, form, row.customer_id)
    return update(w, viewer, row, form.accepted())


def remove_document(w: Work, viewer: Viewer, link_id: int) -> int:
    """Returns the id of the customer whose link it was."""
    viewer.require("assets.edit")
    row = get(w.session, DocumentLink, link_id, lock=True)
    audit.record(w, viewer, "removed", kind_of(row), row.id, {"label": [row.label, None], "url": [row.url, None]})
    w.session.delete(row)
    w.session.flush()
    return row.customer_id


def _asset_of_customer(w: Work, form: Form, customer_id: int) -> None:
    asset_id = form.values.get("asset_id")
    if asset_id is not None and getattr(w.session.get(Asset, asset_id), "customer_id", None) != customer_id:
        form.refuse("asset_id", f"customer {customer_id} has no asset {asset_id}")
