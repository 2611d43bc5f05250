"""The way an agent goes: sign in, see the queue, open, accept, reply, resolve."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.ui.desk_data import PASSWORD

Arrives = Callable[[str, str], int]


def test_signing_in_leads_to_where_one_wanted_to_go(page: Page, base_url: str) -> None:
    page.goto("/queue?assignee=me")
    page.get_by_label("E-mail address").fill("mara@harbour.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#sign-in-problem")).to_contain_text("do not go together")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/queue?assignee=me")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_a_ticket_goes_from_the_queue_to_resolved_by_keyboard(tab: Page, arrives: Arrives) -> None:
    number = arrives("VPN error 809 again", "The VPN tunnel disconnects every few minutes with error 809.")
    tab.keyboard.press("g")
    tab.keyboard.press("q")
    tab.wait_for_url("**/queue")
    tab.keyboard.press("j")
    expect(tab.locator("tr.at")).to_have_id(f"t-{number}")
    tab.keyboard.press("o")
    tab.wait_for_url(f"**/tickets/{number}")

    expect(tab.locator("#triage")).to_contain_text("Accept all")
    tab.keyboard.press("a")
    expect(tab.locator("#triage")).to_contain_text("accepted by you")
    expect(tab.locator("#ticket-head")).to_contain_text("Imke Straat")

    tab.keyboard.press("r")
    tab.keyboard.type("We are renewing the certificate.")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".message.agent")).to_contain_text("We are renewing the certificate.")
    expect(tab.locator("#ticket-head")).to_contain_text("In Progress")

    tab.keyboard.press("Escape")
    tab.keyboard.press("e")
    tab.keyboard.type("Renewed the client certificate.")
    tab.get_by_role("textbox", name="Minutes worked").first.fill("25")
    tab.get_by_role("button", name="Resolve").click()
    expect(tab.locator("#ticket-head")).to_contain_text("Resolved")
    expect(tab.locator(".message.resolution")).to_contain_text("Renewed the client certificate.")
    expect(tab.locator("#fold-details")).to_contain_text("25 min")


def test_a_waiting_suggestion_arrives_while_the_page_is_open(
    tab: Page, arrives_late: Arrives, goes_on: Callable[[int], None]
) -> None:
    number = arrives_late("Outlook loading profile hangs", "Outlook hangs at loading profile, web mail works.")
    tab.goto(f"/tickets/{number}")
    expect(tab.locator("#triage")).to_contain_text("Looking for similar solved tickets")
    tab.get_by_label("Text", exact=True).fill("half a reply")
    goes_on(number)
    expect(tab.locator("#triage")).to_contain_text("E-mail / Outlook")
    expect(tab.get_by_label("Text", exact=True)).to_have_value("half a reply")


def test_the_queue_says_what_came_in_without_moving(tab: Page, arrives: Arrives) -> None:
    tab.goto("/queue")
    first = tab.locator(".tickets tbody tr").first
    before = first.bounding_box()
    arrives("Printer prints blank pages", "The printer at reception prints blank pages.")
    expect(tab.locator("#news")).to_contain_text("1 new ticket")
    assert first.bounding_box() == before
    tab.keyboard.press("s")
    expect(tab.locator(".tickets tbody tr").first).to_contain_text("Printer prints blank pages")


def test_an_override_keeps_what_was_suggested(tab: Page, arrives: Arrives) -> None:
    tab.goto(f"/tickets/{arrives('Account locked', 'Please unlock my account, password typed wrong.')}")
    row = tab.locator(".field-row", has_text="Category")
    row.get_by_text("Other").click()
    row.locator("select").select_option(label="E-mail / Outlook")
    row.get_by_role("button", name="Set").click()
    expect(row).to_contain_text(re.compile("chosen by you .* instead of Accounts / Password and lockout"))


def test_an_agent_is_told_who_else_is_writing(tab: Page, second_tab: Page, arrives: Arrives) -> None:
    number = arrives("Two at once", "Both agents open this.")
    tab.goto(f"/tickets/{number}")
    second_tab.goto(f"/tickets/{number}")
    expect(tab.locator("[data-others]")).to_contain_text("Jory Penhallick is here too")
    second_tab.get_by_label("Text", exact=True).fill("I am")
    expect(tab.locator("[data-others]")).to_contain_text("Jory Penhallick is writing a reply")


def test_a_reply_beside_another_reply_is_asked_about(tab: Page, second_tab: Page, arrives: Arrives) -> None:
    number = arrives("Whose answer", "One of two agents answers first.")
    for page in (tab, second_tab):
        page.goto(f"/tickets/{number}")
    second_tab.get_by_label("Text", exact=True).fill("Jory's answer")
    second_tab.get_by_role("button", name="Send reply").click()
    expect(second_tab.locator(".message.agent")).to_contain_text("Jory's answer")

    tab.get_by_label("Text", exact=True).fill("Mara's answer")
    tab.get_by_role("button", name="Send reply").click()
    expect(tab.locator("#composer-trouble")).to_contain_text("Jory Penhallick replied")
    tab.get_by_role("button", name="Send mine all the same").click()
    expect(tab.locator(".message.agent").last).to_contain_text("Mara's answer")


def test_a_new_ticket_is_taken_down_by_phone(tab: Page) -> None:
    tab.keyboard.press("c")
    tab.wait_for_url("**/tickets/new")
    tab.get_by_label("Requester", exact=True).press_sequentially("quel", delay=20)
    tab.get_by_role("option", name=re.compile("Ada Quell")).wait_for()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Customer", exact=True)).to_have_value("Marlowe Finch Solicitors")
    expect(tab.locator("#known")).to_contain_text("Recent tickets of this requester")
    tab.get_by_label("Subject").fill("Printer does not print")
    tab.get_by_label("Description").fill("Print jobs are stuck in the queue, nothing comes out.")
    tab.get_by_role("button", name="Ask triage first").click()
    expect(tab.locator("#preview")).to_contain_text("Printing / Print queue")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url(re.compile(r"/tickets/\d+$"))
    expect(tab.locator(".message.customer")).to_contain_text("by phone, taken by Mara Ostrow")


def test_the_keyboard_help_opens_and_closes(tab: Page) -> None:
    tab.keyboard.press("?")
    expect(tab.get_by_role("heading", name="Keyboard")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("heading", name="Keyboard")).to_be_hidden()
