"""Texts and outbox, for those who look after them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.notices.tables import OutgoingMail
from server.wiring import Desk
from tests.server.console.conftest import Browser

SignedIn = Callable[[str], Browser]
Tickets = Callable[[str, str], int]

PAGES = ("/notices", "/notices/replied/user", "/outbox", "/outbox/settings")


@pytest.fixture
def admin(signed_in: SignedIn) -> Browser:
    return signed_in("administrator")


@pytest.fixture
def mail(desk: Desk) -> int:
    """A mail that failed."""
    with desk.db.work() as w:
        row = OutgoingMail(
            event="replied",
            address="ada@marlowe.example",
            name="Ada <Quell>",
            subject="Printer",
            text="On <it>",
            state="failed",
            error="550 no such person",
            created_at=w.now,
            due_at=w.now,
        )
        w.session.add(row)
        w.session.flush()
        return row.id


@pytest.mark.parametrize("address", [*PAGES, "/outbox/1"])
def test_only_those_who_may_see_texts_and_mails(signed_in: SignedIn, mail: int, address: str) -> None:
    assert signed_in("manager").client.get(address).status_code == 403
    assert signed_in("administrator").client.get(address).status_code == 200


def test_a_failed_mail_says_why_and_is_sent_after_all(desk: Desk, admin: Browser, mail: int) -> None:
    assert "550 no such person" in admin.get("/outbox?state=failed")
    shown = admin.get(f"/outbox/{mail}")
    assert "On &lt;it&gt;" in shown
    assert admin.post(f"/outbox/{mail}/send") == 303
    assert "waiting" in admin.get(f"/outbox/{mail}")
    assert admin.post(f"/outbox/{mail}/cancel") == 303
    assert "cancelled by Test administrator" in admin.get(f"/outbox/{mail}")
    with desk.db.read() as session:
        changes = list(session.scalars(select(AuditEntry.record_kind).order_by(AuditEntry.id)))
    assert changes.count("outgoing mail") == 2


def test_a_mail_that_went_is_not_called_back(desk: Desk, admin: Browser, mail: int) -> None:
    with desk.db.work() as w:
        w.session.get_one(OutgoingMail, mail).state = "sent"
    assert admin.post(f"/outbox/{mail}/cancel") == 409


def test_holding_everything_is_said_on_the_outbox(admin: Browser) -> None:
    assert admin.post("/outbox/settings", held="on", site="https://desk.example", language="de") == 303
    assert "Everything is held" in admin.get("/outbox")
    assert admin.post("/outbox/settings", site="desk.example", language="de") == 422


def test_an_own_text_is_saved_shown_and_given_up(admin: Browser) -> None:
    address = "/notices/replied/user"
    assert admin.post(address, language="de", subject="Antwort", text="Hallo {{recipient}}, {{body}}") == 303
    assert "Antwort" in admin.get(f"{address}?language=de")
    assert "own text" in admin.get("/notices")
    assert admin.post(f"{address}/reset", language="de") == 303
    assert "own text" not in admin.get("/notices")


def test_a_placeholder_that_says_nothing_is_refused_with_those_that_do(admin: Browser) -> None:
    fields = {
        "csrf_token": admin.csrf_token,
        "language": "en",
        "subject": "{{number}}",
        "text": "{{password}} {{link}}",
    }
    answer = admin.client.post("/notices/replied/user", data=fields)
    assert answer.status_code == 422
    for words in ("password, link cannot be filled in here", "number, actor"):
        assert words in answer.text


def test_a_preview_shows_a_real_ticket_and_saves_nothing(admin: Browser, ticket: Tickets) -> None:
    number = ticket("Flood in the <cellar>", "")
    fields = {"do": "preview", "language": "en", "subject": "About {{subject}}", "text": "{{number}} {{body}}"}
    answer = admin.client.post(
        "/notices/replied/user", data={"csrf_token": admin.csrf_token, "ticket": f"#{number}", **fields}
    )
    assert "About Flood in the &lt;cellar&gt;" in answer.text
    assert f"{number:07d} We have cleared the feeder" in answer.text
    assert "own text" not in admin.get("/notices")


def test_users_are_told_of_what_is_ticked(admin: Browser) -> None:
    assert admin.post("/notices", told=["resolved", "closed"]) == 303
    page = admin.get("/notices")
    assert page.count(" checked") == 2


def test_a_text_nobody_is_ever_sent_does_not_exist(admin: Browser) -> None:
    assert admin.client.get("/notices/noted/user").status_code == 404
