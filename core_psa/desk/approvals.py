"""Asking for approval, and what comes of it. Every question and every answer stands on the ticket's timeline."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.access.rules import digest, new_token
from core_psa.customers.tables import User
from core_psa.db import Database, Work
from core_psa.db.records import get, save
from core_psa.desk.changes import apply, held
from core_psa.desk.steps import PLAIN, Extra, Step, begin
from core_psa.desk.taking import take
from core_psa.desk.telling import tell_about
from core_psa.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from core_psa.notices.store import policy
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Role
from core_psa.tickets import store as tickets
from core_psa.tickets.approvals import store
from core_psa.tickets.approvals.rules import APPROVE, DECISIONS, DEFAULT_HOURS, MAX_HOURS, may_answer, next_reminder
from core_psa.tickets.approvals.tables import Approval, ApprovalLink
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow.store import roles_of
from core_psa.viewer import SYSTEM, Viewer

_AT_ONCE = 500
_UNABLE = {
    "agent_id": "has left, or may not see this ticket",
    "role_id": "is nobody's who may see this ticket and decide approvals",
    "user_id": "is not one of the customer's present users",
}
_NO_SITE = (
    "is asked by a mail with a link, and this desk does not know the address its links begin with: "
    "it is set under Administration, Outbox, How this desk sends"
)


@dataclass(frozen=True)
class Asked:
    """A request for approval. `token` is what a contact answers with; it is shown this once and stored nowhere."""

    approval: Approval
    token: str | None


class ApprovalAnswered(Conflict):
    """There is nothing left to answer."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"approval {approval.id} has been {approval.state} already")
        self.approval_id, self.state = approval.id, approval.state


def request_approval(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    question: str,
    agent_id: int | None = None,
    role_id: int | None = None,
    user_id: int | None = None,
    hours: int | None = None,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Asked:
    """Asks one agent, whoever has a role, or one of the customer's users; without any, as the action's settings say.

    The answer is awaited for so many hours (DEFAULT_HOURS), with a reminder every day.
    """
    step = begin(w, viewer, ticket_id, "request_approval", expected_version, extra)
    settings = step.rule.settings
    given = {"agent_id": agent_id, "role_id": role_id, "user_id": user_id}
    to = given if any(given.values()) else {name: settings.get(name) for name in given}
    awaited = hours or settings.get("hours", DEFAULT_HOURS)
    _must_be_askable(step, question, to, awaited)
    approval = Approval(
        ticket_id=ticket_id,
        **to,
        question=question.strip(),
        state="pending",
        asked_by_id=viewer.agent_id,
        asked_by=viewer.name,
        asked_at=w.now,
        expires_at=w.now + timedelta(hours=awaited),
        remind_at=next_reminder(w.now, w.now + timedelta(hours=awaited)),
        note="",
    )
    save(w.session, approval)
    take(step, body=approval.question, facts={"approval": [None, _told(w, approval)]})
    return Asked(approval, _ask(w, step.ticket, approval, viewer))


def _must_be_askable(step: Step, question: str, to: dict[str, int | None], hours: int) -> None:
    errors = [] if question.strip() else [FieldError("question", "must not be empty")]
    if not 1 <= hours <= MAX_HOURS:
        errors.append(FieldError("hours", f"{hours} is outside 1 to {MAX_HOURS}"))
    named = {name: record_id for name, record_id in to.items() if record_id is not None}
    if len(named) != 1:
        errors.append(FieldError("approver", "name one agent, one role or one of the customer's users"))
    for name, record_id in named.items():
        role = step.w.session.get(Role, record_id) if name == "role_id" else None
        if role is not None and not role.active:
            errors.append(FieldError("role", f"the role {role.name} is retired"))
        elif not _can_answer(step.w.session, step.ticket, name, record_id):
            errors.append(FieldError(name.removesuffix("_id"), _UNABLE[name]))
        elif name == "user_id" and not policy(step.w.session).site:
            errors.append(FieldError("user", _NO_SITE))
    if errors:
        raise Invalid(*errors)


def _can_answer(session: Session, ticket: Ticket, name: str, record_id: int) -> bool:
    """Whether this approver would hear of the question, and an answer of theirs count."""
    if name == "user_id":
        user = session.get(User, record_id)
        return user is not None and _speaks_for(user, ticket)
    if name == "agent_id":
        return bool(tickets.agents_who_see(session, ticket, [record_id]))
    return bool(tickets.agents_who_see(session, ticket, organisation.agents_with_role(session, record_id), APPROVE))


def _speaks_for(user: User, ticket: Ticket) -> bool:
    """Not somebody who left, nor of a customer to whom the ticket does not belong any more."""
    return user.active and user.customer_id == ticket.customer_id


def answer(w: Work, viewer: Viewer, approval_id: int, decision: str, note: str = "") -> Approval:
    """Approves or rejects, by whoever was asked; a rejection says why. Raises Forbidden, ApprovalAnswered."""
    approval = get(w.session, Approval, approval_id)
    roles = roles_of(w.session, viewer) if viewer.may(APPROVE) else frozenset[int]()
    asked = {"agent_id": approval.agent_id, "role_id": approval.role_id, "user_id": approval.user_id}
    if not may_answer(viewer_kind=viewer.kind, viewer_id=viewer.id, role_ids=roles, **asked):
        tickets.get(w.session, viewer, approval.ticket_id)
        raise Forbidden(APPROVE)
    return _answer(w, viewer, approval, decision, note)


def answer_by_link(w: Work, token: str, decision: str, note: str = "") -> Approval:
    """The same by a link of a contact, the first that is used. Raises NotFound for a token that is none, or after that."""
    links = select(ApprovalLink.approval_id).where(ApprovalLink.token_hash == digest(token))
    approval = w.session.scalar(select(Approval).where(Approval.id.in_(links)))
    if approval is None or approval.user_id is None:
        raise NotFound("approval", "of this link")
    user = w.session.get_one(User, approval.user_id)
    if not _speaks_for(user, w.session.get_one(Ticket, approval.ticket_id)):
        raise NotFound("approval", "of this link")
    viewer = Viewer("user", user.id, user.name, customer_id=user.customer_id)
    return _answer(w, viewer, approval, decision, note)


def _answer(w: Work, viewer: Viewer, approval: Approval, decision: str, note: str) -> Approval:
    if decision not in DECISIONS:
        raise Invalid(FieldError("decision", f"'{decision[:100]}' is not a decision", tuple(DECISIONS)))
    if decision == "reject" and not note.strip():
        raise Invalid(FieldError("note", "must say why"))
    _end(w, viewer, approval, decision, DECISIONS[decision], note.strip())
    return approval


def withdraw(w: Work, viewer: Viewer, approval_id: int) -> Approval:
    """Takes the question back."""
    approval = get(w.session, Approval, approval_id)
    held(w, viewer, approval.ticket_id)
    _end(w, viewer, approval, "withdraw", "withdrawn", "")
    return approval


def _end(w: Work, viewer: Viewer, approval: Approval, kind: str, state: str, note: str) -> None:
    """The ticket is locked first, so that of two answers the second finds the approval answered."""
    ticket = tickets.for_change(w.session, SYSTEM, approval.ticket_id)
    w.session.refresh(approval)
    if approval.state != "pending":
        raise ApprovalAnswered(approval)
    if approval.expires_at <= w.now and kind in DECISIONS:
        raise Conflict(f"approval {approval.id} could be answered until {approval.expires_at:%Y-%m-%d %H:%M} UTC")
    approval.state, approval.note = state, note
    approval.answered_by, approval.answered_at = viewer.name, w.now
    approval.remind_at = None
    w.session.execute(delete(ApprovalLink).where(ApprovalLink.approval_id == approval.id))
    apply(w, viewer, ticket, kind, body=note or None, facts={"approval": [None, _told(w, approval)]})
    _tell_asker(w, ticket, approval, viewer)


def _tell_asker(w: Work, ticket: Ticket, approval: Approval, viewer: Viewer) -> None:
    facts = {"question": approval.question, "due_at": approval.expires_at}
    agents = (approval.asked_by_id, ticket.assignee_id)
    if approval.state == "expired":
        tell_about(w, "approval_expired", ticket, facts, agents=agents)
    elif approval.state in DECISIONS.values():
        said = {**facts, "decision": approval.state, "comment": approval.note}
        tell_about(w, "approval_decided", ticket, said, agents=agents, actor=viewer)


@dataclass
class Scanned:
    """What one scan has seen to. `failed` approvals, with what went wrong, are tried again by the next."""

    expired: int = 0
    reminded: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def scan(db: Database) -> Scanned:
    """Lets approvals run out and reminds of others, one transaction each. Scanning twice does nothing twice."""
    done = Scanned()
    with db.read() as session:
        due = store.due(session, db.clock.now(), _AT_ONCE)
    for approval_id in due:
        try:
            with db.work() as w:
                _see_to(w, approval_id, done)
        except Exception as error:  # one bad approval must not hold up the others
            done.failed[approval_id] = f"{type(error).__name__}: {error}"
    return done


def _see_to(w: Work, approval_id: int, done: Scanned) -> None:
    approval = get(w.session, Approval, approval_id)
    ticket = tickets.for_change(w.session, SYSTEM, approval.ticket_id)
    w.session.refresh(approval)
    if approval.state != "pending":
        return
    if approval.expires_at <= w.now:
        _end(w, SYSTEM, approval, "expire", "expired", "")
        done.expired += 1
    elif approval.remind_at is not None and approval.remind_at <= w.now:
        approval.remind_at = next_reminder(w.now, approval.expires_at)
        if ticket.state != "done":
            _ask(w, ticket, approval, SYSTEM)
            done.reminded += 1


def _ask(w: Work, ticket: Ticket, approval: Approval, actor: Viewer) -> str | None:
    """Puts the question to whoever is asked. A contact's token is new each time, as only its hash is kept.

    Without the desk's own address a contact could not answer: they are not reminded until it is there again.
    """
    facts = {"question": approval.question, "due_at": approval.expires_at}
    if approval.user_id is None:
        role_id = approval.role_id
        agents = organisation.agents_with_role(w.session, role_id) if role_id else [approval.agent_id]
        tell_about(w, "approval_asked", ticket, facts, agents=agents, actor=actor)
        return None
    site = policy(w.session).site.rstrip("/")
    if not site:
        return None
    token = new_token()
    save(w.session, ApprovalLink(token_hash=digest(token), approval_id=approval.id))
    facts["answer_link"] = f"{site}/approve/{token}"
    tell_about(w, "approval_asked", ticket, facts, users=[approval.user_id], actor=actor)
    return token


def _told(w: Work, approval: Approval) -> dict[str, Any]:
    """An approval as timelines name it."""
    return {"id": approval.id, "name": store.approver_name(w.session, approval), "state": approval.state}
