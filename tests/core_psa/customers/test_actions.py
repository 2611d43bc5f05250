"""Customers with their domains, sites and users."""

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.customers import actions, store
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.db.records import save
from core_psa.errors import Conflict, Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import Viewer

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
DISPATCHER = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["dispatcher"])


@pytest.fixture
def customer_id(db: Database) -> int:
    with db.work() as w:
        return actions.create_customer(w, DISPATCHER, name="Larkfield Dairy", timezone="Europe/Dublin").id


def test_a_customer_is_found_by_the_beginning_of_its_name(db: Database, customer_id: int) -> None:
    with db.work() as w:
        actions.create_customer(w, DISPATCHER, name="100% Larch")
    with db.read() as session:
        assert [c.id for c in store.customer_page(session, AGENT, beginning="LARK").rows] == [customer_id]
        assert [c.name for c in store.customer_page(session, AGENT, beginning="100%").rows] == ["100% Larch"]


def test_a_refusal_names_every_wrong_field(db: Database, customer_id: int) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_customer(
            w, DISPATCHER, name="larkfield dairy", timezone="Dublin", language="English", calendar_id=9
        )
    assert {e.field for e in refused.value.errors} == {"name", "timezone", "language", "calendar_id"}


def test_an_agent_sees_customers_and_changes_none(db: Database, customer_id: int) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        actions.update_customer(w, AGENT, customer_id, vip=True)


def test_a_customer_who_leaves_is_no_longer_listed_and_still_there(db: Database, customer_id: int) -> None:
    with db.work() as w:
        actions.update_customer(w, DISPATCHER, customer_id, active=False, note="left in March")
    with db.read() as session:
        assert store.customer_page(session, AGENT).rows == []
        assert [c.note for c in store.customer_page(session, AGENT, inactive=True).rows] == ["left in March"]
        changes = session.scalars(select(AuditEntry.changes).order_by(AuditEntry.id.desc())).first()
    assert changes == {"active": [True, False], "note": ["", "left in March"]}


def test_a_customer_has_exactly_the_domains_it_is_given(db: Database, customer_id: int) -> None:
    with db.work() as w:
        actions.set_domains(w, DISPATCHER, customer_id, ["Larkfield.example", "dairy.example"])
        actions.set_domains(w, DISPATCHER, customer_id, ["larkfield.example"])
    with db.read() as session:
        assert store.domains_of(session, [customer_id]) == {customer_id: ["larkfield.example"]}


def test_a_domain_belongs_to_one_customer(db: Database, customer_id: int) -> None:
    with db.work() as w:
        actions.set_domains(w, DISPATCHER, customer_id, ["larkfield.example"])
        other = actions.create_customer(w, DISPATCHER, name="Tidewater Freight")
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.set_domains(w, DISPATCHER, other.id, ["tidewater.example", "larkfield.example", "localhost"])
    assert {e.field for e in refused.value.errors} == {"domains.1", "domains.2"}


def test_two_customers_may_have_a_site_of_the_same_name_and_one_may_not(db: Database, customer_id: int) -> None:
    with db.work() as w:
        other = actions.create_customer(w, DISPATCHER, name="Tidewater Freight")
        actions.create_site(w, DISPATCHER, customer_id, name="Head office")
        actions.create_site(w, DISPATCHER, other.id, name="Head office", timezone="Europe/Lisbon")
    with pytest.raises(Invalid, match="taken"), db.work() as w:
        actions.create_site(w, DISPATCHER, customer_id, name="HEAD OFFICE")


def test_a_renamed_site_keeps_its_id(db: Database, customer_id: int) -> None:
    with db.work() as w:
        site = actions.create_site(w, DISPATCHER, customer_id, name="Plant")
        actions.update_site(w, DISPATCHER, site.id, name="Plant 1", address="12 Mill Lane")
    with db.read() as session:
        assert [(s.id, s.name) for s in store.site_page(session, AGENT, customer_id).rows] == [(site.id, "Plant 1")]


def test_a_user_is_kept_with_address_and_number_in_their_standard_form(db: Database, customer_id: int) -> None:
    with db.work() as w:
        site = actions.create_site(w, DISPATCHER, customer_id, name="Plant")
        user = actions.create_user(
            w,
            DISPATCHER,
            customer_id,
            name="Ida Vance",
            email="Ida@Larkfield.example",
            phone="+353 (0)1 555 0100",
            site_id=site.id,
            vip=True,
        )
    with db.read() as session:
        stored = session.get_one(User, user.id)
    assert (stored.email, stored.phone, stored.site_id) == ("ida@larkfield.example", "+35315550100", site.id)


def test_a_user_stands_at_a_site_of_their_own_customer(db: Database, customer_id: int) -> None:
    with db.work() as w:
        other = actions.create_customer(w, DISPATCHER, name="Tidewater Freight")
        site = actions.create_site(w, DISPATCHER, other.id, name="Quay")
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_user(w, DISPATCHER, customer_id, name="Ida Vance", site_id=site.id, phone="555-0100")
    assert {e.field for e in refused.value.errors} == {"site_id", "phone"}


def test_an_address_is_never_shared_and_a_missing_one_may_be(db: Database, customer_id: int) -> None:
    with db.work() as w:
        ida = actions.create_user(w, DISPATCHER, customer_id, name="Ida Vance", email="desk@larkfield.example")
        actions.create_user(w, DISPATCHER, customer_id, name="A caller", email="")
        actions.create_user(w, DISPATCHER, customer_id, name="Another caller")
    with pytest.raises(Invalid, match="taken"), db.work() as w:
        actions.create_user(w, DISPATCHER, customer_id, name="Bo Harrow", email="DESK@larkfield.example")
    with db.read() as session:
        found = store.user_page(session, AGENT, customer_id=customer_id, email="Desk@Larkfield.example").rows
    assert [user.id for user in found] == [ida.id]


def test_a_user_who_leaves_is_no_longer_listed(db: Database, customer_id: int) -> None:
    with db.work() as w:
        user = actions.create_user(w, DISPATCHER, customer_id, name="Ida Vance")
        actions.update_user(w, DISPATCHER, user.id, active=False)
    with db.read() as session:
        assert store.user_page(session, AGENT).rows == []


def test_a_portal_user_lists_no_customers(db: Database, customer_id: int) -> None:
    with pytest.raises(Forbidden), db.read() as session:
        store.customer_page(session, Viewer("user", 1, "Ida Vance", customer_id=customer_id))


def test_a_name_taken_in_the_same_moment_is_a_conflict_not_a_crash(db: Database, customer_id: int) -> None:
    with pytest.raises(Conflict), db.work() as w:
        save(w.session, Customer(name="Larkfield Dairy", created_at=w.now))
