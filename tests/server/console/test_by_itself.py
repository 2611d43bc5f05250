"""The administration of what the desk does by itself."""

from collections.abc import Callable

import pytest

from core_psa.organisation.tables import Team
from server.wiring import Desk
from tests.server.console.conftest import Browser

RECURRING = "/administration/recurring-tickets"
AUTO_CLOSE = "/administration/auto-close"
REPLIES = "/administration/replies"
SENDERS = "/administration/blocked-senders"

TEMPLATE = {
    "name": "Backup check",
    "rhythm": "FREQ=DAILY",
    "rule": "",
    "starts": "2099-03-02T09:00",
    "timezone": "Europe/Berlin",
    "subject": "Check the backups",
    "active": "on",
}


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def test_a_template_is_written_shown_and_changed(admin: Browser) -> None:
    assert "Nothing comes by itself yet" in admin.get(RECURRING)
    assert "Every working day" in admin.get(f"{RECURRING}/new")
    assert admin.post(f"{RECURRING}/new", **TEMPLATE) == 303
    assert "Check the backups" in admin.get(RECURRING)
    assert "Mon 02 Mar 2099 09:00" in admin.get(f"{RECURRING}/1")
    assert admin.post(f"{RECURRING}/1", **{**TEMPLATE, "rule": "FREQ=MONTHLY;BYDAY=2TU"}) == 303
    assert "FREQ=MONTHLY;BYDAY=2TU" in admin.get(f"{RECURRING}/1")
    assert "Every month, on its second Tuesday" in admin.get(RECURRING)
    assert admin.post(f"{RECURRING}/1", **{**TEMPLATE, "active": ""}) == 303
    assert "rests" in admin.get(RECURRING)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rule": "FREQ=OFTEN"}, "needs a frequency"),
        ({"timezone": "Europe/Berln"}, "Europe/Berlin"),
        ({"starts": "soon"}, "a date and a time"),
        ({"name": ""}, "must not be empty"),
    ],
)
def test_a_template_is_refused_beside_the_field_with_what_was_typed(
    admin: Browser, wrong: dict[str, str], said: str
) -> None:
    fields = {**TEMPLATE, **wrong, "csrf_token": admin.csrf_token}
    answer = admin.client.post(f"{RECURRING}/new", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Check the backups" in answer.text


def test_a_rule_of_silence_is_written_shown_and_changed(admin: Browser) -> None:
    rule = {
        "name": "Silence",
        "status_id": "4",
        "target_status_id": "7",
        "inactive_days": "14",
        "warning_days": "3",
        "active": "on",
    }
    assert admin.post(f"{AUTO_CLOSE}/new", **rule) == 303
    assert "3 days before" in admin.get(AUTO_CLOSE)
    assert 'value="14"' in admin.get(f"{AUTO_CLOSE}/1")
    assert 'value="14"' in admin.get(f"{AUTO_CLOSE}/new")
    assert admin.post(f"{AUTO_CLOSE}/1", **{**rule, "warning_days": ""}) == 303
    assert "never" in admin.get(AUTO_CLOSE)
    assert admin.post(f"{AUTO_CLOSE}/1", **{**rule, "inactive_days": "2"}) == 422
    assert admin.post(f"{AUTO_CLOSE}/1", **{**rule, "inactive_days": "many"}) == 422


def test_replies_are_set_for_the_desk_and_for_one_team(admin: Browser, desk: Desk) -> None:
    with desk.db.work() as w:
        w.session.add(Team(id=3, name="Network"))
    assert "as delivered" in admin.get(REPLIES)
    desk_wide = {"reopening": "on", "cutoff_hours": "72", "reopens_an_hour": "3"}
    assert admin.post(f"{REPLIES}/desk", **desk_wide) == 303
    assert admin.post(f"{REPLIES}/3", **{**desk_wide, "reopening": "", "cutoff_hours": ""}) == 303
    page = admin.get(REPLIES)
    assert "after 72 h" in page
    assert "as delivered" not in page
    assert 'value="72"' in admin.get(f"{REPLIES}/desk")
    assert admin.post(f"{REPLIES}/desk", **{**desk_wide, "reopens_an_hour": "0"}) == 422


def test_a_sender_is_blocked_and_let_in_again(admin: Browser) -> None:
    assert admin.post(SENDERS, sender="Shop.example", note="advertising") == 303
    assert "shop.example" in admin.get(SENDERS)
    assert admin.post(SENDERS, sender="shop.example") == 422
    assert admin.post(f"{SENDERS}/1/remove") == 303
    assert "Nobody is blocked" in admin.get(SENDERS)


@pytest.mark.parametrize("path", [f"{RECURRING}/new", f"{AUTO_CLOSE}/new", f"{REPLIES}/desk"])
def test_an_agent_sets_up_none_of_it(agent: Browser, path: str) -> None:
    assert agent.client.get(path).status_code == 403
    assert (
        agent.post(path, **TEMPLATE, reopens_an_hour="3", status_id="4", target_status_id="7", inactive_days="3") == 403
    )
