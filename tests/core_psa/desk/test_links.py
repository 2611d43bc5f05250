"""Links between tickets, families and chains."""

import pytest

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import links, members
from core_psa.errors import ActionRefused, Forbidden, Invalid, NotFound
from core_psa.organisation.tables import Team
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.relations.rules import NAMES, RELATIONS, seen_from
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened


def linked(db: Database, ticket_id: int, relation: str, other_id: int) -> int:
    with db.work() as w:
        return links.link(w, AGENT, ticket_id, relation, other_id).id


def refused(db: Database, ticket_id: int, relation: str, other_id: int) -> str:
    with pytest.raises(Invalid) as error:
        linked(db, ticket_id, relation, other_id)
    return error.value.errors[0].message


def entries(db: Database, ticket_id: int) -> list[dict[str, object]]:
    with db.read() as session:
        return [a.changes or {} for a in tickets.timeline(session, AGENT, ticket_id) if a.kind in ("link", "unlink")]


@pytest.mark.parametrize("name", NAMES)
def test_every_relation_reads_as_its_opposite_from_the_other_side(name: str) -> None:
    relation = RELATIONS[name]
    assert RELATIONS[relation.opposite].kind == relation.kind
    if relation.kind != "relates":
        assert seen_from(relation.kind, forward=not relation.forward) == relation.opposite


def test_both_timelines_tell_of_a_link_in_their_own_words(db: Database) -> None:
    one, two = opened(db), opened(db)
    linked(db, one, "blocks", two)
    assert list(entries(db, one)[0]) == ["blocks"]
    assert entries(db, two)[0]["blocked_by"][1]["id"] == one  # type: ignore[index]


def test_saying_the_same_link_twice_or_from_the_other_side_changes_nothing(db: Database) -> None:
    one, two = opened(db), opened(db)
    first = linked(db, one, "child_of", two)
    assert linked(db, two, "parent_of", one) == first
    assert len(entries(db, one)) == 1


def test_a_ticket_is_not_linked_to_itself(db: Database) -> None:
    one = opened(db)
    assert "itself" in refused(db, one, "relates_to", one)


def test_an_unknown_relation_lists_those_there_are(db: Database) -> None:
    with pytest.raises(Invalid) as error:
        linked(db, opened(db), "sees", opened(db))
    assert error.value.errors[0].allowed == NAMES


def test_a_ticket_has_one_parent(db: Database) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    linked(db, one, "child_of", two)
    assert "already" in refused(db, one, "child_of", three)


@pytest.mark.parametrize(("up", "down"), [("child_of", "parent_of"), ("follows", "followed_by")])
def test_parents_and_chains_never_lead_in_a_circle(db: Database, up: str, down: str) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    linked(db, two, up, one)
    linked(db, three, up, two)
    assert "circle" in refused(db, one, up, three)
    assert "circle" in refused(db, three, down, one)


def test_the_opposite_of_what_stands_is_refused(db: Database) -> None:
    one, two = opened(db), opened(db)
    linked(db, one, "blocks", two)
    assert "opposite" in refused(db, two, "blocks", one)


def test_a_duplicate_carries_its_pointer_as_long_as_the_link_stands(db: Database) -> None:
    one, two = opened(db), opened(db)
    link_id = linked(db, one, "duplicate_of", two)
    with db.work() as w:
        assert tickets.get(w.session, AGENT, one).duplicate_of_id == two
        links.unlink(w, AGENT, two, link_id)
        assert tickets.get(w.session, AGENT, one).duplicate_of_id is None


def test_a_link_of_other_tickets_cannot_be_taken_away_from_here(db: Database) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    link_id = linked(db, one, "relates_to", two)
    with pytest.raises(NotFound), db.work() as w:
        links.unlink(w, AGENT, three, link_id)


def test_a_customers_user_links_nothing(db: Database) -> None:
    one, two = opened(db), opened(db)
    with pytest.raises(Forbidden), db.work() as w:
        links.link(w, Viewer("user", 5, "Ines", customer_id=1), one, "relates_to", two)


def test_a_chain_is_found_from_any_of_its_tickets(db: Database) -> None:
    one, two, three = opened(db), opened(db), opened(db)
    linked(db, two, "follows", one)
    linked(db, three, "follows", two)
    with db.read() as session:
        assert [store.chain_of(session, i) for i in (one, two, three)] == [[one, two, three]] * 3


def test_a_parent_is_not_closed_before_its_children_are_done(db: Database) -> None:
    parent, child = opened(db), opened(db)
    linked(db, parent, "parent_of", child)
    with db.work() as w:
        desk.resolve(w, AGENT, parent, resolution="Done.")
    with pytest.raises(ActionRefused, match="1 of its child tickets is not done"), db.work() as w:
        desk.close(w, AGENT, parent)
    with db.work() as w:
        desk.resolve(w, AGENT, child, resolution="Done.")
        desk.close(w, AGENT, parent)


def family(db: Database) -> tuple[int, int, int]:
    """A parent with a child, and below that an incident."""
    parent, child, incident = opened(db), opened(db), opened(db)
    linked(db, child, "child_of", parent)
    linked(db, incident, "caused_by", child)
    return parent, child, incident


def test_resolving_a_parent_resolves_everything_below_it_if_so_chosen(db: Database) -> None:
    parent, child, incident = family(db)
    with db.work() as w:
        results = members.resolve_with_members(w, AGENT, parent, resolution="New cable.", members="resolve")
        states = [tickets.get(w.session, AGENT, i).state for i in (parent, child, incident)]
    assert states == ["done"] * 3
    assert [(r.ticket_id, r.done) for r in results] == [(incident, True), (child, True)]


@pytest.mark.parametrize(("choice", "public"), [("reply", True), ("note", False)])
def test_members_may_be_told_and_stay_open(db: Database, choice: str, public: bool) -> None:
    parent, child, _ = family(db)
    with db.work() as w:
        members.resolve_with_members(w, AGENT, parent, resolution="New cable.", members=choice)
        last = tickets.timeline(w.session, AGENT, child)[-1]
        assert (last.body, last.public) == ("New cable.", public)
        assert tickets.get(w.session, AGENT, child).state == "open"


def test_members_may_be_left_alone(db: Database) -> None:
    parent, child, _ = family(db)
    with db.work() as w:
        assert members.resolve_with_members(w, AGENT, parent, resolution="New cable.", members="leave") == []
        assert tickets.get(w.session, AGENT, child).state == "open"


def test_a_member_that_refuses_is_reported_and_stays_as_it_was(db: Database) -> None:
    parent, child, incident = family(db)
    walled = Viewer("agent", None, "Bo", frozenset({"tickets.see", "tickets.edit"}), frozenset({7}))
    with db.work() as w:
        w.session.add(Team(id=8, name="Other"))
        w.session.flush()
        desk.assign(w, AGENT, child, values={"team": 8})
    with db.work() as w:
        results = members.resolve_with_members(w, walled, parent, resolution="New cable.", members="resolve")
        assert {r.ticket_id: r.done for r in results} == {incident: True, child: False}
        assert tickets.get(w.session, AGENT, child).state == "open"
        assert tickets.get(w.session, AGENT, parent).state == "done"
