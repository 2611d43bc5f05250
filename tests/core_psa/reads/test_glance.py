"""What a ticket's page counts before anything beside it is opened."""

from core_psa.db import Database
from core_psa.desk import following, links
from core_psa.organisation.rules import PERMISSIONS
from core_psa.organisation.tables import Agent, Team
from core_psa.reads.glance import Glance
from core_psa.reads.ticket_page import glance_of
from core_psa.suggestions.tables import Triage
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened

WALLED = Viewer("agent", 2, "Bo", frozenset({"tickets.see"}), frozenset({7}))


def seen(db: Database, viewer: Viewer, ticket_id: int) -> Glance:
    with db.read() as session:
        return glance_of(session, viewer, ticket_id)


def test_only_what_lies_on_this_side_of_the_wall_is_counted(db: Database) -> None:
    with db.work() as w:
        w.session.add(Team(id=8, name="Other"))
    mine, theirs, open_one = opened(db), opened(db, team=8), opened(db, team=8)
    with db.work() as w:
        links.link(w, AGENT, mine, "follows", theirs)
        triage = w.session.get_one(Triage, mine)
        triage.neighbours = [{"ticket_id": theirs, "similarity": 0.9}]
        triage.related = [{"ticket_id": open_one, "similarity": 0.9}]
    everything, walled = seen(db, AGENT, mine), seen(db, WALLED, mine)
    assert (everything.links, everything.similar, everything.alike) == (1, 1, 1)
    assert (walled.links, walled.similar, walled.alike) == (0, 0, 0)


def test_watching_and_favourites_are_the_viewers_own(db: Database) -> None:
    with db.work() as w:
        for number, name in ((1, "Ada"), (2, "Bo")):
            w.session.add(Agent(id=number, name=name, email=f"{name}@x.example", created_at=w.now))
    ticket = opened(db)
    ada = Viewer("agent", 1, "Ada", frozenset(PERMISSIONS))
    with db.work() as w:
        following.watch(w, ada, ticket)
        following.keep(w, ada, ticket)
    hers, his = seen(db, ada, ticket), seen(db, WALLED, ticket)
    assert (hers.watching, hers.favourite, hers.watchers) == (True, True, 1)
    assert (his.watching, his.favourite, his.watchers) == (False, False, 1)


def test_what_one_has_no_permission_for_counts_as_nothing(db: Database) -> None:
    found = seen(db, WALLED, opened(db))
    assert (found.assets, found.articles, found.agreement) == (0, 0, None)
    assert found.policy == "Standard"
