"""What leaves the outbox, what stays, and what the other side gets; against a real SMTP server."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.errors import Conflict
from core_psa.notices import administration
from core_psa.viewer import SYSTEM
from server.mail.post import Post
from server.mail.smtp import ServerUnusable
from server.settings import Secret, Settings
from tests.desk import opened
from tests.roads.processes import ROOT
from tests.server.mail.conftest import PASSWORD, Inbox, Outbox


def test_a_waiting_mail_arrives_and_is_marked_sent(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    mail_id = outbox.put()
    assert post.work_once() == 1
    (mail,) = inbox.mails
    assert (mail["to"], mail["subject"]) == ("Ada <ada@marlowe.example>", "Printer jams")
    assert outbox.state(mail_id) == ("sent", None)
    assert post.work_once() == 0


def test_what_the_desk_sends_by_itself_says_so_and_what_an_agent_wrote_does_not(
    post: Post, outbox: Outbox, inbox: Inbox
) -> None:
    outbox.put()
    outbox.put(event="replied")
    post.work_once()
    assert [mail["auto-submitted"] for mail in inbox.mails] == ["auto-generated", None]


def test_the_second_mail_about_a_ticket_answers_the_first(
    db: Database, post: Post, outbox: Outbox, inbox: Inbox
) -> None:
    ticket_id = opened(db)
    for _ in range(2):
        outbox.put(ticket_id=ticket_id)
        post.work_once()
    first, second = inbox.mails
    root = f"<ticket-{ticket_id:07d}@harbour.example>"
    assert first["references"].split() == [root]
    assert second["in-reply-to"] == first["message-id"]
    assert second["references"].split() == [root, first["message-id"]]


def test_a_thread_names_nothing_that_somebody_else_was_sent(
    db: Database, post: Post, outbox: Outbox, inbox: Inbox
) -> None:
    ticket_id = opened(db)
    outbox.put(ticket_id=ticket_id)
    post.work_once()
    outbox.put("tom@marlowe.example", ticket_id=ticket_id)
    post.work_once()
    assert inbox.mails[0]["message-id"] not in inbox.mails[1]["references"]


def test_a_refused_address_has_failed_for_good(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_address["gone@marlowe.example"] = "550 5.1.1 no such person"
    gone, there = outbox.put("gone@marlowe.example"), outbox.put()
    post.work_once()
    assert outbox.state(gone) == ("failed", "550 5.1.1 no such person")
    assert outbox.state(there) == ("sent", None)


def test_a_full_mailbox_is_tried_again_later(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_address["ada@marlowe.example"] = "452 4.2.2 mailbox full"
    mail_id = outbox.put()
    post.work_once()
    assert outbox.state(mail_id) == ("waiting", "452 4.2.2 mailbox full")
    assert post.work_once() == 0
    inbox.to_address.clear()
    outbox.later(minutes=1)
    post.work_once()
    assert outbox.state(mail_id) == ("sent", None)


def test_what_is_refused_again_and_again_has_failed_in_the_end(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_subject["jams"] = "451 try later"
    mail_id = outbox.put()
    for _ in range(7):
        post.work_once()
        outbox.later(hours=12)
    assert outbox.state(mail_id) == ("failed", "451 try later")


def test_a_mail_the_server_finds_bad_has_failed(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_subject["jams"] = "554 5.7.1 looks like spam"
    mail_id = outbox.put()
    post.work_once()
    assert outbox.state(mail_id) == ("failed", "554 5.7.1 looks like spam")


def test_a_server_out_of_reach_costs_no_mail_an_attempt(settings: Settings, db: Database, outbox: Outbox) -> None:
    mail_id = outbox.put()
    nobody = Post(replace(settings, smtp_port=1), db)
    for _ in range(3):
        with pytest.raises(ServerUnusable):
            nobody.work_once()
    state, error = outbox.state(mail_id)
    assert (state, outbox.row(mail_id).attempts) == ("waiting", 0)
    assert "refused" in str(error).lower()


def test_a_sender_the_server_does_not_take_is_no_mails_fault(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_sender = "550 you are not harbour"
    mail_id = outbox.put()
    with pytest.raises(ServerUnusable, match="not harbour"):
        post.work_once()
    assert (outbox.row(mail_id).state, outbox.row(mail_id).attempts) == ("waiting", 0)


def test_a_mail_the_server_breaks_down_over_does_not_stop_the_others(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    inbox.to_subject["poison"] = "421 going away"
    poison, other = outbox.put(subject="poison"), outbox.put()
    with pytest.raises(ServerUnusable):
        post.work_once()
    post.work_once()
    assert outbox.row(poison).state == "waiting"
    assert outbox.row(other).state == "sent"


def test_without_a_server_mails_wait_until_they_are_no_news_any_more(
    settings: Settings, db: Database, outbox: Outbox
) -> None:
    none = Post(replace(settings, smtp_host=""), db)
    mail_id = outbox.put()
    none.work_once()
    assert outbox.state(mail_id) == ("waiting", None)
    outbox.later(hours=73)
    none.work_once()
    assert outbox.state(mail_id) == ("failed", "could not be sent within 72 hours")


def test_a_sender_without_address_leaves_mails_where_they_are(settings: Settings, db: Database, outbox: Outbox) -> None:
    mail_id = outbox.put()
    Post(replace(settings, mail_from="Harbour IT"), db).work_once()
    assert outbox.state(mail_id) == ("waiting", None)


def test_a_desk_that_holds_its_mail_sends_nothing(db: Database, post: Post, outbox: Outbox, inbox: Inbox) -> None:
    with db.work() as w:
        administration.set_policy(w, SYSTEM, held=True)
    mail_id = outbox.put()
    post.work_once()
    assert (inbox.mails, outbox.row(mail_id).state) == ([], "waiting")
    with db.work() as w:
        administration.set_policy(w, SYSTEM, held=False)
    post.work_once()
    assert len(inbox.mails) == 1


def test_the_eleventh_mail_in_ten_minutes_about_a_ticket_is_held(
    db: Database, post: Post, outbox: Outbox, inbox: Inbox
) -> None:
    ticket_id, other = opened(db), opened(db)
    mails = [outbox.put(ticket_id=ticket_id) for _ in range(12)]
    elsewhere = outbox.put(ticket_id=other)
    post.work_once()
    assert [outbox.row(mail).state for mail in mails] == ["sent"] * 10 + ["held"] * 2
    assert outbox.state(mails[10])[1] == "more than 10 mails about this ticket in 10 minutes"
    assert outbox.row(elsewhere).state == "sent"
    with db.work() as w:
        administration.send_again(w, SYSTEM, mails[10])
    post.work_once()
    assert outbox.row(mails[10]).state == "sent"


def test_ten_minutes_later_the_same_person_is_written_to_again(db: Database, post: Post, outbox: Outbox) -> None:
    ticket_id = opened(db)
    for _ in range(10):
        outbox.put(ticket_id=ticket_id)
    post.work_once()
    outbox.later(minutes=11)
    mail_id = outbox.put(ticket_id=ticket_id)
    post.work_once()
    assert outbox.row(mail_id).state == "sent"


def test_one_person_gets_no_flood_about_many_tickets(settings: Settings, db: Database, outbox: Outbox) -> None:
    narrow = Post(replace(settings, mail_ceilings_person=((2, 60),)), db)
    mails = [outbox.put(ticket_id=opened(db)) for _ in range(3)]
    narrow.work_once()
    assert [outbox.row(mail).state for mail in mails] == ["sent", "sent", "held"]


@pytest.mark.parametrize("address", ["mailer-daemon@x.example", "no-reply@x.example", "Postmaster@x.example"])
def test_addresses_nobody_reads_are_not_written_to(post: Post, outbox: Outbox, inbox: Inbox, address: str) -> None:
    mail_id = outbox.put(address)
    post.work_once()
    assert (inbox.mails, outbox.row(mail_id).state) == ([], "cancelled")


def test_a_password_that_is_wrong_is_told_without_being_told(
    settings: Settings, db: Database, outbox: Outbox, inbox: Inbox
) -> None:
    mail_id = outbox.put()
    wrong = replace(settings, smtp_user="desk", smtp_password=Secret("wrong-one"))
    with pytest.raises(ServerUnusable, match="does not accept user and password"):
        Post(wrong, db).work_once()
    assert "wrong-one" not in f"{outbox.state(mail_id)} {wrong!r}"
    right = replace(settings, smtp_user="desk", smtp_password=Secret(PASSWORD))
    Post(right, db).work_once()
    assert len(inbox.mails) == 1


def test_a_mail_is_never_sent_in_the_clear_where_the_server_knows_no_tls(
    settings: Settings, db: Database, outbox: Outbox, inbox: Inbox
) -> None:
    outbox.put()
    with pytest.raises(ServerUnusable):
        Post(replace(settings, smtp_security="starttls"), db).work_once()
    assert inbox.mails == []


def test_a_mail_that_cannot_be_written_at_all_has_failed(post: Post, outbox: Outbox) -> None:
    mail_id = outbox.put("a..b@@marlowe.example")
    post.work_once()
    assert outbox.row(mail_id).state == "failed"


def test_text_no_mail_can_carry_is_sent_without_it(post: Post, outbox: Outbox, inbox: Inbox) -> None:
    outbox.put(
        subject="Jam \ud800 über", name="Ada \x00 Quell", text="a\x00b\ud800 <b>bold</b> https://desk.example/?a=1&b=2"
    )
    post.work_once()
    (mail,) = inbox.mails
    assert mail["subject"] == "Jam ? über"
    html = mail.get_body(("html",))
    assert html is not None
    assert '&lt;b&gt;bold&lt;/b&gt; <a href="https://desk.example/?a=1&amp;b=2">' in html.get_content()


def test_whoever_dies_after_the_server_took_the_mail_sends_it_twice_under_one_number(
    settings: Settings, sqlite_url: str, inbox: Inbox
) -> None:
    here = replace(settings, database_url=sqlite_url)
    db = Database.open(sqlite_url)
    mail_id = Outbox(db, StoppedClock(datetime.now(UTC))).put()
    db.close()
    dying = subprocess.Popen(
        [sys.executable, "-c", _SEND],
        cwd=ROOT,
        env={**os.environ, **{f"FIFTHCALL_{n.upper()}": str(getattr(here, n)) for n in _NEEDED}},
    )
    inbox.on_data = lambda: os.kill(dying.pid, signal.SIGKILL)
    assert dying.wait(30) == -signal.SIGKILL
    inbox.on_data = lambda: None
    db = Database.open(sqlite_url)
    outbox = Outbox(db, StoppedClock(datetime.now(UTC)))
    assert outbox.row(mail_id).state == "waiting"
    assert Post(here, db).work_once() == 0, "the dead one's lease still holds"
    db.clock = StoppedClock(datetime.now(UTC) + timedelta(minutes=6))
    Post(here, db).work_once()
    assert outbox.row(mail_id).state == "sent"
    db.close()
    first, second = inbox.mails
    assert first["message-id"] == second["message-id"]


_NEEDED = ("database_url", "smtp_host", "smtp_port", "smtp_security", "mail_from")
_SEND = """
from server.mail.post import Post
from server.settings import read_settings
from server.store import open_store

settings = read_settings()
Post(settings, open_store(settings)).work_once()
"""


def test_a_mail_being_sent_is_neither_cancelled_nor_sent_again(db: Database, outbox: Outbox) -> None:
    mail_id = outbox.put(lease_until=outbox.clock.now() + timedelta(minutes=1))
    for steer in (administration.cancel, administration.send_again):
        with pytest.raises(Conflict), db.work() as w:
            steer(w, SYSTEM, mail_id)
    outbox.later(minutes=2)
    with db.work() as w:
        administration.cancel(w, SYSTEM, mail_id)
    assert outbox.row(mail_id).state == "cancelled"
