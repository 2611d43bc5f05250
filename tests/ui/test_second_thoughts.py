"""What cannot be taken back is asked about in place; what was opened can be left; who is refused begins where the trouble is."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_view_is_deleted_only_when_the_button_is_pressed_again(tab: Page) -> None:
    tab.goto("/queue/views/new")
    tab.get_by_label("Name").fill("Short lived")
    tab.get_by_role("button", name="Save view").click()
    tab.goto(tab.locator(".rail a", has_text="Short lived").get_attribute("href") or "")
    tab.locator(".view-link").click()
    delete = tab.locator("form[action$=delete] button")
    delete.click()
    expect(delete).to_have_text("Delete it for everybody who uses it?")
    tab.get_by_label("Name").focus()
    expect(delete).to_have_text("Delete this view")
    delete.click()
    delete.click()
    expect(tab.locator(".rail", has_text="Short lived")).to_have_count(0)


def test_ending_many_tickets_is_asked_about(tab: Page) -> None:
    tab.goto("/queue")
    for key in ("j", "x", "j", "x"):
        tab.keyboard.press(key)
    tab.locator("#bulk-change").select_option("close")
    tab.get_by_role("button", name="Apply").click()
    expect(tab.get_by_role("button", name="Close: 2 tickets?")).to_be_focused()
    expect(tab.locator("#bulk-results")).to_be_hidden()


def test_escape_leaves_the_menu_of_a_ticket(tab: Page, arrives: Callable[[str, str], int]) -> None:
    tab.goto(f"/tickets/{arrives('Screen flickers', 'It flickers.')}")
    more = tab.get_by_text("More", exact=True)
    more.click()
    expect(tab.get_by_role("button", name="Put aside")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("button", name="Put aside")).to_be_hidden()
    expect(more).to_be_focused()


def test_a_refused_form_begins_at_the_field_that_was_refused(tab: Page) -> None:
    tab.goto("/queue/views/new")
    tab.get_by_label("Name").fill("x" * 600)
    tab.get_by_role("button", name="Save view").click()
    expect(tab.get_by_label("Name")).to_be_focused()
    expect(tab.locator("#name-problem")).to_be_visible()
