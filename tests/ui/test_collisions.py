"""Two agents at one ticket, each at a machine of their own, and what one is told while another works."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from core_psa.notices.actions import tell
from core_psa.viewer import SYSTEM
from server.wiring import Desk

Arrives = Callable[[str, str], int]


def tag(page: Page, words: str) -> None:
    page.get_by_label("Tags").fill(words)
    page.get_by_label("Tags").press("Enter")


def test_a_save_elsewhere_reaches_an_untouched_field_while_another_is_being_changed(
    tab: Page, second_tab: Page, arrives: Arrives
) -> None:
    number = arrives("Two fields", "One agent tags while the other changes the status.")
    for page in (tab, second_tab):
        page.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    second_tab.get_by_label("Status").select_option(label="In Progress")
    expect(second_tab.locator("#ticket-head")).to_contain_text("In Progress")
    expect(tab.get_by_label("Status").locator("option:checked")).to_have_text("In Progress")
    expect(tab.get_by_label("Tags")).to_have_value("mine")
    expect(tab.locator(".collision")).to_have_count(0)


def test_a_field_both_are_changing_is_asked_about_and_kept(tab: Page, second_tab: Page, arrives: Arrives) -> None:
    number = arrives("One field", "Both tag at once.")
    for page in (tab, second_tab):
        page.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    tag(second_tab, "theirs")
    expect(tab.locator(".collision")).to_contain_text("Jory Penhallick set this to “theirs” just now")
    tab.get_by_role("button", name="Keep mine").click()
    expect(second_tab.get_by_label("Tags")).to_have_value("mine")


def test_a_field_both_are_changing_is_asked_about_and_given_up(tab: Page, second_tab: Page, arrives: Arrives) -> None:
    number = arrives("The same field", "Both tag at once.")
    for page in (tab, second_tab):
        page.goto(f"/tickets/{number}")
    tab.get_by_label("Tags").press_sequentially("mine")
    tag(second_tab, "theirs")
    tab.get_by_role("button", name="Take theirs").click()
    expect(tab.get_by_label("Tags")).to_have_value("theirs")


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
