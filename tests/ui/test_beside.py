"""What helps with a ticket, by hand and keyboard in a real browser: files, checklists, canned answers."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core_psa.checklists import actions as checklists
from core_psa.knowledge import canned_actions
from core_psa.viewer import SYSTEM
from server.wiring import Desk

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

Arrives = Callable[[str, str], int]


@pytest.fixture
def ticket(tab: Page, arrives: Arrives) -> Page:
    """The page of a new ticket, with everything confirmed that pops up."""
    tab.goto(f"/tickets/{arrives('A scanner that beeps', 'It beeps all day.')}")
    for dialog in tab.locator("dialog[open]").all():
        dialog.evaluate("dialog => dialog.close()")
    return tab


def test_files_go_with_a_note_and_are_looked_at(ticket: Page) -> None:
    ticket.keyboard.press("n")
    ticket.locator("#body").fill("See the files.")
    files = [
        {"name": "log.txt", "mimeType": "text/plain", "buffer": b"Error 809 <b>here</b>"},
        {"name": "pixel.png", "mimeType": "image/png", "buffer": PIXEL},
    ]
    ticket.locator('#composer input[type="file"]').set_input_files(files)  # type: ignore[arg-type]
    expect(ticket.locator(".files.chosen li")).to_have_count(2)
    ticket.get_by_role("button", name="Add note").click()
    picture = ticket.get_by_role("img", name="pixel.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1
    ticket.get_by_text("Preview").click()
    expect(ticket.locator(".peeked")).to_have_text("Error 809 <b>here</b>")


def test_a_checklist_is_ticked_by_keyboard(ticket: Page, desk: Desk) -> None:
    with desk.db.work() as w:
        checklists.create_template(w, SYSTEM, name="Scanner", items=[{"text": "Switch it off"}, {"text": "And on"}])
    ticket.reload()
    for dialog in ticket.locator("dialog[open]").all():
        dialog.evaluate("dialog => dialog.close()")
    part = ticket.locator("#fold-checklists")
    part.locator("summary").click()
    part.get_by_role("button", name="Add").first.click()
    first = ticket.get_by_role("checkbox", name="Switch it off")
    first.focus()
    ticket.keyboard.press("Space")
    expect(ticket.locator(".checklist-name")).to_contain_text("1 of 2")
    expect(ticket.get_by_role("checkbox", name="Switch it off")).to_be_checked()


def test_a_canned_answer_is_inserted_by_keyboard(ticket: Page, desk: Desk) -> None:
    with desk.db.work() as w:
        canned_actions.create_canned(w, SYSTEM, name="Thanks", body="Thank you, {{requester.first}}.", scope="desk")
        canned_actions.create_canned(w, SYSTEM, name="Other", body="Something else.", scope="desk")
    ticket.keyboard.press("t")
    words = ticket.get_by_role("searchbox", name="Words", exact=True)
    expect(words).to_be_focused()
    words.fill("thank")
    ticket.keyboard.press("Enter")
    expect(ticket.locator("#body")).to_have_value("Thank you, Ada.")
    expect(ticket.locator("#body")).to_be_focused()
