"""Blocked senders: nothing of theirs is a ticket, and nothing of it is lost."""

import pytest
from sqlalchemy import select

from core_psa.customers.tables import Customer, CustomerDomain, User
from core_psa.db import Database
from core_psa.desk.spam import NotSpam
from core_psa.errors import Invalid
from core_psa.intake.receive import NewTicket, receive
from core_psa.intake.senders import actions, store
from core_psa.intake.senders.rules import met_by
from core_psa.intake.senders.tables import BlockedSender
from core_psa.notices.tables import OutgoingMail
from core_psa.organisation.actions import create_team
from core_psa.routing.actions import create_rule
from core_psa.suggestions.store import triage_of
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened


def blocked(db: Database, sender: str) -> int:
    with db.work() as w:
        return actions.block(w, AGENT, sender=sender).id


def received(db: Database, sender: str, channel: str = "email") -> Ticket:
    with db.work() as w:
        return receive(w, SYSTEM, NewTicket("Win a prize", "Now.", channel, sender=sender))


def test_an_address_meets_itself_its_domain_and_every_domain_above() -> None:
    assert met_by("Ads@News.Shop.example") == [
        "ads@news.shop.example",
        "news.shop.example",
        "shop.example",
    ]
    assert met_by("no address") == []


@pytest.mark.parametrize("sender", ["ads@shop.example", "SHOP.example", "@shop.example"])
def test_what_a_blocked_sender_sends_is_filed_as_spam_and_told_to_nobody(db: Database, sender: str) -> None:
    blocked(db, sender)
    ticket = received(db, "Ads@shop.example")
    assert (ticket.spam, ticket.state, ticket.resolved_at) == (True, "done", None)
    with db.read() as session:
        assert triage_of(session, ticket.id) is None
        assert session.scalars(select(OutgoingMail)).all() == []
        assert session.scalars(select(BlockedSender.hits)).one() == 1


def test_no_rule_hands_spam_out(db: Database) -> None:
    with db.work() as w:
        team = create_team(w, SYSTEM, name="Post").id
        create_rule(w, SYSTEM, name="All mail", team_id=team)
    blocked(db, "ads@shop.example")
    assert received(db, "ads@shop.example").team_id is None
    assert received(db, "orders@shop.example").team_id == team


def test_others_are_let_in(db: Database) -> None:
    blocked(db, "ads@shop.example")
    assert received(db, "orders@shop.example").state == "open"
    assert received(db, "").state == "open"


def test_a_blocked_requester_who_calls_is_listened_to(db: Database) -> None:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    blocked(db, "ines@quay.example")
    by_phone, by_api = opened(db, requester=5, channel="phone"), opened(db, requester=5, channel="api")
    with db.read() as session:
        assert [session.get_one(Ticket, i).spam for i in (by_phone, by_api)] == [False, True]


def test_a_customers_own_domain_is_not_blocked_as_a_whole(db: Database) -> None:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(CustomerDomain(domain="quay.example", customer_id=1))
    with pytest.raises(Invalid, match="Quay Ltd"):
        blocked(db, "quay.example")
    blocked(db, "robot@quay.example")


@pytest.mark.parametrize("sender", ["", "shop", "a b@shop.example", "ads@shop.example"])
def test_what_is_no_sender_or_is_blocked_already_is_refused(db: Database, sender: str) -> None:
    blocked(db, "ads@shop.example")
    with pytest.raises(Invalid):
        blocked(db, sender)


def test_a_sender_let_in_again_opens_tickets(db: Database) -> None:
    blocked_id = blocked(db, "shop.example")
    with db.work() as w:
        actions.unblock(w, AGENT, blocked_id)
    assert received(db, "ads@shop.example").state == "open"


def test_the_most_exact_entry_is_the_one_that_counts(db: Database) -> None:
    blocked(db, "shop.example")
    exact = blocked(db, "ads@shop.example")
    with db.read() as session:
        found = store.blocking(session, "ads@shop.example")
    assert found is not None
    assert found.id == exact


def test_what_was_filed_by_mistake_becomes_a_ticket_and_is_triaged(db: Database) -> None:
    blocked(db, "shop.example")
    ticket_id = received(db, "ads@shop.example").id
    with db.work() as w:
        actions.take_back(w, AGENT, ticket_id)
    with db.read() as session:
        ticket, triage = session.get_one(Ticket, ticket_id), triage_of(session, ticket_id)
    assert (ticket.spam, ticket.state) == (False, "open")
    assert triage is not None
    with pytest.raises(NotSpam), db.work() as w:
        actions.take_back(w, AGENT, ticket_id)
