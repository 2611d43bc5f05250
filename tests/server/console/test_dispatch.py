"""The dispatch board, by its forms."""

from collections.abc import Callable

import pytest

from core_psa.customers import actions as customers
from core_psa.desk import actions
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

Opens = Callable[[str, str], int]
WEEK = "2026-03-02"


@pytest.fixture
def dispatcher(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("dispatcher")


def assignee(desk: Desk, ticket_id: int) -> int | None:
    with desk.db.read() as session:
        return session.get_one(Ticket, ticket_id).assignee_id


def test_unassigned_tickets_stand_beside_the_week(dispatcher: Browser, ticket: Opens) -> None:
    ticket("Printer jams", "")
    page = dispatcher.get(f"/dispatch?week={WEEK}")
    assert "Printer jams" in page
    assert 'data-day="2026-03-08"' in page


def test_a_ticket_dropped_on_an_agent_is_assigned(dispatcher: Browser, ticket: Opens, desk: Desk) -> None:
    number = ticket("Printer jams", "")
    assert dispatcher.post("/dispatch/assign", ticket=str(number), agent="1") == 303
    assert assignee(desk, number) == 1


def test_a_ticket_dropped_on_a_day_is_planned(dispatcher: Browser, ticket: Opens, desk: Desk) -> None:
    number = ticket("Printer jams", "")
    assert dispatcher.post("/dispatch/plan", ticket=str(number), agent="1", day=WEEK) == 303
    assert "09:00–10:00" in dispatcher.get(f"/dispatch?week={WEEK}")
    assert dispatcher.post("/dispatch/1/move", agent="1", day="2026-03-04") == 303
    assert dispatcher.post("/dispatch/1/cancel") == 303
    assert "09:00–10:00" not in dispatcher.get(f"/dispatch?week={WEEK}")


def test_a_visit_is_planned_with_the_form(dispatcher: Browser) -> None:
    form = {"agent": "1", "text": "Swap the switch", "starts": "2026-03-03T13:30", "minutes": "90", "on_site": "on"}
    assert dispatcher.post("/dispatch/plan", week=WEEK, **form) == 303
    page = dispatcher.get(f"/dispatch?week={WEEK}")
    assert "13:30–15:00" in page
    assert "on site" in page


def test_a_plan_that_cannot_be_says_why(dispatcher: Browser) -> None:
    form = {"csrf_token": dispatcher.csrf_token, "agent": "1", "starts": "soon", "minutes": "60", "text": "Swap"}
    answer = dispatcher.client.post("/dispatch/plan", data=form)
    assert answer.status_code == 422
    assert "must be a day and a time" in answer.text


def test_a_hand_over_note_is_read_by_the_next_shift(agent: Browser, dispatcher: Browser) -> None:
    assert agent.post("/dispatch/hand-over", note="The switch in Mill Lane restarts tonight.") == 303
    assert "restarts tonight" in dispatcher.get("/dispatch")


def test_an_agent_sees_the_board_and_plans_nothing(agent: Browser, ticket: Opens) -> None:
    number = str(ticket("Printer jams", ""))
    assert 'draggable="true"' not in agent.get("/dispatch")
    assert agent.post("/dispatch/plan", ticket=number, agent="1", day=WEEK) == 403
    assert agent.post("/dispatch/assign", ticket=number, agent="1") == 403


def test_a_visit_goes_to_the_site_chosen_or_to_that_of_its_ticket(
    dispatcher: Browser, ticket: Opens, desk: Desk
) -> None:
    with desk.db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield").id
        dairy, shop = (customers.create_site(w, SYSTEM, customer, name=name).id for name in ("Dairy", "Shop"))
    number = ticket("Printer jams", "")
    with desk.db.work() as w:
        actions.update(w, SYSTEM, number, values={"customer": customer, "site": dairy})
    offered = dispatcher.get(f"/dispatch/sites?number={number}")
    assert f'value="{dairy}" selected' in offered
    assert "Shop" in offered
    form = {"agent": "1", "number": str(number), "starts": "2026-03-03T13:30", "minutes": "90", "on_site": "on"}
    assert dispatcher.post("/dispatch/plan", week=WEEK, **form) == 303
    assert dispatcher.post("/dispatch/plan", week=WEEK, **form, site=str(shop)) == 303
    page = dispatcher.get(f"/dispatch?week={WEEK}")
    assert "on site: Dairy" in page
    assert "on site: Shop" in page


def test_no_sites_are_offered_for_a_ticket_that_is_none(dispatcher: Browser) -> None:
    for number in ("", "99", "x", "9" * 20):
        assert "Offered once the ticket is named" in dispatcher.get(f"/dispatch/sites?number={number}")


def test_the_sites_offered_follow_the_number_that_is_typed(signed_in: Callable[[str], Browser]) -> None:
    assert 'hx-get="/dispatch/sites" hx-trigger="change, input changed' in signed_in("dispatcher").get("/dispatch")
