"""Whatever is sent to any route of the console: it is done, refused, or not found, and never an error."""

from collections.abc import Callable
from datetime import date

import pytest

from core_psa.access.providers import update_provider
from core_psa.agreements import actions as agreements
from core_psa.assets import actions as assets
from core_psa.customers import actions as customers
from core_psa.customers import pop_ups, suppliers
from core_psa.db import Work
from core_psa.desk import approvals
from core_psa.intake.receive import NewTicket, receive
from core_psa.knowledge import actions as knowledge
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.core_psa.configuration.arranged import arrange, people
from tests.server.console.conftest import Browser
from tests.server.console.odd_input import Walk


def furnish(w: Work) -> None:
    """One of each thing, so that a route with ones for its parameters finds something."""
    people(w)
    arrange(w)
    # It is somebody else's site, to which no test goes.
    update_provider(w, SYSTEM, 1, active=False)
    customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy").id
    site = customers.create_site(w, SYSTEM, customer, name="Mill Lane").id
    user = customers.create_user(w, SYSTEM, customer, name="Lena Ott", email="lena@larkfield.example").id
    pop_ups.add_note(w, SYSTEM, customer, text="Feed first.")
    suppliers.create_supplier(w, SYSTEM, name="Quayside Distribution")
    agreements.create_agreement(w, SYSTEM, customer, name="Always on", starts_on=date(2026, 1, 1))
    knowledge.create_article(w, SYSTEM, title="Printers", body="Jam.")
    ticket = receive(w, SYSTEM, NewTicket("Printer jams", "Again.", requester=user, site=site)).id
    receive(w, SYSTEM, NewTicket("Scanner jams", "As well."))
    assets.create_asset(w, SYSTEM, customer_id=customer, type_id=1, name="LT-0001")
    approvals.request_approval(w, SYSTEM, ticket, question="Restart it?", user_id=user)


@pytest.fixture
def walk(desk: Desk, signed_in: Callable[[str], Browser]) -> Walk:
    with desk.db.work() as w:
        furnish(w)
    return Walk(desk, signed_in("administrator"), seed=7)


def test_no_route_and_no_form_breaks_whatever_is_sent_there(walk: Walk) -> None:
    walk.every_form()
    walk.every_route()
    assert walk.broken == []
    assert walk.sent > 350
