"""A type's own fields: what they may hold, their defaults, and when they must be filled in."""

from typing import Any

import pytest

from core_psa.assets.actions import create_asset, create_type
from core_psa.customers.actions import create_customer
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.actions import Extra
from core_psa.errors import Invalid
from core_psa.intake.receive import NewTicket, receive
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets.own_fields import actions
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened


def field(db: Database, name: str, kind: str = "text", **given: Any) -> int:
    """A further field of incidents."""
    with db.work() as w:
        return actions.create_field(w, SYSTEM, 1, name, kind, **given).id


def own(db: Database, ticket_id: int) -> dict[str, Any]:
    with db.read() as session:
        return ticket_view(session, AGENT, ticket_id).own


def refused_at_opening(db: Database, **fields: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        opened(db, fields=fields)
    return {e.field for e in refused.value.errors}


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", " SN 17 ", " SN 17 "),
        ("number", "12.50", 12.5),
        ("number", 3, 3),
        ("date", "2026-03-29", "2026-03-29"),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
    ],
)
def test_a_field_keeps_what_its_kind_holds(db: Database, kind: str, given: Any, kept: Any) -> None:
    field(db, "detail", kind)
    assert own(db, opened(db, fields={"detail": given})) == {"detail": kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 3),
        ("number", "three"),
        ("number", True),
        ("number", float("nan")),
        ("date", "29.3.2026"),
        ("yes_no", "perhaps"),
        ("asset", "-1"),
        ("user", 99),
        ("asset", 99),
    ],
)
def test_a_field_refuses_by_name_what_its_kind_does_not_hold(db: Database, kind: str, given: Any) -> None:
    field(db, "detail", kind)
    assert refused_at_opening(db, detail=given) == {"detail"}


def test_an_asset_must_be_one_of_the_customers(db: Database) -> None:
    field(db, "asset", "asset")
    with db.work() as w:
        ours, theirs = (create_customer(w, SYSTEM, name=name).id for name in ("Marlowe", "Brindle"))
        type_id = create_type(w, SYSTEM, name="Laptop", fields=[]).id
        laptop = create_asset(w, SYSTEM, customer_id=ours, type_id=type_id, name="MF-LT-01").id
    assert own(db, opened(db, customer=ours, fields={"asset": str(laptop)})) == {"asset": laptop}
    with pytest.raises(Invalid, match="is not one of this customer's assets"):
        opened(db, customer=theirs, fields={"asset": laptop})


def test_a_choice_is_one_of_its_list(db: Database) -> None:
    field(db, "colour", "choice", choices=["red", "green"])
    with pytest.raises(Invalid) as refused:
        opened(db, fields={"colour": "blue"})
    assert refused.value.errors[0].allowed == ("red", "green")


def test_a_user_is_one_of_the_tickets_own_customer(db: Database) -> None:
    with db.work() as w:
        w.session.add_all(
            [Customer(id=1, name="Marlowe", created_at=w.now), Customer(id=2, name="Q", created_at=w.now)]
        )
        w.session.flush()
        w.session.add(User(id=1, customer_id=1, name="Ida", created_at=w.now))
    field(db, "for_whom", "user")
    assert own(db, opened(db, customer="Marlowe", fields={"for_whom": 1})) == {"for_whom": 1}
    with pytest.raises(Invalid):
        opened(db, customer="Q", fields={"for_whom": 1})


def test_a_default_stands_where_nothing_was_given(db: Database) -> None:
    field(db, "floor", "number", default=2)
    assert own(db, opened(db)) == {"floor": 2}


def test_a_required_field_keeps_a_form_from_opening_a_ticket(db: Database) -> None:
    field(db, "serial", required_at=["created"])
    assert refused_at_opening(db, serial=" ") == {"serial"}


def test_a_mailbox_is_not_asked_to_fill_in_a_form(db: Database) -> None:
    field(db, "serial", required_at=["created"])
    with db.work() as w:
        assert receive(w, SYSTEM, NewTicket("Printer", "Jams.", channel="email")).id


def test_a_field_required_at_an_action_is_asked_for_there(db: Database) -> None:
    field(db, "cause", required_at=["resolve"])
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    assert [(e.field, e.message) for e in refused.value.errors] == [("cause", "must be filled in to Resolve")]
    with db.work() as w:
        told = desk.resolve(w, AGENT, ticket_id, resolution="Done.", extra=Extra(fields={"cause": "dust"}))
    assert (told.changes or {})["cause"] == [None, "dust"]


def test_a_field_of_another_type_is_refused_with_those_there_are(db: Database) -> None:
    field(db, "serial")
    with pytest.raises(Invalid) as refused:
        opened(db, type="Problem", fields={"serial": "1"})
    assert (refused.value.errors[0].field, refused.value.errors[0].message) == (
        "serial",
        "is not a field of this type of ticket",
    )


def test_a_retired_field_is_not_asked_for_and_its_values_stay(db: Database) -> None:
    field_id = field(db, "serial", required_at=["created"])
    ticket_id = opened(db, fields={"serial": "17"})
    with db.work() as w:
        actions.update_field(w, SYSTEM, 1, field_id, active=False)
    assert own(db, opened(db)) == {}
    assert own(db, ticket_id) == {"serial": "17"}


@pytest.mark.parametrize(
    ("name", "kind", "given", "wrong"),
    [
        ("Serial No", "text", {}, "name"),
        ("status", "text", {}, "name"),
        ("colour", "choice", {}, "choices"),
        ("serial", "text", {"choices": ["a"]}, "choices"),
        ("floor", "number", {"default": "two"}, "default"),
        ("contact", "user", {"default": 1}, "default"),
        ("serial", "text", {"required_at": ["dance"]}, "required_at"),
        ("serial", "song", {}, "kind"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused_by_name(
    db: Database, name: str, kind: str, given: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as refused:
        field(db, name, kind, **given)
    assert wrong in {e.field for e in refused.value.errors}


def test_a_type_has_a_name_once(db: Database) -> None:
    field(db, "serial")
    with pytest.raises(Invalid):
        field(db, "serial")
