"""What must be true before the work on a ticket ends: each condition, who may pass over it, and who is not held up."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.actions import Extra
from core_psa.desk.links import link
from core_psa.errors import ActionRefused, Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Team
from core_psa.tickets import store
from core_psa.tickets.own_fields.actions import create_field
from core_psa.tickets.workflow import actions
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

ADA = Viewer("agent", None, "Ada", BUILTIN_ROLES["agent"])


def gate(db: Database, kind: str, **given: object) -> None:
    with db.work() as w:
        actions.create_gate(w, SYSTEM, kind, **given)  # type: ignore[arg-type]


def refused(db: Database, ticket_id: int, viewer: Viewer = AGENT) -> tuple[str, ...]:
    """The reasons why this ticket cannot be resolved now."""
    with pytest.raises(ActionRefused) as error, db.work() as w:
        desk.resolve(w, viewer, ticket_id, resolution="Done.")
    return error.value.reasons


def resolved(db: Database, ticket_id: int, viewer: Viewer = AGENT, extra: Extra | None = None) -> Mapping[str, object]:
    """Resolves the ticket; what its timeline tells of it."""
    with db.work() as w:
        return desk.resolve(w, viewer, ticket_id, resolution="Done.", extra=extra or Extra()).changes or {}


def test_work_without_time_does_not_end_where_time_is_asked_for(db: Database) -> None:
    gate(db, "time")
    ticket_id = opened(db)
    assert refused(db, ticket_id) == ("no time has been logged",)
    with db.work() as w:
        desk.log_time(w, AGENT, ticket_id, minutes=5)
    assert "status" in resolved(db, ticket_id)


def test_time_given_with_the_resolution_counts(db: Database) -> None:
    gate(db, "time")
    assert "status" in resolved(db, opened(db), extra=Extra(minutes=5))


def test_named_fields_must_not_be_empty(db: Database) -> None:
    gate(db, "fields", fields=["category", "priority"])
    assert refused(db, opened(db, priority="P3 Medium")) == ("category is empty",)


def test_every_unmet_condition_is_listed_with_what_can_be_done_instead(db: Database) -> None:
    gate(db, "time")
    gate(db, "fields", fields=["category"])
    ticket_id = opened(db)
    with pytest.raises(ActionRefused) as error, db.work() as w:
        desk.close(w, AGENT, ticket_id)
    assert error.value.reasons == (
        "no resolution note has been written: resolve it first",
        "no time has been logged",
        "category is empty",
    )
    assert "resolve" in error.value.allowed


def test_what_is_not_filled_in_is_listed_with_the_unmet_conditions(db: Database) -> None:
    gate(db, "time")
    with db.work() as w:
        create_field(w, SYSTEM, 1, "cause", "text", required_at=["resolve"])
    ticket_id = opened(db, type="Incident")
    with pytest.raises(ActionRefused) as error, db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution=" ")
    assert error.value.reasons == (
        "resolution must not be empty",
        "cause must be filled in to Resolve",
        "no time has been logged",
    )
    with pytest.raises(Invalid) as invalid, db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution=" ", extra=Extra(override="The customer insists."))
    assert [e.field for e in invalid.value.errors] == ["resolution", "cause"]


def test_a_gate_of_one_team_does_not_hold_up_another(db: Database) -> None:
    with db.work() as w:
        w.session.add_all([Team(id=1, name="Network"), Team(id=2, name="Field")])
    gate(db, "time", team_id=1)
    assert refused(db, opened(db, team="Network"))
    assert "status" in resolved(db, opened(db, team="Field"))


def test_a_gate_of_one_type_does_not_hold_up_another(db: Database) -> None:
    gate(db, "time", type_id=1)
    assert refused(db, opened(db, type="Incident"))
    assert "status" in resolved(db, opened(db, type="Problem"))


def test_a_gate_before_one_status_guards_that_status_alone(db: Database) -> None:
    gate(db, "fields", fields=["category"], status_id=status_id(db, "Waiting on Vendor"))
    ticket_id = opened(db)
    with pytest.raises(ActionRefused, match="category is empty"), db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "Waiting on Vendor")})
    assert "status" in resolved(db, ticket_id)


def test_a_change_ends_only_if_it_was_approved(db: Database) -> None:
    assert refused(db, opened(db, type="Change")) == ("no approval has been asked for",)


def test_a_parent_with_open_children_is_not_closed(db: Database) -> None:
    parent, child = opened(db), opened(db)
    with db.work() as w:
        link(w, AGENT, child, "child_of", parent)
        desk.resolve(w, AGENT, parent, resolution="Done.")
    with pytest.raises(ActionRefused, match="1 of its child tickets is not done"), db.work() as w:
        desk.close(w, AGENT, parent)


def test_a_refused_resolution_changes_nothing(db: Database) -> None:
    gate(db, "time")
    ticket_id = opened(db)
    refused(db, ticket_id)
    with db.read() as session:
        ticket = store.get(session, SYSTEM, ticket_id)
        assert (ticket.state, ticket.version, len(store.timeline(session, SYSTEM, ticket_id))) == ("open", 1, 1)


def test_who_may_override_gates_says_why_and_both_are_kept(db: Database) -> None:
    gate(db, "time")
    ticket_id = opened(db)
    told = resolved(db, ticket_id, extra=Extra(override="the agent has left"))
    assert told["unmet"] == [None, ["no time has been logged"]]
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "overrode gates")).one()
    assert entry.record_id == ticket_id
    assert entry.changes == {"unmet": [None, ["no time has been logged"]], "override": [None, "the agent has left"]}


def test_an_agent_without_the_permission_overrides_nothing(db: Database) -> None:
    gate(db, "time")
    with pytest.raises(Forbidden, match=r"tickets\.override_gates"):
        resolved(db, opened(db), ADA, Extra(override="I want to"))


def test_a_reason_to_override_is_not_asked_of_what_meets_its_gates(db: Database) -> None:
    assert "override" not in resolved(db, opened(db), ADA, Extra(override="just in case"))


def test_automation_is_not_held_up_but_what_was_missing_is_told(db: Database) -> None:
    gate(db, "time")
    assert resolved(db, opened(db), SYSTEM)["unmet"] == [None, ["no time has been logged"]]


def test_a_customer_who_closes_is_not_held_up_but_what_was_missing_is_told(db: Database) -> None:
    from core_psa.customers.tables import Customer, User

    with db.work() as w:
        w.session.add(Customer(id=1, name="Marlowe", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=1, customer_id=1, name="Ida", email="ida@marlowe.example", created_at=w.now))
    ticket_id = opened(db, requester="ida@marlowe.example")
    with db.work() as w:
        told = desk.close(w, Viewer("user", 1, "Ida", customer_id=1), ticket_id).changes or {}
    assert told["unmet"] == [None, ["no resolution note has been written: resolve it first"]]


def test_a_gate_on_fields_names_some_and_no_other_gate_does(db: Database) -> None:
    for kind, given in (("fields", {}), ("time", {"fields": ["category"]})):
        with pytest.raises(Invalid) as error:
            gate(db, kind, **given)
        assert error.value.errors[0].field == "fields"


def test_a_gate_that_is_taken_away_holds_up_nobody_and_its_end_is_audited(db: Database) -> None:
    with db.work() as w:
        gate_id = actions.create_gate(w, SYSTEM, "time").id
        actions.delete_gate(w, SYSTEM, gate_id)
    assert "status" in resolved(db, opened(db))
    with db.read() as session:
        query = select(AuditEntry.action).where(AuditEntry.record_kind == "gate").order_by(AuditEntry.id)
        assert session.scalars(query).all() == ["created", "deleted"]
