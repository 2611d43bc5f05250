"""The dispatch board under a real mouse, and picking in the queue under a real keyboard."""

import re

from playwright.sync_api import Page, expect


def test_a_ticket_is_dragged_to_a_day_and_then_to_somebody_else(tab: Page) -> None:
    tab.goto("/dispatch")
    card = tab.locator("[data-ticket]").first
    subject = card.locator("a").inner_text()
    cell = tab.locator("td[data-day]").first
    card.drag_to(cell)
    tab.wait_for_url("**/dispatch?week=*")
    planned = tab.locator(".appointment").filter(has_text=subject)
    expect(planned).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d"))
    expect(tab.locator(".loose")).not_to_contain_text(subject)
    second = tab.locator("tbody tr").nth(1).locator("td").nth(2)
    planned.drag_to(second)
    expect(second.locator(".appointment")).to_contain_text(subject)


def test_tickets_are_picked_by_keyboard_and_changed_together(tab: Page) -> None:
    tab.goto("/queue")
    for key in ("j", "x", "j", "x"):
        tab.keyboard.press(key)
    expect(tab.locator("[data-picked]")).to_have_text("2")
    tab.keyboard.press("b")
    tab.locator("#bulk-change").select_option("tag")
    tab.get_by_placeholder("Tags to add").fill("patch-day")
    tab.get_by_role("button", name="Apply").click()
    expect(tab.locator("#bulk-results [data-result=done]")).to_have_count(2)
    tab.get_by_role("button", name="Close").last.click()
    expect(tab.locator(".tag", has_text="patch-day")).to_have_count(2)
