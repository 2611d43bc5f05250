"""Tickets that come out of other tickets."""

import pytest

from core_psa.assets import store as assets
from core_psa.assets.tables import Asset, AssetType
from core_psa.attachments import store as attachments
from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import members, merging
from core_psa.desk.assets import link_asset
from core_psa.desk.splitting import NotSplit, undo_split
from core_psa.errors import Invalid, NotFound
from core_psa.intake import offspring
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM, Viewer
from tests.core_psa.desk.test_merging import with_a_file
from tests.desk import AGENT, opened

BO = Viewer("agent", None, "Bo", AGENT.permissions)


@pytest.fixture
def ines(db: Database) -> Viewer:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(Site(id=3, customer_id=1, name="Harbour"))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, site_id=3, name="Ines", created_at=w.now))
    return Viewer("user", 5, "Ines", customer_id=1)


def said(db: Database, ticket_id: int) -> list[tuple[str, str, str]]:
    with db.read() as session:
        story = tickets.timeline(session, SYSTEM, ticket_id)
        return [(a.kind, a.body, a.actor_name) for a in story if a.body]


def test_a_new_ticket_out_of_an_old_one_keeps_its_context_and_quotes_it(db: Database, ines: Viewer) -> None:
    old = opened(db, subject="Scanner", body="It jams.\nAgain.", requester=5, site=3)
    with db.work() as w:
        new = offspring.follow_on(w, AGENT, old, subject="Printer too", body="Same cable?")
        assert (new.customer_id, new.requester_id, new.site_id) == (1, 5, 3)
        assert store.chain_of(w.session, new.id) == [old, new.id]
    body = said(db, new.id)[0][1]
    assert body == f"Same cable?\n\nFrom ticket {old:07d}:\n> It jams.\n> Again."


def conversation(db: Database, ines: Viewer) -> tuple[int, list[int]]:
    """A ticket with two messages of one matter and, from the third on, another one."""
    ticket_id = opened(db, requester=5, body="No mail.")
    with db.work() as w:
        desk.reply(w, BO, ticket_id, body="Looking.")
        begins = desk.reply(w, ines, ticket_id, body="And the scanner is dead.").id
        note = desk.note(w, BO, ticket_id, body="Old model.").id
        desk.log_time(w, BO, ticket_id, minutes=5, note="looked")
        last = desk.reply(w, BO, ticket_id, body="We send a new one.").id
    return ticket_id, [begins, note, last]


def test_a_split_moves_a_message_and_all_that_was_said_after_it(db: Database, ines: Viewer) -> None:
    source, moved = conversation(db, ines)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, moved[0], subject="Scanner").id
    assert said(db, source) == [("created", "No mail.", "Ada"), ("reply", "Looking.", "Bo"), ("time", "looked", "Bo")]
    assert said(db, new) == [
        ("created", "And the scanner is dead.", "Ines"),
        ("note", "Old model.", "Bo"),
        ("reply", "We send a new one.", "Bo"),
    ]
    with db.read() as session:
        text = tickets.text_of(session, new)
        assert session.get_one(Ticket, new).requester_id == 5
        assert text is not None
        assert "scanner is dead" in text.text
        assert [link.kind for link in store.links_of(session, source)] == ["relates"]


def test_merging_brings_back_what_was_split_off(db: Database, ines: Viewer) -> None:
    source, moved = conversation(db, ines)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, moved[0]).id
        merging.merge(w, AGENT, new, source)
    words = [body for _, body, _ in said(db, source)]
    assert words[-3:] == ["And the scanner is dead.", "Old model.", "We send a new one."]


def test_a_split_is_taken_back_word_for_word(db: Database, ines: Viewer) -> None:
    source, moved = conversation(db, ines)
    before = said(db, source)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, moved[0]).id
    with db.work() as w:
        assert undo_split(w, AGENT, new) == source
    assert said(db, source) == before
    with db.read() as session:
        assert session.get_one(Ticket, new).duplicate_of_id == source
        assert tickets.timeline(session, SYSTEM, new)[0].kind == "created"
        assert store.links_of(session, source) == []


def test_what_was_said_since_goes_along(db: Database, ines: Viewer) -> None:
    source, moved = conversation(db, ines)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, moved[0]).id
        desk.reply(w, BO, new, body="It is on its way.")
    with db.work() as w:
        undo_split(w, AGENT, new)
    assert said(db, source)[-1] == ("reply", "It is on its way.", "Bo")


def test_a_split_is_taken_back_once(db: Database, ines: Viewer) -> None:
    source, moved = conversation(db, ines)
    with db.work() as w:
        new = offspring.split_off(w, AGENT, source, moved[0]).id
        undo_split(w, AGENT, new)
    with pytest.raises(NotSplit), db.work() as w:
        undo_split(w, AGENT, new)


def test_a_split_begins_with_a_message_the_customer_saw_after_the_first(db: Database, ines: Viewer) -> None:
    source, (_, note, _) = conversation(db, ines)
    with db.read() as session:
        first = tickets.timeline(session, SYSTEM, source)[0].id
    for wrong in (first, note):
        with pytest.raises(Invalid), db.work() as w:
            offspring.split_off(w, AGENT, source, wrong)
    other = opened(db)
    with pytest.raises(NotFound), db.work() as w:
        offspring.split_off(w, AGENT, other, note)


def test_a_problem_has_what_its_incidents_have_in_common(db: Database, ines: Viewer, clock: StoppedClock) -> None:
    one = opened(db, requester=5, priority="P2 High", subject="No mail")
    two = opened(db, requester=5, priority="P1 Critical", subject="Mail is slow")
    with db.work() as w:
        problem = offspring.problem_behind(w, AGENT, [one, two, one], subject="Mail server").id
    with db.read() as session:
        made = session.get_one(Ticket, problem)
        assert (made.customer_id, made.priority_rank) == (1, 1)
        assert store.open_members(session, problem) == [two, one]
        assert tickets.types(session)[2].id == made.type_id
    assert "No mail" in said(db, problem)[0][1]


def test_resolving_the_problem_resolves_its_incidents_as_chosen(db: Database, ines: Viewer) -> None:
    one, two = opened(db), opened(db)
    with db.work() as w:
        problem = offspring.problem_behind(w, AGENT, [one, two], subject="Mail server").id
        members.resolve_with_members(w, AGENT, problem, resolution="New disk.", members="resolve")
        assert {tickets.get(w.session, AGENT, i).state for i in (one, two, problem)} == {"done"}


@pytest.mark.parametrize(("incidents", "subject"), [([], "Mail"), ([1] * 2, " "), (list(range(1, 300)), "Mail")])
def test_a_problem_needs_a_subject_and_a_sensible_number_of_incidents(
    db: Database, incidents: list[int], subject: str
) -> None:
    with pytest.raises(Invalid), db.work() as w:
        offspring.problem_behind(w, AGENT, incidents, subject=subject)


def test_files_move_with_their_messages(db: Database, ines: Viewer) -> None:
    source = opened(db, requester=5)
    with_a_file(db, source)
    with db.work() as w:
        message = tickets.timeline(w.session, SYSTEM, source)[-1].id
        new = offspring.split_off(w, AGENT, source, message).id
    with db.read() as session:
        assert [len(attachments.of_ticket(session, i)) for i in (source, new)] == [0, 1]


def test_what_the_old_ticket_was_about_the_new_one_is_about_too(db: Database, ines: Viewer) -> None:
    old = opened(db, requester=5)
    with db.work() as w:
        w.session.add(AssetType(id=1, name="Laptop", fields=[]))
        w.session.flush()
        w.session.add(Asset(id=4, type_id=1, customer_id=1, name="LT-0042", created_at=w.now, updated_at=w.now))
        w.session.flush()
        link_asset(w, AGENT, old, 4)
    with db.work() as w:
        new = offspring.follow_on(w, AGENT, old).id
        assert [asset.name for asset in assets.of_ticket(w.session, AGENT, new)] == ["LT-0042"]
