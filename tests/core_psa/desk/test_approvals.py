"""Asking for approval: of an agent, a role, a contact; answers, reminders and running out."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import approvals
from core_psa.desk.approvals import ApprovalAnswered, Asked
from core_psa.errors import ActionRefused, Conflict, Forbidden, Invalid, NotFound
from core_psa.notices.tables import MailPolicy, Notification, OutgoingMail
from core_psa.organisation.store import viewer_of
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.reads.approval_link import question
from core_psa.tickets import store as tickets
from core_psa.tickets.approvals import store
from core_psa.tickets.approvals.tables import Approval, ApprovalLink
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened


@dataclass(frozen=True)
class People:
    mara: Viewer
    jory: Viewer
    lead_role: int
    ida: int
    ticket_id: int


@pytest.fixture
def people(db: Database) -> People:
    """Mara is a team lead, Jory an agent, Ida the customer's contact on a ticket of type Change."""
    with db.work() as w:
        roles = {role.name: role.id for role in w.session.scalars(select(Role))}
        for agent_id, name, role in ((1, "Mara", "team lead"), (2, "Jory", "agent")):
            w.session.add(Agent(id=agent_id, name=name, email=f"{name.lower()}@harbour.example", created_at=w.now))
            w.session.flush()
            w.session.add(AgentRole(agent_id=agent_id, role_id=roles[role]))
        w.session.add(Customer(id=1, name="Marlowe", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=1, customer_id=1, name="Ida", email="ida@marlowe.example", created_at=w.now))
        w.session.add(MailPolicy(id=1, site="https://desk.example", held=False, language="en"))
    ticket_id = opened(db, type="Change", requester="ida@marlowe.example")
    with db.read() as session:
        mara, jory = viewer_of(session, 1), viewer_of(session, 2)
    return People(mara, jory, roles["team lead"], 1, ticket_id)


def asked(db: Database, people: People, **of: int) -> Asked:
    with db.work() as w:
        return approvals.request_approval(w, people.jory, people.ticket_id, question="Reboot at noon?", **of)


def state_of(db: Database, approval: Approval) -> str:
    with db.read() as session:
        return session.get_one(Approval, approval.id).state


def told(db: Database, event: str) -> list[int]:
    """Ids of the agents who were notified."""
    with db.read() as session:
        return list(session.scalars(select(Notification.agent_id).where(Notification.event == event)))


def test_an_agent_who_is_asked_hears_of_it_and_the_timeline_tells(db: Database, people: People) -> None:
    asked(db, people, agent_id=1)
    assert told(db, "approval_asked") == [1]
    with db.read() as session:
        entry = tickets.timeline(session, SYSTEM, people.ticket_id)[-1]
    assert (entry.kind, entry.body, entry.public) == ("request_approval", "Reboot at noon?", False)


def test_an_approved_change_may_end(db: Database, people: People) -> None:
    approval = asked(db, people, agent_id=1).approval
    with pytest.raises(ActionRefused, match="an approval is still awaited"), db.work() as w:
        desk.resolve(w, people.jory, people.ticket_id, resolution="Done.")
    with db.work() as w:
        approvals.answer(w, people.mara, approval.id, "approve")
        desk.resolve(w, people.jory, people.ticket_id, resolution="Done.")
    assert told(db, "approval_decided") == [2]


def test_a_refusal_says_why_and_keeps_the_change_from_ending(db: Database, people: People) -> None:
    approval = asked(db, people, agent_id=1).approval
    with pytest.raises(Invalid), db.work() as w:
        approvals.answer(w, people.mara, approval.id, "reject")
    with db.work() as w:
        approvals.answer(w, people.mara, approval.id, "reject", "Not in the morning.")
    with pytest.raises(ActionRefused, match="the approval was refused"), db.work() as w:
        desk.resolve(w, people.jory, people.ticket_id, resolution="Done.")


def test_the_latest_request_counts(db: Database, people: People) -> None:
    first = asked(db, people, agent_id=1).approval
    with db.work() as w:
        approvals.answer(w, people.mara, first.id, "reject", "No.")
    second = asked(db, people, agent_id=1).approval
    with db.work() as w:
        approvals.answer(w, people.mara, second.id, "approve")
        desk.resolve(w, people.jory, people.ticket_id, resolution="Done.")


def test_whoever_has_the_role_may_answer_for_it_and_nobody_else(db: Database, people: People) -> None:
    approval = asked(db, people, role_id=people.lead_role).approval
    assert told(db, "approval_asked") == [1]
    with pytest.raises(Forbidden), db.work() as w:
        approvals.answer(w, people.jory, approval.id, "approve")
    with db.work() as w:
        approvals.answer(w, people.mara, approval.id, "approve")
    assert state_of(db, approval) == "approved"


def test_an_answer_is_given_once(db: Database, people: People) -> None:
    approval = asked(db, people, agent_id=1).approval
    with db.work() as w:
        approvals.answer(w, people.mara, approval.id, "approve")
    with pytest.raises(ApprovalAnswered), db.work() as w:
        approvals.answer(w, people.mara, approval.id, "reject", "Changed my mind.")


def test_a_contact_answers_by_a_link_that_works_once_and_is_stored_nowhere(db: Database, people: People) -> None:
    made = asked(db, people, user_id=people.ida)
    assert made.token is not None
    with db.read() as session:
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.event == "approval_asked")).one()
        assert f"https://desk.example/approve/{made.token}" in mail.text
        assert made.token not in session.scalars(select(ApprovalLink.token_hash)).all()
    with db.work() as w:
        assert approvals.answer_by_link(w, made.token, "approve").answered_by == "Ida"
    with pytest.raises(NotFound), db.work() as w:
        approvals.answer_by_link(w, made.token, "approve")


def test_a_token_that_is_none_answers_nothing(db: Database, people: People) -> None:
    asked(db, people, user_id=people.ida)
    with pytest.raises(NotFound), db.work() as w:
        approvals.answer_by_link(w, "guessed", "approve")


def test_another_customers_user_is_not_asked(db: Database, people: People) -> None:
    with db.work() as w:
        w.session.add(Customer(id=2, name="Quell", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=2, customer_id=2, name="Odo", created_at=w.now))
    with pytest.raises(Invalid) as refused:
        asked(db, people, user_id=2)
    assert refused.value.errors[0].field == "user"


def test_who_left_or_could_not_answer_is_not_asked(db: Database, people: People) -> None:
    with db.work() as w:
        w.session.add(Agent(id=3, name="Odo", email="odo@harbour.example", created_at=w.now, active=False))
        w.session.get_one(User, people.ida).active = False
        agents_role = w.session.scalars(select(Role.id).where(Role.name == "agent")).one()
    for name, record_id in (("agent", 3), ("user", people.ida), ("role", agents_role)):
        with pytest.raises(Invalid) as refused:
            asked(db, people, **{f"{name}_id": record_id})
        assert [e.field for e in refused.value.errors] == [name]


@pytest.mark.parametrize("gone", ["left", "elsewhere"])
def test_the_link_of_a_contact_who_no_longer_speaks_for_the_customer_is_void(
    db: Database, people: People, clock: StoppedClock, gone: str
) -> None:
    token = asked(db, people, user_id=people.ida).token or ""
    with db.work() as w:
        if gone == "left":
            w.session.get_one(User, people.ida).active = False
        else:
            w.session.add(Customer(id=2, name="Quell", created_at=w.now))
            w.session.flush()
            desk.update(w, AGENT, people.ticket_id, values={"customer": 2})
    with pytest.raises(NotFound), db.read() as session:
        question(session, token, clock.now())
    with pytest.raises(NotFound), db.work() as w:
        approvals.answer_by_link(w, token, "approve")


@pytest.mark.parametrize("of", [{}, {"agent_id": 1, "user_id": 1}])
def test_exactly_one_approver_is_named(db: Database, people: People, of: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refused:
        asked(db, people, **of)
    assert "approver" in {e.field for e in refused.value.errors}


def test_an_approver_is_reminded_every_day(db: Database, people: People, clock: StoppedClock) -> None:
    asked(db, people, agent_id=1)
    for _ in range(3):
        approvals.scan(db)
        clock.advance(timedelta(hours=23))
        approvals.scan(db)
        clock.advance(timedelta(hours=1))
    assert told(db, "approval_asked") == [1, 1, 1]


@pytest.mark.parametrize("used", [0, 1])
def test_a_reminder_has_a_link_of_its_own_and_of_all_links_one_decides(
    db: Database, people: People, clock: StoppedClock, used: int
) -> None:
    asked(db, people, user_id=people.ida)
    clock.advance(timedelta(hours=25))
    approvals.scan(db)
    with db.read() as session:
        texts = session.scalars(select(OutgoingMail.text).where(OutgoingMail.event == "approval_asked"))
        tokens = [token for text in texts for token in re.findall(r"/approve/(\S+)", text)]
        assert [question(session, token, clock.now()).recipient for token in tokens] == ["Ida", "Ida"]
    with db.work() as w:
        assert approvals.answer_by_link(w, tokens[used], "approve").state == "approved"
    for token in tokens:
        with pytest.raises(NotFound), db.work() as w:
            approvals.answer_by_link(w, token, "reject", "Too late.")


def test_no_contact_is_asked_by_a_desk_that_does_not_know_its_own_address(
    db: Database, people: People, clock: StoppedClock
) -> None:
    asked(db, people, user_id=people.ida)
    with db.work() as w:
        w.session.get_one(MailPolicy, 1).site = ""
    with pytest.raises(Invalid, match=r"user: is asked by a mail .* How this desk sends"):
        asked(db, people, user_id=people.ida)
    clock.advance(timedelta(hours=25))
    assert approvals.scan(db).failed == {}
    with db.read() as session:
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.event == "approval_asked")).all()
    assert len(mails) == 1


def test_an_approval_that_nobody_answers_runs_out_once(db: Database, people: People, clock: StoppedClock) -> None:
    approval = asked(db, people, agent_id=1).approval
    clock.advance(timedelta(hours=72))
    assert [approvals.scan(db).expired, approvals.scan(db).expired] == [1, 0]
    assert (state_of(db, approval), told(db, "approval_expired")) == ("expired", [2])
    with pytest.raises(ActionRefused, match="not given in time"), db.work() as w:
        desk.resolve(w, people.jory, people.ticket_id, resolution="Done.")


def test_after_its_time_an_approval_is_not_answered_although_no_scan_has_come_by(
    db: Database, people: People, clock: StoppedClock
) -> None:
    approval = asked(db, people, agent_id=1).approval
    clock.advance(timedelta(hours=73))
    with pytest.raises(Conflict, match="could be answered until"), db.work() as w:
        approvals.answer(w, people.mara, approval.id, "approve")


def test_a_question_can_be_taken_back(db: Database, people: People) -> None:
    approval = asked(db, people, agent_id=1).approval
    with db.work() as w:
        approvals.withdraw(w, people.jory, approval.id)
    assert state_of(db, approval) == "withdrawn"


def test_an_agent_finds_what_waits_for_their_answer(db: Database, people: People) -> None:
    mine, theirs = asked(db, people, agent_id=1).approval, asked(db, people, user_id=people.ida).approval
    with db.read() as session:
        own = store.approval_page(session, people.mara, mine=True, state="pending").rows
        everything = store.approval_page(session, people.mara).rows
    assert [a.id for a in own] == [mine.id]
    assert [a.id for a in everything] == [theirs.id, mine.id]


def test_approvals_of_tickets_beyond_the_wall_are_not_listed(db: Database, people: People) -> None:
    asked(db, people, agent_id=1)
    with db.read() as session:
        assert store.approval_page(session, Viewer("key", 9, "Nobody", frozenset())).rows == []


def test_what_is_finished_is_not_asked_about(db: Database, people: People) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    with pytest.raises(ActionRefused), db.work() as w:
        approvals.request_approval(w, people.jory, ticket_id, question="May I?", agent_id=1)
