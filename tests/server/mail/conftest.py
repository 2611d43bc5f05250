"""A real SMTP server that the tests start themselves, and a desk that sends through it."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.notices.tables import OutgoingMail
from server.mail.post import Post
from server.settings import Settings

DESK = "Harbour IT <desk@harbour.example>"
PASSWORD = "a-secret-nobody-may-read"


@dataclass
class Inbox:
    """What arrived, and what the server answers: by address to RCPT, by subject to DATA."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    to_address: dict[str, str] = field(default_factory=dict)
    to_subject: dict[str, str] = field(default_factory=dict)
    to_sender: str = ""
    on_data: Callable[[], None] = lambda: None

    async def handle_MAIL(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        answer = self.to_address.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        answer = next((a for words, a in self.to_subject.items() if words in mail["subject"]), "250 OK")
        if answer.startswith("250"):
            self.mails.append(mail)  # type: ignore[arg-type]
        self.on_data()
        return answer

    def password_is_right(self, _s: Any, _session: Any, _e: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox(_free_port())
    options = {"authenticator": inbox.password_is_right, "auth_require_tls": False}
    server = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    server.start()
    yield inbox
    server.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def settings(inbox: Inbox, store_url: str) -> Settings:
    return Settings(
        database_url=store_url, smtp_host="127.0.0.1", smtp_port=inbox.port, smtp_security="none", mail_from=DESK
    )


@pytest.fixture
def post(settings: Settings, db: Database) -> Post:
    return Post(settings, db)


@dataclass
class Outbox:
    """Mails put there by hand, and what became of them."""

    db: Database
    clock: StoppedClock

    def put(self, address: str = "ada@marlowe.example", subject: str = "Printer jams", **more: Any) -> int:
        given = {"event": "resolved", "audience": "user", "name": "Ada", "text": "Dear Ada\n\nDone.", **more}
        with self.db.work() as w:
            row = OutgoingMail(address=address, subject=subject, created_at=w.now, due_at=w.now, **given)
            w.session.add(row)
            w.session.flush()
            return row.id

    def row(self, mail_id: int) -> OutgoingMail:
        with self.db.read() as session:
            return session.get_one(OutgoingMail, mail_id)

    def state(self, mail_id: int) -> tuple[str, str | None]:
        row = self.row(mail_id)
        return row.state, row.error

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


@pytest.fixture
def outbox(db: Database, clock: StoppedClock) -> Outbox:
    return Outbox(db, clock)
