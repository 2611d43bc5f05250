"""Who hears of what is done to a ticket."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from core_psa.access.roles import create_role
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import following
from core_psa.desk.steps import Extra
from core_psa.desk.telling import changes_in_words
from core_psa.errors import Invalid, NotFound
from core_psa.following import store as followers
from core_psa.notices.tables import Notification, OutgoingMail
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, AgentRole, Role, Team, TeamMember
from core_psa.tickets import store
from core_psa.tickets.workflow.definition_actions import create_definition
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened


@dataclass
class Desk:
    db: Database
    agents: dict[str, int]
    team: int
    ada: int

    def viewer(self, name: str) -> Viewer:
        with self.db.read() as session:
            return organisation.viewer_of(session, self.agents[name])

    def heard(self) -> list[tuple[str, str]]:
        """(who, what) on the pages, in order."""
        names = {agent_id: name for name, agent_id in self.agents.items()}
        with self.db.read() as session:
            rows = session.execute(select(Notification.agent_id, Notification.event).order_by(Notification.id))
            return [(names[agent_id], event) for agent_id, event in rows]

    def written(self) -> list[tuple[str, str]]:
        """(address, what) outside the desk."""
        with self.db.read() as session:
            query = select(OutgoingMail.address, OutgoingMail.event).order_by(OutgoingMail.id)
            return [(a, e) for a, e in session.execute(query) if not a.endswith("@harbour.example")]


@pytest.fixture
def d(db: Database) -> Desk:
    with db.work() as w:
        create_role(w, SYSTEM, "narrow", ["tickets.see", "tickets.edit"])
        create_role(w, SYSTEM, "no notes", ["tickets.see_all", "tickets.edit"])
        roles = {name: role_id for role_id, name in w.session.execute(select(Role.id, Role.name))}
        team, customer = Team(name="Network"), Customer(name="Marlowe", created_at=w.now)
        w.session.add_all([team, customer])
        w.session.flush()
        ada = User(customer_id=customer.id, name="Ada", email="ada@marlowe.example", created_at=w.now)
        w.session.add(ada)
        agents = {}
        for name, role in (
            ("Mara", "agent"),
            ("Jory", "agent"),
            ("Imke", "agent"),
            ("Nell", "narrow"),
            ("Otis", "no notes"),
        ):
            agent = Agent(name=name, email=f"{name.lower()}@harbour.example", created_at=w.now)
            w.session.add(agent)
            w.session.flush()
            w.session.add(AgentRole(agent_id=agent.id, role_id=roles[role]))
            agents[name] = agent.id
        w.session.add(TeamMember(team_id=team.id, agent_id=agents["Imke"]))
        return Desk(db, agents, team.id, ada.id)


@pytest.fixture
def ticket(d: Desk) -> int:
    """A ticket of Ada's that Mara deals with; what was told of its opening is forgotten."""
    number = opened(d.db, requester=d.ada, assignee=d.agents["Mara"])
    _forget(d)
    return number


def _forget(d: Desk) -> None:
    with d.db.work() as w:
        for row in (*w.session.scalars(select(Notification)), *w.session.scalars(select(OutgoingMail))):
            w.session.delete(row)


def test_whoever_asked_is_told_that_it_arrived_and_the_assignee_that_it_is_theirs(d: Desk) -> None:
    opened(d.db, requester=d.ada, assignee=d.agents["Mara"])
    assert d.heard() == [("Mara", "assigned")]
    assert d.written() == [("ada@marlowe.example", "created")]


def test_a_user_is_told_that_their_own_request_arrived(d: Desk) -> None:
    with d.db.work() as w:
        ada = Viewer("user", d.ada, "Ada", frozenset({"tickets.edit"}))
        desk.open_ticket(w, ada, _opening(d))
    assert d.written() == [("ada@marlowe.example", "created")]


def _opening(d: Desk) -> desk.Opening:
    with d.db.read() as session:
        kind, status = store.types(session)[0].id, store.statuses(session)[0].id
    return desk.Opening("Jam", "Again", "Jam", 1, "x", "portal", kind, status, requester_id=d.ada)


def test_a_reply_by_an_agent_reaches_the_requester_and_the_assignee(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        desk.reply(w, d.viewer("Jory"), ticket, body="On it")
    assert d.heard() == [("Mara", "replied")]
    assert d.written() == [("ada@marlowe.example", "replied")]


def test_whoever_was_copied_watches_from_then_on(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        copied = ["Tom@Marlowe.example", "no-reply@marlowe.example", "imke@harbour.example", "ada@marlowe.example"]
        desk.reply(w, d.viewer("Jory"), ticket, body="On it", cc=copied)
        desk.reply(w, d.viewer("Jory"), ticket, body="Still on it")
    with d.db.read() as session:
        watchers = [(w.kind, w.name) for w in followers.watchers(session, ticket)]
    assert watchers == [("agent", "Imke"), ("user", "Ada"), ("address", "tom@marlowe.example")]
    assert d.written() == [("ada@marlowe.example", "replied"), ("tom@marlowe.example", "replied")] * 2


def test_an_answer_to_an_unassigned_ticket_reaches_its_team(d: Desk) -> None:
    number = opened(d.db, requester=d.ada, team=d.team)
    with d.db.work() as w:
        desk.reply(w, SYSTEM, number, body="It still jams")
    assert d.heard() == [("Imke", "replied")]


def test_a_note_is_told_to_agents_alone(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        desk.note(w, d.viewer("Jory"), ticket, body="Ask the vendor")
    assert d.heard() == [("Mara", "noted")]
    assert d.written() == []


def test_whoever_is_mentioned_hears_that_and_nothing_else(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.watch(w, d.viewer("Imke"), ticket)
        entry = desk.note(w, d.viewer("Jory"), ticket, body="@Imke and @mara, please")
    assert sorted(d.heard()) == [("Imke", "mentioned"), ("Mara", "mentioned")]
    assert [m["name"] for m in (entry.changes or {})["mentions"][1]] == ["Imke", "mara"]


def test_who_may_not_read_notes_is_told_of_none(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.watch(w, d.viewer("Otis"), ticket)
        desk.note(w, d.viewer("Jory"), ticket, body="@Otis, the password is on the wall")
        desk.reply(w, d.viewer("Jory"), ticket, body="On it")
    assert [event for name, event in d.heard() if name == "Otis"] == ["replied"]


def test_an_agent_behind_the_wall_is_not_mentioned(d: Desk) -> None:
    number = opened(d.db, team=d.team)
    with d.db.work() as w:
        desk.note(w, d.viewer("Jory"), number, body="@Nell please")
    assert d.heard() == []


def test_a_watcher_hears_no_more_once_the_wall_is_between(d: Desk) -> None:
    number = opened(d.db)
    with d.db.work() as w:
        following.watch(w, d.viewer("Nell"), number)
        desk.update(w, SYSTEM, number, values={"subject": "Other"})
        desk.assign(w, SYSTEM, number, values={"team": d.team})
        desk.update(w, SYSTEM, number, values={"subject": "Secret"})
    assert d.heard() == [("Nell", "watched")]


def test_an_assignment_is_told_to_the_new_assignee_and_a_change_to_those_who_watch(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.watch(w, d.viewer("Jory"), ticket)
        desk.assign(w, d.viewer("Mara"), ticket, values={"assignee": d.agents["Imke"]})
    assert d.heard() == [("Imke", "assigned"), ("Jory", "watched")]


def test_assigning_to_oneself_is_told_to_nobody(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        desk.assign(w, d.viewer("Jory"), ticket, values={"assignee": d.agents["Jory"]})
    assert d.heard() == []


def test_the_end_and_the_return_of_the_work_are_told(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        desk.resolve(w, d.viewer("Jory"), ticket, resolution="Cleared")
        desk.close(w, d.viewer("Jory"), ticket)
        desk.reopen(w, d.viewer("Jory"), ticket, reason="Again")
    assert d.heard() == [("Mara", "resolved"), ("Mara", "reopened")], (
        "that it is closed is on nobody's page unless asked for"
    )
    assert d.written() == [("ada@marlowe.example", "resolved"), ("ada@marlowe.example", "reopened")]


def test_an_action_that_tells_no_customer_tells_none(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        closed = store.status_named(w.session, "Closed").id
        create_definition(w, SYSTEM, "quiet_close", "close", label="File away", states=["done"], status_id=closed)
        resolve = {"resolution": "Cleaned.", "status_id": store.status_named(w.session, "Resolved").id}
        desk.resolve(w, d.viewer("Mara"), ticket, **resolve)
        before = len(d.written())
        desk.close(w, d.viewer("Mara"), ticket, extra=Extra(action="quiet_close"))
    assert d.written()[before:] == [("ada@marlowe.example", "resolved")]


def test_an_action_that_tells_the_customer_does_so_whatever_its_kind(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        create_definition(w, SYSTEM, "order_parts", "update", label="Parts are ordered", tells_customer=True)
        desk.update(w, d.viewer("Mara"), ticket, values={}, extra=Extra(action="order_parts"))
    assert d.written()[-1] == ("ada@marlowe.example", "watched")


def test_time_logged_is_told_to_nobody(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        desk.log_time(w, d.viewer("Jory"), ticket, minutes=5)
    assert d.heard() == []


def test_what_became_of_spam_is_told_to_nobody(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        store.for_change(w.session, SYSTEM, ticket).spam = True
        desk.reply(w, d.viewer("Jory"), ticket, body="?")
    assert (d.heard(), d.written()) == ([], [])


def test_watching_twice_is_watching_once_and_leaves_no_trace(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.watch(w, d.viewer("Jory"), ticket)
        following.watch(w, d.viewer("Jory"), ticket)
    with d.db.read() as session:
        assert [w.name for w in followers.watchers(session, ticket)] == ["Jory"]
        assert len(store.timeline(session, SYSTEM, ticket)) == 1
    with d.db.work() as w:
        following.unwatch(w, d.viewer("Jory"), ticket)
    with d.db.read() as session:
        assert followers.watchers(session, ticket) == []


def test_letting_others_watch_stands_on_the_timeline(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.let_watch(w, d.viewer("Mara"), ticket, agents=[d.agents["Imke"]], addresses=["tom@marlowe.example"])
        watcher = followers.watchers(w.session, ticket)[1]
        following.stop_watching(w, d.viewer("Mara"), ticket, watcher.id)
    with d.db.read() as session:
        entries = [entry.changes["watchers"] for entry in store.timeline(session, SYSTEM, ticket)[1:] if entry.changes]
    assert entries == [[[], ["Imke", "tom@marlowe.example"]], [["Imke", "tom@marlowe.example"], ["Imke"]]]


def test_an_agent_who_may_not_see_the_ticket_cannot_be_made_to_watch_it(d: Desk) -> None:
    number = opened(d.db, team=d.team)
    with pytest.raises(Invalid, match="may not see"), d.db.work() as w:
        following.let_watch(w, d.viewer("Mara"), number, agents=[d.agents["Nell"]])


def test_nobody_watches_or_keeps_what_they_may_not_see(d: Desk) -> None:
    number = opened(d.db, team=d.team)
    for follow in (following.watch, following.keep):
        with pytest.raises(NotFound), d.db.work() as w:
            follow(w, d.viewer("Nell"), number)


def test_a_favourite_is_kept_until_it_is_dropped(d: Desk, ticket: int) -> None:
    with d.db.work() as w:
        following.keep(w, d.viewer("Jory"), ticket)
        following.keep(w, d.viewer("Jory"), ticket)
        assert followers.is_favourite(w.session, d.agents["Jory"], ticket)
        following.drop(w, d.viewer("Jory"), ticket)
        assert not followers.is_favourite(w.session, d.agents["Jory"], ticket)


def test_changes_are_told_in_words() -> None:
    changes = {
        "priority": [{"id": 3, "name": "P3"}, {"id": 2, "name": "P2"}],
        "team": [{"id": 1, "name": "Desk"}, None],
        "tags": [[], ["a", "b"]],
    }
    assert changes_in_words(changes) == "priority P3 to P2, team Desk to nothing, tags to a, b"
