"""Articles: saved as versions, read within a wall, judged by their readers, tied to tickets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid, NotFound
from core_psa.knowledge import actions, store
from core_psa.knowledge.search import search
from core_psa.knowledge.store import ArticleFilter
from core_psa.knowledge.tables import Article
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
LEAD = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["team lead"])

Write = Callable[..., int]


@pytest.fixture
def customer_ids(db: Database) -> tuple[int, int]:
    with db.work() as w:
        made = [customers.create_customer(w, SYSTEM, name=name).id for name in ("Larkfield Dairy", "Tidewater Freight")]
    return made[0], made[1]


@pytest.fixture
def write(db: Database) -> Write:
    def article(title: str, body: str = "", viewer: Viewer = LEAD, **more: Any) -> int:
        with db.work() as w:
            return actions.create_article(w, viewer, title=title, body=body, **more).id

    return article


def user_of(customer_id: int) -> Viewer:
    return Viewer("user", 1, "Ida Vance", customer_id=customer_id)


def titles(db: Database, viewer: Viewer, words: str = "", given: ArticleFilter = ArticleFilter()) -> list[str]:  # noqa: B008
    with db.read() as session:
        if words:
            return [found.article.title for found in search(session, viewer, words, given).rows]
        return [row.title for row in store.article_page(session, viewer, given).rows]


def test_every_save_is_a_version(db: Database, write: Write, clock: StoppedClock) -> None:
    number = write("Printer jams", "Open the tray.", AGENT)
    clock.advance(timedelta(minutes=1))
    with db.work() as w:
        actions.update_article(w, LEAD, number, body="Open the tray, pull gently.", remark="gently")
    with db.read() as session:
        versions = store.version_page(session, AGENT, number).rows
    assert [(v.version, v.author, v.remark) for v in versions] == [(2, LEAD.name, "gently"), (1, AGENT.name, "")]


def test_saving_what_is_there_already_makes_no_version(db: Database, write: Write) -> None:
    number = write("Printer jams", "Open the tray.", tags=["printing"])
    with db.work() as w:
        assert actions.update_article(w, LEAD, number, title="Printer jams", tags=["printing"]).version == 1


def test_an_older_version_is_restored_as_a_new_one(db: Database, write: Write) -> None:
    number = write("Printer jams", "Open the tray.")
    with db.work() as w:
        actions.update_article(w, LEAD, number, body="Call us.", visibility="public", status="published")
        row = actions.restore(w, LEAD, number, 1)
    assert (row.version, row.body, row.visibility) == (3, "Open the tray.", "public")


def test_who_saves_an_outdated_version_is_told(db: Database, write: Write) -> None:
    number = write("Printer jams")
    with db.work() as w:
        actions.update_article(w, LEAD, number, body="one")
    with pytest.raises(actions.ArticleChanged, match="at version 2, not 1"), db.work() as w:
        actions.update_article(w, LEAD, number, expected_version=1, body="two")


def test_an_agent_writes_for_the_desk_and_not_for_customers(db: Database, write: Write) -> None:
    number = write("Printer jams", viewer=AGENT, status="published")
    with pytest.raises(Forbidden, match="publish"), db.work() as w:
        actions.update_article(w, AGENT, number, visibility="public")
    with db.work() as w:
        actions.update_article(w, LEAD, number, visibility="public")
    with pytest.raises(Forbidden, match="publish"), db.work() as w:
        actions.update_article(w, AGENT, number, body="something else")


def test_what_goes_before_whom_is_in_the_audit_log(db: Database, write: Write) -> None:
    number = write("Printer jams")
    with db.work() as w:
        actions.update_article(w, LEAD, number, visibility="public", status="published")
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.changes["visibility"] == ["internal", "public"]
    assert entry.changes["version"] == [1, 2]


def test_a_refusal_names_every_wrong_field(db: Database, write: Write) -> None:
    with pytest.raises(Invalid) as refused:
        write(" ", visibility="everybody", category_id=9, customers=[99], tags=["x" * 70])
    assert {e.field for e in refused.value.errors} == {"title", "visibility", "category_id", "customers", "tags"}


def test_an_article_for_certain_customers_names_them(write: Write) -> None:
    with pytest.raises(Invalid, match="which customers"):
        write("VPN", visibility="customers")


def test_a_portal_user_reads_only_what_is_published_for_them(
    db: Database, write: Write, customer_ids: tuple[int, int]
) -> None:
    ours, theirs = customer_ids
    write("vpn internal", status="published")
    write("vpn draft", visibility="public")
    write("vpn retired", visibility="public", status="retired")
    write("vpn public", visibility="public", status="published")
    write("vpn ours", visibility="customers", customers=[ours], status="published")
    hidden = write("vpn theirs", visibility="customers", customers=[theirs], status="published")
    for found in (titles(db, user_of(ours)), titles(db, user_of(ours), "vpn")):
        assert sorted(found) == ["vpn ours", "vpn public"]
    assert len(titles(db, AGENT)) == 6
    with db.read() as session, pytest.raises(NotFound):
        store.article(session, user_of(ours), hidden)
    assert sorted(titles(db, AGENT, given=ArticleFilter(customer=theirs))) == ["vpn public", "vpn theirs"]


def test_a_portal_user_reads_no_versions_and_no_feedback(
    db: Database, write: Write, customer_ids: tuple[int, int]
) -> None:
    number = write("vpn", visibility="public", status="published")
    with db.read() as session:
        for read in (store.version_page, store.feedback_page):
            with pytest.raises(Forbidden):
                read(session, user_of(customer_ids[0]), number)


def test_words_are_found_in_title_text_and_tags(db: Database, write: Write) -> None:
    write("Outlook asks for the password", "Clear the *credential* cache.", tags=["mail"])
    write("VPN drops", "Update the client.")
    for words in ("passw", "CREDENTIAL cache", "mail", "outlook the"):
        assert titles(db, AGENT, words) == ["Outlook asks for the password"], words
    assert titles(db, AGENT, "nothing") == []
    assert titles(db, AGENT, '()*" -') == []


def test_a_word_in_the_title_counts_for_more(db: Database, write: Write) -> None:
    write("Reset a password", "Ask for proof.")
    write("Laptop", "Choose a password of your own, then another thing.")
    assert titles(db, AGENT, "password")[0] == "Reset a password"


def test_where_no_article_has_every_word_those_with_some_are_found(db: Database, write: Write) -> None:
    write("VPN drops", "Update the client.")
    assert titles(db, AGENT, "vpn zeppelin") == ["VPN drops"]


def test_a_changed_text_is_found_by_its_new_words_alone(db: Database, write: Write) -> None:
    number = write("VPN drops", "Update the client.")
    with db.work() as w:
        actions.update_article(w, LEAD, number, title="Tunnel drops", body="Reinstall.")
    assert titles(db, AGENT, "client") == []
    assert titles(db, AGENT, "tunnel reinstall") == ["Tunnel drops"]


def test_found_words_are_shown(db: Database, write: Write) -> None:
    write("VPN", "Before anything else, **update** the client.")
    with db.read() as session:
        (found,) = search(session, AGENT, "update").rows
    assert ("update", True) in found.excerpt


def test_results_come_a_page_at_a_time(db: Database, write: Write) -> None:
    for number in range(5):
        write(f"vpn {number}")
    seen: list[int] = []
    cursor = None
    with db.read() as session:
        for _ in range(3):
            page = search(session, AGENT, "vpn", cursor=cursor, limit=2)
            seen += [found.article.id for found in page.rows]
            cursor = page.next_cursor
        assert cursor is None
        assert len(set(seen)) == 5
        with pytest.raises(Invalid, match="cursor"):
            search(session, AGENT, "vpn", cursor="rubbish")


def test_a_reader_has_one_opinion(db: Database, write: Write, customer_ids: tuple[int, int]) -> None:
    number = write("vpn", visibility="public", status="published")
    with db.work() as w:
        actions.give_feedback(w, AGENT, number, helpful=False, comment="outdated")
        actions.give_feedback(w, AGENT, number, helpful=True)
        actions.give_feedback(w, user_of(customer_ids[0]), number, helpful=False, comment="too long")
    with db.read() as session:
        assert store.helpfulness(session, [number, 99]) == {number: (1, 1)}
        assert [f.comment for f in store.feedback_page(session, AGENT, number).rows] == ["too long", ""]


def test_an_article_that_solved_a_ticket_stays_so(db: Database, write: Write) -> None:
    number, ticket_id = write("vpn"), opened(db)
    with db.work() as w:
        assert actions.link_ticket(w, AGENT, number, ticket_id, "used")
        assert actions.link_ticket(w, AGENT, number, ticket_id, "solved")
        assert not actions.link_ticket(w, AGENT, number, ticket_id, "used")
    with db.read() as session:
        assert [(a.id, kind) for a, kind in store.articles_of_ticket(session, AGENT, ticket_id)] == [(number, "solved")]
        assert store.tickets_of_article(session, AGENT, number) == [(ticket_id, "solved")]
        assert session.get_one(Article, number).version == 1
