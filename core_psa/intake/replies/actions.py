"""Carrying out what a customer's reply does, and setting that up."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import select

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.desk import following_up, links
from core_psa.errors import FieldError, Invalid
from core_psa.intake.inheriting import inherited
from core_psa.intake.receive import NewTicket, receive
from core_psa.intake.replies import store
from core_psa.intake.replies.rules import Does, Reply, outcome
from core_psa.intake.replies.tables import FollowUpSetting
from core_psa.tickets import store as tickets
from core_psa.tickets.relations.store import survivor_of
from core_psa.tickets.tables import Status, Ticket
from core_psa.viewer import SYSTEM, Viewer


class Landed(NamedTuple):
    """Where a reply ended up: `ticket_id` may be another ticket than was answered."""

    ticket_id: int
    did: Does
    reason: str


def reply(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    body: str,
    cc: Sequence[str] = (),
    automated: bool = False,
    mere_thanks: bool = False,
) -> Landed:
    """Takes in what somebody answers to this ticket. What answers a merged ticket belongs to the one it lives on in.

    Raises NotFound where the viewer may not see the ticket they answer.
    """
    if not body.strip():
        raise Invalid(FieldError("body", "must not be empty"))
    survivor = survivor_of(w.session, tickets.get(w.session, viewer, ticket_id).id)
    ticket = tickets.for_change(w.session, SYSTEM, survivor)
    if ticket.state != "done":
        following_up.hear(w, viewer, ticket, body, cc, automated=automated)
        return Landed(ticket.id, "comment", "the ticket is not finished")
    setting = store.setting_for(w.session, ticket.team_id)
    told = Reply(
        after_end=w.now - (ticket.resolved_at or ticket.updated_at),
        automated=automated,
        by_agent=viewer.kind == "agent",
        mere_thanks=mere_thanks,
        reopened_last_hour=store.reopened_last_hour(w.session, ticket.id, w.now),
        spam=ticket.spam,
    )
    does, reason = outcome(store.rule_of(setting), told)
    if does == "new ticket":
        return Landed(_new_ticket(w, viewer, ticket, body), does, reason)
    if does == "reopen":
        following_up.take_up(w, ticket, setting.reopen_status_id if setting else None, reason)
    following_up.hear(w, viewer, ticket, body, cc, automated=automated)
    return Landed(ticket.id, does, reason)


def _new_ticket(w: Work, viewer: Viewer, old: Ticket, body: str) -> int:
    """A ticket of its own that follows the old one."""
    new = NewTicket(
        subject=old.subject,
        body=body,
        channel=old.channel,
        customer=old.customer_id,
        site=old.site_id,
        **inherited(w.session, old, "requester", "type", "team"),
    )
    ticket = receive(w, viewer, new)
    links.link(w, SYSTEM, ticket.id, "follows", old.id)
    return ticket.id


class FollowUpFields(TypedDict, total=False):
    reopening: bool
    cutoff_hours: int | None
    reopen_status_id: int | None
    reopens_an_hour: int


_SETTING: Mapping[str, fields.Parser] = {
    "reopening": fields.flag,
    "cutoff_hours": fields.optional(fields.whole_number(1, 87_600)),
    "reopen_status_id": fields.optional(fields.record_id),
    "reopens_an_hour": fields.whole_number(1, 100),
}


def set_follow_up(w: Work, viewer: Viewer, team_id: int | None, **given: Unpack[FollowUpFields]) -> FollowUpSetting:
    """Sets what replies to this team's finished tickets do; without a team, to those of all others."""
    viewer.require("settings.edit")
    form = Form({"team_id": team_id, **given}, {**_SETTING, "team_id": fields.optional(fields.record_id)})
    form.refers(w.session, FollowUpSetting.team_id)
    form.refers(w.session, FollowUpSetting.reopen_status_id)
    target = w.session.get(Status, form.values.get("reopen_status_id") or 0)
    if target is not None and target.state == "done":
        form.refuse("reopen_status_id", f"{target.name} does not take the work up again")
    values = form.accepted()
    same = FollowUpSetting.team_id.is_(None) if team_id is None else FollowUpSetting.team_id == team_id
    row = w.session.scalar(select(FollowUpSetting).where(same).with_for_update())
    return create(w, viewer, FollowUpSetting(**values)) if row is None else update(w, viewer, row, values)
