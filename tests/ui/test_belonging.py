"""Merging, putting aside, linking and splitting as an agent does it, and what the pages around that look like."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from core_psa.customers.tables import Customer
from core_psa.defaults import first_administrator
from core_psa.desk import actions as tickets
from core_psa.desk import links, snooze
from core_psa.intake.recurring.actions import create_recurring
from core_psa.intake.replies.actions import set_follow_up
from core_psa.intake.senders.actions import block
from core_psa.tickets.store import status_named
from core_psa.tickets.waiting.actions import create_rule
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.ui.conftest import SCREENS, let_in, watched
from tests.ui.desk_data import PASSWORD
from tests.ui.test_looks import LOOKS, SIZES

Arrives = Callable[[str, str], int]


def chosen(tab: Page, action: str) -> None:
    """Opens the ticket's menu and chooses from it."""
    tab.get_by_text("More", exact=True).click()
    tab.get_by_role("button", name=action).click()


def test_a_ticket_is_merged_and_the_merge_undone(tab: Page, arrives: Arrives) -> None:
    source, target = arrives("Scanner jams", "It jams."), arrives("Scanner jams again", "Still.")
    tab.goto(f"/tickets/{source}")
    chosen(tab, "Merge into another")
    tab.get_by_label("Number of the ticket that lives on").fill(str(target))
    tab.get_by_role("button", name="Merge", exact=True).click()
    expect(tab.get_by_text("What is answered here is read there")).to_be_visible()
    tab.get_by_role("button", name="Undo the merge").click()
    expect(tab.get_by_text("What is answered here is read there")).to_have_count(0)


def test_a_ticket_is_put_aside_by_keyboard_and_taken_up(tab: Page, arrives: Arrives) -> None:
    tab.goto(f"/tickets/{arrives('Move of an office', 'Next month.')}")
    tab.get_by_text("More", exact=True).focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.get_by_label("What for").fill("they call back")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Put aside until the customer answers")).to_be_visible()
    tab.get_by_role("button", name="Take it up now").click()
    expect(tab.get_by_text("Put aside until")).to_have_count(0)


def test_a_link_is_made_beside_the_ticket(tab: Page, arrives: Arrives) -> None:
    one, two = arrives("Printer is slow", "Slow."), arrives("Print server is slow", "Slow too.")
    tab.goto(f"/tickets/{one}")
    tab.get_by_text("Related tickets").click()
    tab.get_by_text("Link a ticket").click()
    tab.get_by_label("This ticket …").select_option("caused_by")
    tab.get_by_label("Number of the other ticket").fill(str(two))
    tab.get_by_role("button", name="Link", exact=True).click()
    expect(tab.locator("#fold-links").get_by_text("Print server is slow")).to_be_visible()


def test_a_refusal_is_said_on_the_page(tab: Page, arrives: Arrives) -> None:
    one = arrives("Mouse is dead", "Dead.")
    tab.goto(f"/tickets/{one}")
    chosen(tab, "Merge into another")
    tab.get_by_label("Number of the ticket that lives on").fill(str(one))
    tab.get_by_role("button", name="Merge", exact=True).click()
    expect(tab.get_by_role("alert").get_by_text("cannot be merged into itself")).to_be_visible()


@pytest.fixture
def arranged(desk: Desk, arrives: Arrives) -> dict[str, str]:
    """One of everything there is to see, and where it is seen."""
    parent, child, back = (
        arrives("Move to Harbour Street", "All."),
        arrives("Desks", "Nine."),
        arrives("Phones", "Two."),
    )
    with desk.db.work() as w:
        links.link(w, SYSTEM, child, "child_of", parent)
        links.link(w, SYSTEM, back, "follows", child)
        tickets.reply(w, SYSTEM, child, body="When do you move?")
        snooze.snooze(w, SYSTEM, back, linked_id=parent, note="before the move")
        waiting, closed = status_named(w.session, "Waiting on Customer").id, status_named(w.session, "Closed").id
        if not w.session.query(Customer).filter(Customer.name == "Once").count():
            w.session.add(Customer(name="Once", created_at=w.now))
            first_administrator(w, "Root", "root@harbour.example", PASSWORD)
            days = {"inactive_days": 14, "warning_days": 3}
            create_rule(w, SYSTEM, name="Silence", status_id=waiting, target_status_id=closed, **days)
            rhythm = {"rule": "FREQ=MONTHLY;BYDAY=1MO", "timezone": "Europe/Berlin"}
            starts = w.now.replace(tzinfo=None, hour=9, minute=0)
            create_recurring(w, SYSTEM, name="Patch day", subject="Patch the servers", starts=starts, **rhythm)
            set_follow_up(w, SYSTEM, None, cutoff_hours=168)
            block(w, SYSTEM, sender="ads@shop.example", note="advertising")
    with desk.db.work() as w:
        tickets.resolve(w, SYSTEM, parent, resolution="Moved.")
    snooze.wake_due(desk.db)
    here = "/administration"
    return {
        "chained": f"/tickets/{child}",
        "back": f"/tickets/{back}",
        "queue-back": "/queue",
        "recurring": f"{here}/recurring-tickets",
        "recurring-form": f"{here}/recurring-tickets/1",
        "auto-close": f"{here}/auto-close",
        "auto-close-form": f"{here}/auto-close/1",
        "replies": f"{here}/replies",
        "replies-form": f"{here}/replies/desk",
        "senders": f"{here}/blocked-senders",
    }


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_fit_their_window(
    browser: Browser, base_url: str, desk: Desk, arranged: dict[str, str], size: str, scheme: str
) -> None:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, base_url=base_url)  # type: ignore[arg-type]
    let_in(context, desk, "root@harbour.example")
    complaints, page = watched(context), context.new_page()
    SCREENS.mkdir(parents=True, exist_ok=True)
    for name, address in arranged.items():
        page.goto(address)
        page.screenshot(path=SCREENS / f"{name}-{size}-{scheme}.png", full_page=size == "phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], name
    page.goto(arranged["chained"])
    for dialog in ("snooze", "follow", "merge", "split", "spam"):
        page.evaluate(f"document.getElementById('{dialog}-dialog').showModal()")
        page.screenshot(path=SCREENS / f"{dialog}-{size}-{scheme}.png")
        page.keyboard.press("Escape")
    context.close()
    assert not complaints
