"""Files on tickets: kept once, part of a message, behind the ticket's wall, cleaned up when nobody holds them."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core_psa.attachments import actions as attachments
from core_psa.attachments.files import Files
from core_psa.attachments.rules import Limits
from core_psa.attachments.tables import Attachment, StoredFile
from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.desk import actions as tickets
from core_psa.desk import attachments as desk
from core_psa.errors import Forbidden, Invalid, NotFound
from core_psa.organisation.rules import BUILTIN_ROLES, PERMISSIONS
from core_psa.reads import attachments as reads
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

AGENT = Viewer("agent", 7, "Tamsin Orrelby", frozenset(PERMISSIONS))
OTHER = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["agent"])
SALES = Viewer("agent", 9, "Mara Vell", BUILTIN_ROLES["sales"])

Send = Callable[..., int]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files", Limits(file_bytes=1_000))


@pytest.fixture
def send(db: Database, files: Files) -> Send:
    def stage(ticket_id: int, content: bytes = b"Error 809", name: str = "log.txt", viewer: Viewer = AGENT) -> int:
        with files.received(io.BytesIO(content), name) as received, db.work() as w:
            return desk.stage(w, viewer, ticket_id, files, received).id

    return stage


def contents(files: Files) -> list[bytes]:
    return [path.read_bytes() for path in sorted(files.folder.rglob("*")) if path.is_file()]


def test_the_same_content_is_kept_once_under_every_name_it_was_sent_by(db: Database, files: Files, send: Send) -> None:
    first, second = opened(db), opened(db)
    ids = [send(first), send(second, name="copy.txt")]
    assert contents(files) == [b"Error 809"]
    with db.read() as session:
        assert [session.get_one(Attachment, i).name for i in ids] == ["log.txt", "copy.txt"]
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


@pytest.mark.parametrize(("content", "name"), [(b"x" * 1_001, "a.txt"), (b"", "a.txt"), (b"MZ", "a.exe")])
def test_what_is_too_large_empty_or_runs_is_refused_and_leaves_nothing(
    db: Database, files: Files, send: Send, content: bytes, name: str
) -> None:
    with pytest.raises(Invalid, match=name):
        send(opened(db), content, name)
    assert contents(files) == []


def test_a_file_that_could_not_be_kept_leaves_nothing_behind(db: Database, files: Files, send: Send) -> None:
    with pytest.raises(NotFound):
        send(99)
    assert contents(files) == []


def test_a_staged_file_is_its_senders_alone_until_it_is_part_of_a_message(db: Database, send: Send) -> None:
    ticket_id = opened(db)
    file_id = send(ticket_id)
    with db.read() as session:
        assert reads.attachment(session, AGENT, file_id).action_id is None
        assert reads.of_ticket(session, AGENT, ticket_id) == []
        with pytest.raises(NotFound):
            reads.attachment(session, OTHER, file_id)
    with pytest.raises(Invalid, match="no file"), db.work() as w:
        desk.add(w, OTHER, ticket_id, [file_id])
    with db.work() as w:
        desk.attach(w, AGENT, tickets.reply(w, AGENT, ticket_id, body="See the log."), [file_id])
    with db.read() as session:
        (row,) = reads.of_ticket(session, OTHER, ticket_id)
    assert (row.id, row.public) == (file_id, True)


def test_an_internal_file_is_read_by_those_who_read_notes(db: Database, send: Send) -> None:
    with db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
        user = customers.create_user(w, SYSTEM, customer.id, name="Ida Vance", email="ida@larkfield.example")
    ticket_id = opened(db, requester="ida@larkfield.example")
    ida = Viewer("user", user.id, "Ida Vance", customer_id=customer.id)
    neighbour = Viewer("user", user.id + 1, "Bo Harrow", customer_id=customer.id + 1)
    hidden, shown = send(ticket_id, b"internal"), send(ticket_id, b"public")
    with db.work() as w:
        desk.add(w, AGENT, ticket_id, [hidden])
        desk.add(w, AGENT, ticket_id, [shown], public=True)
    with db.read() as session:
        assert [row.id for row in reads.of_ticket(session, OTHER, ticket_id)] == [hidden, shown]
        for viewer in (SALES, ida):
            assert [row.id for row in reads.of_ticket(session, viewer, ticket_id)] == [shown]
            with pytest.raises(NotFound):
                reads.attachment(session, viewer, hidden)
        with pytest.raises(NotFound):
            reads.attachment(session, neighbour, shown)


def test_what_a_customers_user_sends_is_theirs_to_see(db: Database, send: Send) -> None:
    with db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
        user = customers.create_user(w, SYSTEM, customer.id, name="Ida Vance", email="ida@larkfield.example")
    ticket_id = opened(db, requester="ida@larkfield.example")
    ida = Viewer("user", user.id, "Ida Vance", customer_id=customer.id)
    file_id = send(ticket_id, viewer=ida)
    with db.work() as w:
        desk.add(w, ida, ticket_id, [file_id])
    with db.read() as session:
        assert [row.public for row in reads.of_ticket(session, ida, ticket_id)] == [True]


def test_who_may_not_change_tickets_sends_no_files(db: Database, send: Send) -> None:
    with pytest.raises(Forbidden):
        send(opened(db), viewer=SALES)


def test_a_removed_file_leaves_its_content_where_another_holds_it(
    db: Database, files: Files, send: Send, clock: StoppedClock
) -> None:
    ticket_id = opened(db)
    ids = [send(ticket_id), send(ticket_id, name="copy.txt")]
    with db.work() as w:
        desk.add(w, AGENT, ticket_id, ids)
    clock.advance(timedelta(hours=2))
    for file_id, left in zip(ids, ([b"Error 809"], []), strict=True):
        with db.work() as w:
            desk.remove(w, OTHER, file_id)
        with db.work() as w:
            attachments.clean(w, files)
        assert contents(files) == left


def test_what_was_sent_for_a_message_never_written_goes_after_a_day(
    db: Database, files: Files, send: Send, clock: StoppedClock
) -> None:
    send(opened(db))
    for hours, left in ((23, [b"Error 809"]), (2, [])):
        clock.advance(timedelta(hours=hours))
        with db.work() as w:
            attachments.clean(w, files)
        assert contents(files) == left


def test_a_content_sent_again_is_not_cleaned_away(db: Database, files: Files, send: Send, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    send(ticket_id)
    clock.advance(timedelta(days=2))
    kept = send(ticket_id)
    with db.work() as w:
        assert attachments.clean(w, files) == 0
        desk.add(w, AGENT, ticket_id, [kept])
    assert contents(files) == [b"Error 809"]
