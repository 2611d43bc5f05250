"""Telephone numbers: as people write them, as they are kept, and whose they are."""

import pytest

from core_psa.customers import actions, phones, store
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.db.fields import Refused
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import Viewer

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
DISPATCHER = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["dispatcher"])


@pytest.mark.parametrize(
    ("written", "country", "kept"),
    [
        ("+44 20 7946 0301", None, "+442079460301"),
        ("0044 (0) 20 7946 0301", "GB", "+442079460301"),
        ("020 7946 0301", "GB", "+442079460301"),
        ("030/1234567", "DE", "+49301234567"),
        ("+49 (0)30 123-4567", "GB", "+49301234567"),
    ],
)
def test_a_number_is_meant_as_in_its_country(written: str, country: str | None, kept: str) -> None:
    assert phones.e164(country)(written) == kept


@pytest.mark.parametrize(
    ("written", "country"),
    [("020 7946 0301", None), ("12", "GB"), ("call me", "GB"), ("+44 20 7946 0301 ext. 5", None)],
)
def test_what_is_no_number_is_refused(written: str, country: str | None) -> None:
    with pytest.raises(Refused):
        phones.e164(country)(written)


@pytest.fixture
def customer(db: Database) -> Customer:
    with db.work() as w:
        return actions.create_customer(w, DISPATCHER, name="Larkfield Dairy", country="gb")


@pytest.fixture
def lena(db: Database, customer: Customer) -> User:
    with db.work() as w:
        return actions.create_user(w, DISPATCHER, customer.id, name="Lena Ash", phone="020 7946 0301")


def test_a_users_number_is_read_in_the_country_of_the_site_or_customer(db: Database, customer: Customer) -> None:
    with db.work() as w:
        site = actions.create_site(w, DISPATCHER, customer.id, name="Berlin", country="DE")
        at_home = actions.create_user(w, DISPATCHER, customer.id, name="Lena", phone="020 7946 0301")
        away = actions.create_user(w, DISPATCHER, customer.id, name="Ida", phone="030 1234567", site_id=site.id)
    assert (at_home.phone, away.phone) == ("+442079460301", "+49301234567")


def test_further_numbers_replace_those_before_and_are_told_in_the_log(db: Database, lena: User) -> None:
    with db.work() as w:
        phones.set_numbers(w, DISPATCHER, lena, [("07700 900123", "mobile"), ("+44 7700 900123", "again")])
        phones.set_numbers(w, DISPATCHER, lena, [("07700 900456", "")])
        assert [(row.number, row.label) for row in phones.numbers_of(w.session, lena)] == [("+447700900456", "")]


def test_a_wrong_number_among_several_is_named_by_its_place(db: Database, lena: User) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        phones.set_numbers(w, DISPATCHER, lena, [("07700 900123", ""), ("soon", "")])
    assert refused.value.errors[0].field == "phones.1"


def test_everybody_known_by_a_number_is_found_people_first(db: Database, customer: Customer, lena: User) -> None:
    with db.work() as w:
        phones.set_numbers(w, DISPATCHER, customer, [("020 7946 0301", "reception")])
        other = actions.create_user(w, DISPATCHER, customer.id, name="Ida", phone=None)
        phones.set_numbers(w, DISPATCHER, other, [("+44 20 7946 0301", "shared desk")])
        gone = actions.create_user(w, DISPATCHER, customer.id, name="Old", phone="+44 20 7946 0301")
        actions.update_user(w, DISPATCHER, gone.id, active=False)
    with db.read() as session:
        found = store.callers(session, AGENT, "+442079460301")
    assert [user.name if user else customer.name for customer, _, user in found] == [
        "Lena Ash",
        "Ida",
        "Larkfield Dairy",
    ]


def test_an_agent_who_may_not_change_customers_changes_no_number(db: Database, lena: User) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        phones.set_numbers(w, AGENT, lena, [])
