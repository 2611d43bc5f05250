"""The panel beside a ticket, by mouse and keyboard: parts come when they are opened, stay open, and are never in the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from core_psa.desk import following
from core_psa.tickets.views.tables import OpenFolds
from core_psa.viewer import SYSTEM
from server.wiring import Desk

Arrives = Callable[[str, str], int]


@pytest.fixture
def ticket(tab: Page, desk: Desk, arrives: Arrives) -> Page:
    """The page of a new ticket, with its panel as somebody new finds it."""
    with desk.db.work() as w:
        w.session.execute(delete(OpenFolds))
    tab.goto(f"/tickets/{arrives('A scanner that hums', 'It hums all day.')}")
    for dialog in tab.locator("dialog[open]").all():
        dialog.evaluate("dialog => dialog.close()")
    return tab


def test_parts_are_reached_and_opened_by_keyboard(ticket: Page) -> None:
    ticket.keyboard.press("d")
    expect(ticket.locator("#context")).to_be_focused()
    ticket.keyboard.press("ArrowDown")
    expect(ticket.locator("#fold-details-line")).to_be_focused()
    for _ in range(20):
        ticket.keyboard.press("ArrowDown")
    expect(ticket.locator("#fold-watchers-line")).to_be_focused()
    ticket.keyboard.press("Enter")
    expect(ticket.locator("#fold-watchers")).to_contain_text("Nobody watches this ticket.")
    expect(ticket.locator("#fold-watchers-line")).to_be_focused()


def test_what_others_do_shows_in_an_opened_part_which_stays_open(ticket: Page, desk: Desk) -> None:
    number = int(ticket.url.rsplit("/", 1)[1])
    ticket.locator("#fold-watchers-line").click()
    expect(ticket.locator("#fold-watchers")).to_contain_text("Nobody watches this ticket.")
    with desk.db.work() as w:
        following.let_watch(w, SYSTEM, number, addresses=["ada@x.example"])
    ticket.locator("h1").click()
    expect(ticket.locator("#fold-watchers").get_by_text("ada@x.example", exact=True)).to_be_visible()


def test_what_was_opened_is_open_on_the_next_ticket_until_it_is_closed(ticket: Page, arrives: Arrives) -> None:
    with ticket.expect_response("**/account/folds"):
        ticket.locator("#fold-links-line").click()
    ticket.goto(f"/tickets/{arrives('A scanner that sings', 'All day.')}")
    expect(ticket.locator("#fold-links")).to_contain_text("Link a ticket")
    for dialog in ticket.locator("dialog[open]").all():
        dialog.evaluate("dialog => dialog.close()")
    with ticket.expect_response("**/account/folds"):
        ticket.locator("#fold-links-line").click()
    ticket.reload()
    expect(ticket.locator("#fold-links")).not_to_have_attribute("open", "")
