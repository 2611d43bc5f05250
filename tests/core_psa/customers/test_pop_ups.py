"""What has to be known first: shown to each agent once, and again when it changes."""

from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.customers import actions, pop_ups, suppliers
from core_psa.customers.tables import User
from core_psa.db import Database
from core_psa.errors import Invalid
from core_psa.organisation.actions import create_agent
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.reads.pop_ups import waiting
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened


@pytest.fixture
def agents(db: Database) -> tuple[Viewer, Viewer]:
    with db.work() as w:
        names = ("Tamsin Orrelby", "Jory Penhallick")
        rows = [create_agent(w, SYSTEM, name=n, email=f"{n.split()[0].lower()}@harbour.example") for n in names]
    first, second = (Viewer("agent", row.id, row.name, BUILTIN_ROLES["agent"]) for row in rows)
    return first, second


@pytest.fixture
def lena(db: Database) -> User:
    with db.work() as w:
        customer = actions.create_customer(w, SYSTEM, name="Larkfield Dairy")
        return actions.create_user(w, SYSTEM, customer.id, name="Lena Ash", email="lena@larkfield.example", vip=True)


def titles(db: Database, viewer: Viewer, number: int) -> list[str]:
    with db.read() as session:
        return [p.text or p.title for p in waiting(session, viewer, number, db.clock.now())]


def confirm_all(db: Database, viewer: Viewer, number: int) -> None:
    with db.work() as w:
        pop_ups.confirm(w, viewer, waiting(w.session, viewer, number, w.now))


def test_each_agent_confirms_once(db: Database, agents: tuple[Viewer, Viewer], lena: User) -> None:
    number = opened(db, requester=lena.id)
    tamsin, jory = agents
    assert titles(db, tamsin, number) == ["Lena Ash is a VIP"]
    confirm_all(db, tamsin, number)
    assert titles(db, tamsin, number) == []
    assert titles(db, jory, number) == ["Lena Ash is a VIP"]


def test_a_note_that_changes_is_shown_again(db: Database, agents: tuple[Viewer, Viewer], lena: User) -> None:
    number = opened(db, requester=lena.id)
    with db.work() as w:
        note = pop_ups.add_note(w, SYSTEM, lena.customer_id, text="Owes us for March.")
    confirm_all(db, agents[0], number)
    with db.work() as w:
        pop_ups.change_note(w, SYSTEM, note.id, text="Owes us for March and April.")
    assert titles(db, agents[0], number) == ["Owes us for March and April."]


def test_a_note_about_a_site_or_person_is_shown_on_their_tickets_alone(
    db: Database, agents: tuple[Viewer, Viewer], lena: User
) -> None:
    with db.work() as w:
        actions.update_user(w, SYSTEM, lena.id, vip=False)
        site = actions.create_site(w, SYSTEM, lena.customer_id, name="Dairy")
        pop_ups.add_note(w, SYSTEM, lena.customer_id, text="Wear boots.", site_id=site.id)
        pop_ups.add_note(w, SYSTEM, lena.customer_id, text="Speak slowly.", user_id=lena.id)
    assert titles(db, agents[0], opened(db, customer=lena.customer_id, site=site.id)) == ["Wear boots."]
    assert titles(db, agents[0], opened(db, requester=lena.id)) == ["Speak slowly."]
    assert titles(db, agents[0], opened(db)) == []


def test_who_is_not_supported_is_told_of(db: Database, agents: tuple[Viewer, Viewer], lena: User) -> None:
    with db.work() as w:
        actions.update_user(w, SYSTEM, lena.id, supported=False, vip=False)
    assert "No agreement covers" in titles(db, agents[0], opened(db, requester=lena.id))[0]


def test_a_note_ends_by_itself(db: Database, agents: tuple[Viewer, Viewer], lena: User, clock: StoppedClock) -> None:
    number = opened(db, customer=lena.customer_id)
    with db.work() as w:
        pop_ups.add_note(w, SYSTEM, lena.customer_id, text="Moving house.", until=w.now + timedelta(days=1))
    assert titles(db, agents[0], number) == ["Moving house."]
    clock.advance(timedelta(days=2))
    assert titles(db, agents[0], number) == []


def test_a_note_says_something_about_the_customers_own(db: Database, lena: User) -> None:
    with pytest.raises(Invalid), db.work() as w:
        pop_ups.add_note(w, SYSTEM, lena.customer_id, text=" ")
    with pytest.raises(Invalid), db.work() as w:
        pop_ups.add_note(w, SYSTEM, lena.customer_id, text="x", site_id=99)


def test_a_supplier_is_kept_with_the_domains_they_write_from(db: Database) -> None:
    with db.work() as w:
        row = suppliers.create_supplier(w, SYSTEM, name="Northline Telecom", domains=["Northline.example"])
        assert row.domains == ["northline.example"]
    with pytest.raises(Invalid), db.work() as w:
        suppliers.create_supplier(w, SYSTEM, name="northline telecom", phone="soon")
