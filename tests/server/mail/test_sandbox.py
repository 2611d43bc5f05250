"""No mail leaves a sandbox, whatever anybody does: proved with a server that would take it."""

import pytest
from sqlalchemy import update

from core_psa.db import Database
from core_psa.notices.administration import send_again, set_policy
from core_psa.organisation.tables import Organisation
from core_psa.viewer import SYSTEM
from server.mail.post import Post
from tests.desk import opened
from tests.server.mail.conftest import Inbox, Outbox


@pytest.fixture
def sandbox(db: Database) -> Database:
    with db.work() as w:
        w.session.execute(update(Organisation).values(sandbox=True))
    return db


@pytest.mark.usefixtures("sandbox")
def test_what_waits_in_a_sandbox_stays_there(post: Post, inbox: Inbox, outbox: Outbox) -> None:
    mail_id = outbox.put()
    for _ in range(3):
        assert post.work_once() == 0
        outbox.later(hours=1)
    assert (inbox.mails, outbox.state(mail_id)) == ([], ("waiting", None))


def test_neither_releasing_nor_choosing_to_send_lets_it_out(
    post: Post, inbox: Inbox, outbox: Outbox, sandbox: Database
) -> None:
    opened(sandbox)
    mail_id = outbox.put()
    with sandbox.work() as w:
        set_policy(w, SYSTEM, held=False)
        send_again(w, SYSTEM, mail_id)
    assert post.work_once() == 0
    assert inbox.mails == []


def test_the_same_mail_leaves_a_desk_in_production(post: Post, inbox: Inbox, outbox: Outbox) -> None:
    outbox.put()
    assert post.work_once() == 1
    assert len(inbox.mails) == 1
