"""Approvals over the API: what is asked of whom, and answering."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.desk import approvals
from core_psa.tickets import store as tickets
from core_psa.tickets.approvals import store
from core_psa.tickets.approvals.tables import Approval
from server.api.deps import Api
from server.api.models import DEFAULT, Body, Cursor, Key, Limit, Listed, Record, Text, listed
from server.api.router import api_router

router = api_router("approvals")

State = Literal["pending", "approved", "rejected", "expired", "withdrawn"]


class Answer(Body):
    """A rejection says why in its note."""

    decision: Literal["approve", "reject"]
    note: Text = ""


class LinkAnswer(Answer):
    token: Annotated[str, Field(max_length=200, description="from the link that the contact was sent; it works once")]


class ApprovalOut(Record):
    """One of agent, role and user is whom it was asked of; `approver` is their name."""

    id: int
    ticket_id: int
    approver: str
    agent_id: int | None
    role_id: int | None
    user_id: int | None
    question: str
    state: State
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    note: str


@router.get("/approvals")
def list_approvals(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    mine: Annotated[bool, Query(description="only those asked of the caller")] = False,
    state: State | None = None,
) -> Listed[ApprovalOut]:
    """Approvals on tickets the caller may see, the latest first."""
    with api.db.read() as session:
        page = store.approval_page(session, api.viewer, cursor, limit, mine=mine, state=state)
        return listed(page, lambda approval: _shape(session, approval))


@router.get("/tickets/{ticket_id}/approvals")
def list_approvals_of_ticket(api: Api, ticket_id: Key) -> Listed[ApprovalOut]:
    """The ticket's approvals, the latest first."""
    with api.db.read() as session:
        tickets.get(session, api.viewer, ticket_id)
        items = [_shape(session, approval) for approval in store.of_ticket(session, ticket_id)]
    return Listed(items=items, next_cursor=None)


@router.post("/approvals/{approval_id}/answer")
def answer_approval(api: Api, approval_id: Key, body: Answer) -> ApprovalOut:
    """Approves or rejects; only whoever was asked may."""
    with api.db.work() as w:
        approval = approvals.answer(w, api.viewer, approval_id, body.decision, body.note)
        w.after_commit(api.desk.live.look_now)
        return _shape(w.session, approval)


@router.post("/approvals/answer-by-link")
def answer_approval_by_link(api: Api, body: LinkAnswer) -> ApprovalOut:
    """What a contact answered with their link, passed on by a program that serves customers."""
    api.viewer.require("tickets.edit")
    with api.db.work() as w:
        approval = approvals.answer_by_link(w, body.token, body.decision, body.note)
        w.after_commit(api.desk.live.look_now)
        return _shape(w.session, approval)


@router.post("/approvals/{approval_id}/withdraw")
def withdraw_approval(api: Api, approval_id: Key) -> ApprovalOut:
    """Takes the question back."""
    with api.db.work() as w:
        approval = approvals.withdraw(w, api.viewer, approval_id)
        w.after_commit(api.desk.live.look_now)
        return _shape(w.session, approval)


def _shape(session: Session, approval: Approval) -> ApprovalOut:
    return ApprovalOut.of(approval, approver=store.approver_name(session, approval))
