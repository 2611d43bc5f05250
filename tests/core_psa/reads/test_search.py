"""Search finds what was written anywhere on a ticket, and nothing beyond the wall of whoever looks."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import merging
from core_psa.desk.splitting import undo_split
from core_psa.errors import Invalid
from core_psa.intake.offspring import split_off
from core_psa.organisation.rules import PERMISSIONS
from core_psa.organisation.tables import Team
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.reads.search import ORDERS, Results, search_tickets
from core_psa.tickets.search import FEW_WORDS
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened

EVERY = QueueFilter()
WITHOUT_NOTES = Viewer("agent", None, "Ravi", frozenset(PERMISSIONS) - {"tickets.see_notes"})


def results(db: Database, words: str, viewer: Viewer = AGENT, wanted: QueueFilter = EVERY, **how: Any) -> Results:
    with db.read() as session:
        return search_tickets(session, viewer, words, wanted, **how)


def found(db: Database, words: str, viewer: Viewer = AGENT, **how: Any) -> list[int]:
    return [item.row.id for item in results(db, words, viewer, **how).items]


@pytest.fixture
def ticket(db: Database) -> int:
    """One with a first message, a reply, a note and a resolution, each with a word of its own."""
    number = opened(db, subject="Scanner", body="The scanner at Müller's is broken.")
    with db.work() as w:
        desk.reply(w, AGENT, number, body="Please restart the spooler.")
        desk.note(w, AGENT, number, body="Warranty ended in May.")
        desk.resolve(w, AGENT, number, resolution="Replaced the fuser of Halle-07.")
    return number


@pytest.mark.parametrize(
    "words", ["scanner", "SCANNER", "müller", "muller", "spooler", "warranty", "fuser", "halle-07", "scanner fuser may"]
)
def test_whatever_was_written_on_a_ticket_finds_it(db: Database, ticket: int, words: str) -> None:
    opened(db, subject="Something else", body="entirely")
    assert found(db, words) == [ticket]


@pytest.mark.parametrize("words", ["absent", "scanner absent", '"broken scanner"', "", '"', "07-halle"])
def test_what_was_not_written_finds_nothing(db: Database, ticket: int, words: str) -> None:
    assert found(db, words) == []


def test_words_in_quotes_follow_each_other(db: Database, ticket: int) -> None:
    assert found(db, '"restart the spooler"') == [ticket]


def test_the_last_word_may_be_a_beginning(db: Database, ticket: int) -> None:
    assert found(db, "broken war") == [ticket]
    assert found(db, "broken w") == []
    assert found(db, "broken WÂR") == [ticket]
    assert found(db, "broken halle-0") == [ticket]


def test_a_beginning_of_very_many_words_finds_them_all(db: Database) -> None:
    tickets = [opened(db, subject=f"station{number}", body="is down") for number in range(FEW_WORDS + 2)]
    assert results(db, "stati").total == len(tickets)
    assert results(db, "station1").total == 1


def test_the_place_is_shown_where_the_words_stand(db: Database, ticket: int) -> None:
    (item,) = results(db, "warranty may").items
    assert (item.kind, item.author) == ("note", AGENT.name)
    assert [piece for piece, looked_for in item.excerpt if looked_for] == ["Warranty", "May"]
    (item,) = results(db, "scanner").items
    assert (item.kind, item.subject) == (None, [("Scanner", True)])


def test_internal_notes_are_found_by_those_alone_who_may_read_them(db: Database, ticket: int) -> None:
    assert found(db, "warranty", WITHOUT_NOTES) == []
    assert found(db, "scanner warranty", WITHOUT_NOTES) == []
    assert found(db, "warran", WITHOUT_NOTES) == []
    assert found(db, "warranty", WITHOUT_NOTES, order="relevance") == []
    with db.read() as session:
        assert queue(session, WITHOUT_NOTES, QueueFilter(q="warranty")).total == 0
    (item,) = results(db, "scanner spooler", WITHOUT_NOTES).items
    assert "Warranty" not in "".join(piece for piece, _ in item.excerpt)


def test_what_stands_beyond_the_wall_is_neither_found_nor_counted_nor_betrayed(db: Database) -> None:
    with db.work() as w:
        w.session.add_all([Team(id=1, name="Mine"), Team(id=2, name="Theirs")])
    hidden = opened(db, team="Theirs", subject="Payroll", body="The bonus list")
    seen = opened(db, team="Mine", subject="Payrolls", body="Printing")
    viewer = Viewer("agent", 99, "Bo", frozenset({"tickets.see"}), frozenset({1}))
    # The word itself stands beyond the wall: that the beginning finds something must not depend on it.
    answer = results(db, "payroll", viewer)
    assert ([item.row.id for item in answer.items], answer.total) == ([seen], 1)
    assert found(db, "payroll") == [hidden]


def test_a_customers_user_finds_their_own_tickets_alone(db: Database, ticket: int) -> None:
    assert found(db, "scanner", Viewer("user", 5, "Somebody", customer_id=3)) == []


@pytest.mark.parametrize("order", ORDERS)
def test_filters_apply(db: Database, ticket: int, order: str) -> None:
    other = opened(db, subject="Another scanner")
    for wanted, expected in ((QueueFilter(state="done"), [ticket]), (QueueFilter(state="unsolved"), [other])):
        answer = results(db, "scanner", wanted=wanted, order=order)
        assert ([item.row.id for item in answer.items], answer.total) == (expected, 1)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_together_are_all_that_was_found(db: Database, order: str, limit: int) -> None:
    ids = [opened(db, subject=f"Scanner {number}") for number in range(5)]
    seen: list[int] = []
    cursor = None
    while True:
        page = results(db, "scanner", order=order, cursor=cursor, limit=limit)
        seen += [item.row.id for item in page.items]
        assert (page.total, page.total_is_floor) == (5, False)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ids[::-1]


def test_the_subject_weighs_more_than_what_was_said_later(db: Database, clock: StoppedClock) -> None:
    in_subject = opened(db, subject="Toner", body="It is empty again, please send some to the second floor.")
    clock.advance(timedelta(minutes=1))
    later = opened(db, subject="Printer", body="It prints pale pages on the second floor.")
    with db.work() as w:
        desk.reply(w, AGENT, later, body="Have you changed the toner?")
    assert found(db, "toner") == [later, in_subject]
    assert found(db, "toner", order="relevance") == [in_subject, later]


def test_a_new_subject_is_found_and_the_old_one_no_more(db: Database) -> None:
    number = opened(db, subject="Scaner", body="broken")
    with db.work() as w:
        desk.update(w, AGENT, number, values={"subject": "Scanner"})
    assert found(db, "scanner") == [number]


def test_a_merge_brings_the_words_along_and_undoing_it_takes_them_back(db: Database) -> None:
    source, target = opened(db, subject="Fax", body="beeps"), opened(db, subject="Phone", body="silent")
    with db.work() as w:
        merging.merge(w, AGENT, source, target)
    assert found(db, "phone beeps") == [target]
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)
    assert found(db, "phone beeps") == []


def test_words_go_with_a_split(db: Database, ticket: int) -> None:
    with db.work() as w:
        reply = w.session.scalars(select(Action.id).where(Action.ticket_id == ticket, Action.kind == "reply")).one()
        new = split_off(w, AGENT, ticket, reply).id
    assert found(db, "spooler") == [new]
    assert found(db, "warranty") == [new]
    with db.work() as w:
        undo_split(w, AGENT, new)
    assert found(db, "scanner warranty") == [ticket]


@pytest.mark.parametrize("how", [{"cursor": "nonsense"}, {"limit": 0}, {"limit": 201}])
def test_what_no_page_gave_out_is_refused(db: Database, how: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        results(db, "scanner", **how)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60) | st.text("\"'*:()^-+{}\\ ab\x00🖨", max_size=40))
def test_nothing_that_is_typed_can_break_the_search(db: Database, words: str) -> None:
    for order in ORDERS:
        results(db, words, order=order)


def test_ten_thousand_characters_are_searched_for_like_few(db: Database, ticket: int) -> None:
    assert found(db, "scanner " * 1_300) == [ticket]


def test_beyond_the_newest_matches_the_search_goes_on(sqlite_url: str) -> None:
    """Ten thousand newer matches, none of which the filters let through, end a page and not the list."""
    db = Database.open(sqlite_url)
    oldest = opened(db, subject="Scanner")
    newer = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) SELECT i, 'scanner' FROM n"
    with db.work() as w:
        w.session.execute(text(f"INSERT INTO ticket_words (rowid, subject) {newer}"))
    wanted = QueueFilter(state="open")
    first = results(db, "scanner", wanted=wanted)
    assert (list(first.items), first.total, first.total_is_floor) == ([], 0, True)
    then = results(db, "scanner", wanted=wanted, cursor=first.next_cursor)
    assert [item.row.id for item in then.items] == [oldest]
    db.close()
