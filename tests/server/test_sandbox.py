"""A sandbox is arranged like the desk it was made from, with its people and none of its customers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.configuration import store
from core_psa.configuration.rules import differences, without_customers
from core_psa.customers.actions import create_customer
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.organisation.actions import set_members, set_skills
from core_psa.organisation.store import agent_by_email, viewer_of
from core_psa.organisation.tables import Skill, Team
from core_psa.retiring.actions import set_active
from core_psa.routing.actions import create_rule
from core_psa.tickets.tables import Ticket
from core_psa.tickets.views.actions import create_view
from core_psa.viewer import SYSTEM
from server import sandbox, secret_key
from server.app import create_app
from server.doctor import examine
from server.settings import Settings
from server.store import open_store
from server.wiring import open_desk
from tests.core_psa.configuration.arranged import LEAD, arrange, of, people
from tests.desk import opened

PASSWORD = "long enough for anybody"


@pytest.fixture
def production(tmp_path: Path, sqlite_template: Path) -> Settings:
    """A desk with people, a customer and a ticket."""
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    (data / "store.db").write_bytes(sqlite_template.read_bytes())
    settings = Settings(data=data, encoder="hashing")
    secret_key.make(settings)
    with closing(open_store(settings)) as db:
        with db.work() as w:
            people(w)
            arrange(w)
            lead = agent_by_email(w.session, LEAD)
            access.set_password(w, lead.id, PASSWORD)
            set_members(w, SYSTEM, of(w, Team, "Network"), [lead.id])
            set_skills(w, SYSTEM, lead.id, {"routers": 3})
            set_active(w, SYSTEM, Skill, of(w, Skill, "routers"), False)
            customer = create_customer(w, SYSTEM, name="Alder Ltd").id
            asked = {"field": "customer", "values": [customer], "negated": False}
            create_rule(w, SYSTEM, name="For Alder", conditions=[asked])
            create_view(w, SYSTEM, name="Of Alder", scope="desk", parameters={"customer": str(customer)})
        opened(db)
    return settings


@pytest.fixture
def made(production: Settings, tmp_path: Path) -> Settings:
    own = replace(production, data=tmp_path / "sandbox")
    told = sandbox.create(production, own, 2)
    assert told.left_out == ("routing rule For Alder", "blocked sender spam.example", "saved view Of Alder")
    return own


@pytest.fixture
def db(made: Settings) -> Iterator[Database]:
    with closing(open_store(made)) as db:
        yield db


def test_it_is_arranged_like_the_desk_in_production(production: Settings, db: Database) -> None:
    with closing(open_store(production)) as other, other.read() as session:
        wanted, _ = without_customers(store.document(session, SYSTEM))
    with db.read() as session:
        assert differences(store.document(session, SYSTEM), wanted) == []


def test_its_customers_are_made_up_and_it_has_no_tickets(db: Database) -> None:
    with db.read() as session:
        names = session.scalars(select(Customer.name)).all()
        assert len(names) == 2
        assert "Alder Ltd" not in names
        assert session.scalars(select(User.id)).first() is not None
        assert session.scalars(select(Ticket.id)).all() == []


def test_people_sign_in_as_they_do_in_production(db: Database) -> None:
    access.sign_in(db, LEAD, PASSWORD)
    with db.read() as session:
        viewer = viewer_of(session, agent_by_email(session, LEAD).id)
        team = session.scalars(select(Team.id).where(Team.name == "Network")).one()
    assert viewer.team_ids == {team}


def test_it_says_what_it_is(made: Settings) -> None:
    desk = open_desk(made)
    client = TestClient(create_app(desk))
    assert client.get("/api/v1/tickets").headers["x-fifthcall-desk"] == "sandbox"
    assert "not the desk in production" in client.get("/sign-in").text
    desk.db.close()
    assert "sandbox" in {finding.check for finding in examine(made, only=("sandbox",))}


def test_production_says_nothing_of_the_kind(production: Settings) -> None:
    desk = open_desk(production)
    client = TestClient(create_app(desk))
    assert "x-fifthcall-desk" not in client.get("/api/v1/tickets").headers
    assert "not the desk in production" not in client.get("/sign-in").text
    desk.db.close()


def test_a_folder_that_holds_something_is_left_alone(production: Settings) -> None:
    with pytest.raises(sandbox.PlaceTaken):
        sandbox.create(production, production)
