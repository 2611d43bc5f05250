"""Who asks, for which customer, from which site: the three fit together."""

import pytest

from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.errors import Invalid
from core_psa.tickets import store
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened


@pytest.fixture
def known(db: Database) -> dict[str, int]:
    with db.work() as w:
        lark, tide = (customers.create_customer(w, SYSTEM, name=name).id for name in ("Larkfield", "Tideway"))
        return {
            "lark": lark,
            "tide": tide,
            "lena": customers.create_user(w, SYSTEM, lark, name="Lena").id,
            "tom": customers.create_user(w, SYSTEM, tide, name="Tom").id,
            "dairy": customers.create_site(w, SYSTEM, lark, name="Dairy").id,
        }


def whose(db: Database, number: int) -> tuple[int | None, int | None, int | None]:
    with db.read() as session:
        ticket = store.get(session, AGENT, number)
        return ticket.customer_id, ticket.requester_id, ticket.site_id


def test_another_requester_brings_their_customer_and_leaves_the_site_behind(
    db: Database, known: dict[str, int]
) -> None:
    number = opened(db, requester=known["lena"], site=known["dairy"])
    with db.work() as w:
        desk.update(w, AGENT, number, values={"requester": known["tom"]})
    assert whose(db, number) == (known["tide"], known["tom"], None)


def test_another_customer_drops_the_requester_of_the_one_before(db: Database, known: dict[str, int]) -> None:
    number = opened(db, requester=known["lena"])
    with db.work() as w:
        desk.update(w, AGENT, number, values={"customer": known["tide"]})
    assert whose(db, number) == (known["tide"], None, None)


def test_a_requester_and_a_customer_who_do_not_go_together_are_refused(db: Database, known: dict[str, int]) -> None:
    number = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.update(w, AGENT, number, values={"customer": known["tide"], "site": known["dairy"]})
    assert refused.value.errors[0].field == "site"


def test_a_change_of_anything_else_leaves_them_alone(db: Database, known: dict[str, int]) -> None:
    number = opened(db, requester=known["lena"], site=known["dairy"])
    with db.work() as w:
        desk.update(w, AGENT, number, values={"subject": "Milk"})
    assert whose(db, number) == (known["lark"], known["lena"], known["dairy"])
