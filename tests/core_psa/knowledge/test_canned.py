"""Canned answers: whose they are, and what they may ask for."""

import pytest

from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid, NotFound
from core_psa.knowledge import canned_actions, canned_store
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import SYSTEM, Viewer


@pytest.fixture
def people(db: Database) -> tuple[Viewer, Viewer, Viewer, int]:
    """An agent of a team, one of no team, a lead, and the team."""
    with db.work() as w:
        agents = [
            organisation.create_agent(w, SYSTEM, name=name, email=f"{name}@desk.example").id
            for name in ("tamsin", "jory", "mara")
        ]
        team = organisation.create_team(w, SYSTEM, name="Network").id
    member = Viewer("agent", agents[0], "Tamsin", BUILTIN_ROLES["agent"], frozenset({team}))
    other = Viewer("agent", agents[1], "Jory", BUILTIN_ROLES["agent"])
    return member, other, Viewer("agent", agents[2], "Mara", BUILTIN_ROLES["team lead"]), team


def offered(db: Database, viewer: Viewer) -> list[str]:
    with db.read() as session:
        return [row.name for row in canned_store.offered(session, viewer)]


def test_everybody_is_offered_their_own_their_teams_and_the_desks(
    db: Database, people: tuple[Viewer, Viewer, Viewer, int]
) -> None:
    member, other, lead, team = people
    with db.work() as w:
        canned_actions.create_canned(w, member, name="mine", body="Hello")
        canned_actions.create_canned(w, member, name="ours", body="Hello", scope="team", team_id=team)
        canned_actions.create_canned(w, lead, name="everybody's", body="Hello", scope="desk")
        canned_actions.create_canned(w, other, name="theirs", body="Hello")
    assert offered(db, member) == ["ours", "mine", "everybody's"]
    assert offered(db, other) == ["theirs", "everybody's"]


def test_what_others_share_is_kept_by_those_who_may_publish(
    db: Database, people: tuple[Viewer, Viewer, Viewer, int]
) -> None:
    member, other, lead, team = people
    with db.work() as w:
        shared = canned_actions.create_canned(w, lead, name="desk", body="Hello", scope="desk").id
        mine = canned_actions.create_canned(w, member, name="mine", body="Hello").id
    with pytest.raises(Forbidden), db.work() as w:
        canned_actions.update_canned(w, member, shared, body="Bye")
    with pytest.raises(Forbidden), db.work() as w:
        canned_actions.create_canned(w, other, name="x", body="y", scope="team", team_id=team)
    with pytest.raises(NotFound), db.work() as w:
        canned_actions.update_canned(w, lead, mine, body="Bye")


def test_an_unknown_placeholder_is_refused_with_those_there_are(
    db: Database, people: tuple[Viewer, Viewer, Viewer, int]
) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        canned_actions.create_canned(w, people[0], name="x", body="Dear {{requester.password}}")
    (error,) = refused.value.errors
    assert error.field == "body"
    assert "requester.first" in error.allowed


def test_an_answer_moves_from_its_writer_to_the_desk(db: Database, people: tuple[Viewer, Viewer, Viewer, int]) -> None:
    _, other, lead, _ = people
    with db.work() as w:
        answer = canned_actions.create_canned(w, lead, name="x", body="Dear {{requester}}")
        canned_actions.update_canned(w, lead, answer.id, scope="desk")
    assert offered(db, other) == ["x"]


def test_what_is_shared_goes_by_a_name_of_its_own(db: Database, people: tuple[Viewer, Viewer, Viewer, int]) -> None:
    member, _, lead, team = people
    with db.work() as w:
        canned_actions.create_canned(w, lead, name="Thanks", body="Hello", scope="desk")
        canned_actions.create_canned(w, member, name="Thanks", body="Hello", scope="team", team_id=team)
        mine = canned_actions.create_canned(w, member, name="Thanks", body="Hello").id
    with pytest.raises(Invalid) as refused, db.work() as w:
        canned_actions.update_canned(w, member, mine, scope="team", team_id=team)
    assert [e.field for e in refused.value.errors] == ["name"]


def test_a_retired_answer_is_not_offered(db: Database, people: tuple[Viewer, Viewer, Viewer, int]) -> None:
    with db.work() as w:
        answer = canned_actions.create_canned(w, people[0], name="x", body="y")
        canned_actions.update_canned(w, people[0], answer.id, active=False)
    assert offered(db, people[0]) == []
    with db.read() as session:
        assert canned_store.canned_page(session, people[0], inactive=True).rows[0].name == "x"


def test_a_portal_user_has_no_canned_answers(db: Database) -> None:
    with db.read() as session, pytest.raises(Forbidden):
        canned_store.offered(session, Viewer("user", 1, "Ida", customer_id=1))
