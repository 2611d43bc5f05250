"""What an agent is told while somebody else works on the same ticket, and that nothing of theirs is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core_psa.desk import actions, names
from core_psa.intake.receive import NewTicket, receive
from core_psa.notices.actions import tell
from core_psa.organisation import store as organisation
from core_psa.viewer import SYSTEM
from server.wiring import Desk

Arrives = Callable[[str, str], int]
Saves = Callable[..., None]


@pytest.fixture
def arrives(desk: Desk) -> Arrives:
    """From a customer about whom nothing is said before one begins."""

    def arrive(subject: str, body: str) -> int:
        new = NewTicket(subject, body, channel="email", requester="rosa.brindle@brindle.example")
        with desk.db.work() as w:
            return receive(w, SYSTEM, new).id

    return arrive


@pytest.fixture
def jory_saves(desk: Desk) -> Saves:
    """Jory changes a ticket, at another machine."""

    def save(number: int, **values: object) -> None:
        with desk.db.work() as w:
            jory = organisation.viewer_of(w.session, names.find(w.session, "assignee", "jory@harbour.example"))
            actions.update(w, jory, number, values=values)

    return save


def test_a_save_elsewhere_reaches_an_untouched_field_while_another_is_being_changed(
    tab: Page, desk: Desk, arrives: Arrives, jory_saves: Saves
) -> None:
    number = arrives("Two fields", "One agent tags while the other changes the status.")
    tab.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    with desk.db.read() as session:
        status = names.find(session, "status", "In Progress")
    jory_saves(number, status=status)
    expect(tab.locator("#ticket-head")).to_contain_text("In Progress")
    expect(tab.get_by_label("Status").locator("option:checked")).to_have_text("In Progress")
    expect(tab.get_by_label("Tags")).to_have_value("mine")
    expect(tab.locator(".collision")).to_have_count(0)
    tab.get_by_label("Tags").press("Enter")
    expect(tab.locator("#timeline")).to_contain_text("changed tags to mine")


def test_a_field_both_are_changing_is_asked_about_and_kept(tab: Page, arrives: Arrives, jory_saves: Saves) -> None:
    number = arrives("One field", "Both tag at once.")
    tab.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    jory_saves(number, tags=["theirs"])
    expect(tab.locator(".collision")).to_contain_text("Jory Penhallick set this to “theirs” just now")
    tab.get_by_role("button", name="Keep mine").click()
    expect(tab.locator("#timeline")).to_contain_text("changed tags theirs → mine")


def test_a_field_both_are_changing_is_asked_about_and_given_up(tab: Page, arrives: Arrives, jory_saves: Saves) -> None:
    number = arrives("The same field", "Both tag at once.")
    tab.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    jory_saves(number, tags=["theirs"])
    tab.get_by_role("button", name="Take theirs").click()
    expect(tab.get_by_label("Tags")).to_have_value("theirs")
    expect(tab.locator(".collision")).to_have_count(0)


def test_the_bell_rings_on_every_page(tab: Page, desk: Desk, arrives: Arrives) -> None:
    number = arrives("A bell", "Somebody is told of this.")
    tab.goto("/account/notifications")
    before = tab.locator("[data-unread]").text_content() or "0"
    with desk.db.work() as w:
        tell(w, "assigned", number, {}, agents=[1], actor=SYSTEM)
    expect(tab.locator("[data-unread]")).to_contain_text(str(int(before.split()[0]) + 1))
    tab.keyboard.press("g")
    tab.keyboard.press("n")
    tab.wait_for_url("**/notifications")
    tab.get_by_role("link", name="A bell").first.click()
    expect(tab.locator("h1")).to_have_text("A bell")
