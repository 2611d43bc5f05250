"""Answering an approval by the link of a mail, without signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from core_psa.customers import actions as customers
from core_psa.desk import approvals
from core_psa.intake.receive import NewTicket, receive
from core_psa.notices.tables import MailPolicy, OutgoingMail
from core_psa.tickets.approvals.tables import Approval
from core_psa.viewer import SYSTEM
from server.wiring import Desk

Opens = Callable[[str, str], int]


@dataclass(frozen=True)
class Link:
    approval_id: int
    address: str


@pytest.fixture
def link(desk: Desk) -> Link:
    """What Ida of Marlowe was sent: may the server be restarted?"""
    with desk.db.work() as w:
        w.session.merge(MailPolicy(id=1, site="http://desk.example", held=False, language="en"))
        marlowe = customers.create_customer(w, SYSTEM, name="Marlowe")
        ida = customers.create_user(w, SYSTEM, marlowe.id, name="Ida Holm", email="ida@marlowe.example")
        new = NewTicket("Move the server", "A secret of the ticket.", requester="ida@marlowe.example", type="Change")
        ticket = receive(w, SYSTEM, new)
        asked = approvals.request_approval(w, SYSTEM, ticket.id, question="Restart at noon?", user_id=ida.id)
        return Link(asked.approval.id, f"/approve/{asked.token}")


def state(desk: Desk, link: Link) -> tuple[str, str]:
    with desk.db.read() as session:
        row = session.get_one(Approval, link.approval_id)
        return row.state, row.note


def test_the_mail_leads_to_the_page(desk: Desk, link: Link) -> None:
    with desk.db.read() as session:
        mail = session.query(OutgoingMail).filter_by(event="approval_asked").one()
    assert f"http://desk.example{link.address}" in mail.text


def test_the_contact_reads_the_question_and_nothing_else_of_the_ticket(stranger: TestClient, link: Link) -> None:
    page = stranger.get(link.address).text
    assert "Restart at noon?" in page
    assert "Move the server" in page
    assert "A secret of the ticket" not in page


def test_looking_decides_nothing(stranger: TestClient, desk: Desk, link: Link) -> None:
    for _ in range(3):
        assert stranger.get(link.address).status_code == 200
    assert state(desk, link) == ("pending", "")


def test_an_approval_by_link_counts_once(stranger: TestClient, desk: Desk, link: Link) -> None:
    answer = stranger.post(link.address, data={"decision": "approve", "note": "Go ahead"})
    assert (answer.status_code, "approved" in answer.text) == (200, True)
    assert state(desk, link) == ("approved", "Go ahead")
    assert stranger.post(link.address, data={"decision": "reject", "note": "No"}).status_code == 404
    assert state(desk, link) == ("approved", "Go ahead")


def test_a_refusal_needs_a_reason_and_keeps_the_link(stranger: TestClient, desk: Desk, link: Link) -> None:
    answer = stranger.post(link.address, data={"decision": "reject", "note": " "})
    assert (answer.status_code, "must say why" in answer.text) == (422, True)
    assert stranger.post(link.address, data={"decision": "reject", "note": "Not at noon"}).status_code == 200
    assert state(desk, link) == ("rejected", "Not at noon")


def test_links_that_do_not_work_all_look_alike(stranger: TestClient, desk: Desk, link: Link) -> None:
    unknown = stranger.get("/approve/" + "x" * 43)
    with desk.db.work() as w:
        w.session.get_one(Approval, link.approval_id).expires_at = w.now - timedelta(minutes=1)
    late = stranger.get(link.address)
    assert unknown.status_code == late.status_code == 404
    assert unknown.text == late.text
    assert stranger.post(link.address, data={"decision": "approve"}).status_code == 404
    assert state(desk, link)[0] == "pending"


def test_another_sites_form_decides_nothing(stranger: TestClient, desk: Desk, link: Link) -> None:
    headers = {"origin": "https://elsewhere.example"}
    assert stranger.post(link.address, data={"decision": "approve"}, headers=headers).status_code == 403
    assert state(desk, link)[0] == "pending"


def test_whoever_tries_many_links_has_to_wait(stranger: TestClient, link: Link) -> None:
    answers = [stranger.get(f"/approve/{number}").status_code for number in range(8)]
    assert answers[0] == 404
    assert answers[-1] == 429
