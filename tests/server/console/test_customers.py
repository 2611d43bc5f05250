"""Customers, their users and sites, as agents and dispatchers work on them."""

from collections.abc import Callable

import pytest

from core_psa.customers import actions, pop_ups
from core_psa.intake.receive import NewTicket, receive
from core_psa.tickets import store
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser


@pytest.fixture
def lead(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("team lead")


@pytest.fixture
def customer_id(desk: Desk) -> int:
    with desk.db.work() as w:
        customer = actions.create_customer(w, SYSTEM, name="Larkfield Dairy", country="GB", note="Feed first.")
        actions.set_domains(w, SYSTEM, customer.id, ["larkfield.example"])
        site = actions.create_site(w, SYSTEM, customer.id, name="Mill Lane")
        actions.create_user(w, SYSTEM, customer.id, name="Lena Ash", email="lena@larkfield.example", site_id=site.id)
        return customer.id


def test_customers_are_found_by_name_and_by_domain(lead: Browser, customer_id: int) -> None:
    assert "Larkfield Dairy" in lead.get("/customers?q=dairy")
    assert "Larkfield Dairy" in lead.get("/customers?q=larkfield.ex")
    assert "No customer fits" in lead.get("/customers?q=zebra")


def test_customers_are_taken_away_as_a_file_by_those_who_may(
    signed_in: Callable[[str], Browser], lead: Browser, customer_id: int
) -> None:
    lines = signed_in("manager").get("/customers/export.csv").splitlines()
    assert lines[0].removeprefix("\ufeff").startswith("id,name,domains")
    assert lines[1].startswith(f"{customer_id},")
    assert lead.client.get("/customers/export.csv").status_code == 403
    assert "/customers/export.csv" not in lead.get("/customers")


def test_a_customer_is_created_with_domains_and_numbers(lead: Browser) -> None:
    form = {"name": "Tideway Print", "timezone": "Europe/London", "language": "en", "country": "gb"}
    more = {"domains": "tideway.example, tideway-print.example", "phones": "020 7946 0301 reception"}
    assert lead.post("/customers/new", **form, **more, vip="on") == 303
    page = lead.get("/customers/1")
    assert "tideway-print.example, tideway.example" in page
    assert "+44 20 7946 0301" in page
    assert "reception" in page
    assert lead.post("/customers/new", **form) == 422


def test_a_refused_form_keeps_what_was_written(lead: Browser, customer_id: int) -> None:
    form = {"csrf_token": lead.csrf_token, "name": "Larkfield", "timezone": "Mars/Base", "phones": "soon"}
    answer = lead.client.post(f"/customers/{customer_id}/edit", data=form)
    assert answer.status_code == 422
    assert "Mars/Base" in answer.text
    assert "no time zone called" in answer.text


@pytest.mark.parametrize("tab", ["overview", "users", "sites", "notes"])
def test_every_tab_opens(lead: Browser, customer_id: int, tab: str) -> None:
    expected = {"overview": "Feed first.", "users": "lena@larkfield.example", "sites": "Mill Lane", "notes": "New note"}
    assert expected[tab] in lead.get(f"/customers/{customer_id}?tab={tab}").replace("<wbr>", "")


def test_a_user_is_created_and_changed(lead: Browser, customer_id: int) -> None:
    form = {"name": "Ida Moor", "email": "ida@larkfield.example", "phone": "020 7946 0302", "supported": ["", "on"]}
    assert lead.post(f"/customers/{customer_id}/users/new", **form) == 303
    assert "+44 20 7946 0302" in lead.get("/users/2")
    assert lead.post("/users/2/edit", name="Ida Moor", supported="", phones="07700 900123 mobile") == 303
    page = lead.get("/users/2")
    assert "not supported" in page
    assert "+44 7700 900123" in page
    assert lead.post("/users/2/edit", email="lena@larkfield.example") == 422


def test_a_site_is_created_and_changed(lead: Browser, customer_id: int) -> None:
    assert lead.post(f"/customers/{customer_id}/sites/new", name="Depot", country="DE", phones="030 1234567") == 303
    assert "+49 30 1234567" in lead.get("/sites/2")
    assert lead.post("/sites/2/edit", name="Mill Lane") == 422


def test_suppliers_are_kept(lead: Browser) -> None:
    assert lead.post("/suppliers/new", name="Northline Telecom", domains="northline.example") == 303
    assert "Northline Telecom" in lead.get("/suppliers?q=north")
    assert lead.post("/suppliers/1", name="Northline", phone="x") == 422


def test_who_may_only_see_customers_is_offered_no_change(signed_in: Callable[[str], Browser], customer_id: int) -> None:
    agent = signed_in("agent")
    assert "/edit" not in agent.get(f"/customers/{customer_id}")
    assert agent.client.get(f"/customers/{customer_id}/edit").status_code == 403
    assert agent.post(f"/customers/{customer_id}/edit", name="x") == 403


def test_what_has_to_be_known_is_confirmed_once(desk: Desk, agent: Browser, customer_id: int) -> None:
    with desk.db.work() as w:
        pop_ups.add_note(w, SYSTEM, customer_id, text="They owe us for March.")
        number = receive(w, SYSTEM, NewTicket("Milk", "sour", customer=customer_id)).id
    page = agent.get(f"/tickets/{number}")
    assert "They owe us for March." in page
    read = page.partition('name="read" value="')[2].partition('"')[0]
    assert agent.post(f"/tickets/{number}/pop-ups", read="note:1 anotherdigest") == 303
    assert "They owe us for March." in agent.get(f"/tickets/{number}")
    assert agent.post(f"/tickets/{number}/pop-ups", read=read) == 303
    assert "They owe us for March." not in agent.get(f"/tickets/{number}")


def test_who_asks_is_changed_on_the_ticket(desk: Desk, agent: Browser, customer_id: int) -> None:
    with desk.db.work() as w:
        number = receive(w, SYSTEM, NewTicket("Milk", "sour")).id
    fields = {"requester": "lena@larkfield.example", "requester_id": "", "customer": "", "customer_id": ""}
    assert agent.post(f"/tickets/{number}/whose", **fields) == 422  # the customer's box was emptied
    assert agent.post(f"/tickets/{number}/whose", **fields | {"customer": "Larkfield Dairy"}, site="1") == 303
    with desk.db.read() as session:
        ticket = store.get(session, SYSTEM, number)
        assert (ticket.customer_id, ticket.requester_id, ticket.site_id) == (customer_id, 1, 1)


def test_a_ticket_begins_with_the_customer_it_was_asked_for(lead: Browser, customer_id: int) -> None:
    assert 'value="Lena Ash"' in lead.get("/tickets/new?requester_id=1")
    assert 'value="Larkfield Dairy"' in lead.get(f"/tickets/new?customer_id={customer_id}")
