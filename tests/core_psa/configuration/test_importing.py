"""A document makes another desk the same, all of it or nothing; on both engines."""

import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core_psa.access.roles import create_role, set_roles
from core_psa.audit.tables import AuditEntry
from core_psa.configuration.importing import bring_about
from core_psa.configuration.kinds import DATA, KINDS
from core_psa.configuration.rules import differences, in_lines
from core_psa.configuration.store import document
from core_psa.configuration.versions import go_back, import_document, keep, try_going_back, try_out, version_page
from core_psa.configuration.ways import WAYS
from core_psa.db import Database, Work
from core_psa.db.secrets import Vault
from core_psa.db.weeks import Hours
from core_psa.errors import Forbidden, Invalid
from core_psa.notices.administration import set_silent
from core_psa.notices.store import policy
from core_psa.organisation.actions import create_agent, create_department, create_skill, create_team, update_team
from core_psa.organisation.tables import Department, Skill, Team
from core_psa.retiring.actions import set_active
from core_psa.routing.actions import create_rule, remove_rule
from core_psa.sla.actions import set_windows, update_calendar
from core_psa.sla.policy_actions import set_targets, update_policy
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.suggestions.actions import set_mode
from core_psa.tables import METADATA
from core_psa.tickets import settings_actions
from core_psa.tickets.category_actions import create_category
from core_psa.tickets.tables import Priority, Status, TicketType
from core_psa.tickets.views.actions import create_view, delete_view
from core_psa.tickets.views.tables import SavedView
from core_psa.viewer import SYSTEM, Viewer
from tests.conftest import SECRET_KEY
from tests.core_psa.configuration.arranged import arrange, of, people
from tests.desk import opened


def exported(db: Database) -> Any:
    with db.read() as session:
        return json.loads(json.dumps(document(session, SYSTEM)))


@pytest.fixture
def other(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Another desk, on which nearly everything was arranged."""
    db = Database.open(
        f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}", None, Vault(lambda: SECRET_KEY)
    )
    with db.work() as w:
        people(w)
        arrange(w)
    yield db
    db.close()


def test_every_table_is_configuration_or_data() -> None:
    kinds = {kind.name for kind in KINDS}
    assert kinds & DATA == set()
    assert kinds | DATA == set(METADATA.tables)


def test_there_is_a_way_for_every_kind() -> None:
    assert set(WAYS) == {kind.name for kind in KINDS}


def test_an_empty_desk_becomes_the_same_as_the_one_a_document_came_from(db: Database, other: Database) -> None:
    wanted = exported(other)
    with db.work() as w:
        people(w)
        outcome = bring_about(w, SYSTEM, wanted)
    assert differences(exported(db), wanted) == []
    assert exported(db) == wanted
    assert outcome.staying == []


def test_importing_what_a_desk_is_already_changes_nothing(other: Database) -> None:
    with other.work() as w:
        assert bring_about(w, SYSTEM, exported(other)).changes == []


def test_a_dry_run_leaves_no_trace(db: Database, other: Database) -> None:
    with db.work() as w:
        people(w)
    before = exported(db)
    told = try_out(db, SYSTEM, exported(other))
    assert ("team", "added") in {(d.kind, d.state) for d in told.changes}
    assert exported(db) == before


def test_what_an_import_does_is_in_the_audit_log(db: Database) -> None:
    wanted = exported(db)
    wanted["configuration"]["team"].append({"name": "Network"})
    with db.work() as w:
        import_document(w, SYSTEM, wanted, "from the workshop")
    with db.read() as session:
        told = session.execute(select(AuditEntry.action, AuditEntry.record_kind)).all()
    assert {("created", "team"), ("imported", "configuration")} <= {tuple(entry) for entry in told}


def refused(db: Database, wanted: Any) -> set[str]:
    with pytest.raises(Invalid) as error, db.work() as w:
        import_document(w, SYSTEM, wanted)
    return {e.field for e in error.value.errors}


def test_every_refusal_names_record_and_field_and_nothing_is_done(db: Database) -> None:
    before = exported(db)
    wanted = deepcopy(before)
    tables = wanted["configuration"]
    tables["team"].append({"name": "Network", "lead_id": "nobody@harbour.example"})
    next(row for row in tables["status"] if row["name"] == "Closed")["state"] = "open"
    tables["calendar"].append({"name": "Moon", "timezone": "Moon/Base"})
    tables["ticket_type"].append({"name": "Visit", "colour": "green"})
    assert refused(db, wanted) == {
        "team.Network.lead_id",
        "status.Closed.state",
        "calendar.Moon.timezone",
        "ticket_type.Visit.colour",
    }
    assert exported(db) == before


@pytest.mark.parametrize("wrong", [{"name": 7}, {"name": None}, {"active": "yes"}, {"name": "x", "active": [1]}])
def test_what_no_export_would_write_is_refused(db: Database, wrong: dict[str, Any]) -> None:
    wanted = exported(db)
    wanted["configuration"]["team"].append(wrong)
    assert refused(db, wanted)


def test_a_status_that_tickets_need_is_not_taken_away(db: Database) -> None:
    wanted = exported(db)
    rows = wanted["configuration"]["status"]
    rows.remove(next(row for row in rows if row["name"] == "New"))
    assert "status.New.active" in refused(db, wanted)


def test_what_is_not_named_is_retired_on_a_desk_with_tickets(db: Database) -> None:
    wanted = exported(db)
    opened(db)
    with db.work() as w:
        create_team(w, SYSTEM, name="Network")
    with db.work() as w:
        outcome = import_document(w, SYSTEM, wanted)[1]
    with db.read() as session:
        assert session.scalars(select(Team.active).where(Team.name == "Network")).one() is False
    assert [(d.kind, d.changes["active"]) for d in outcome.changes] == [("team", [True, False])]


def test_what_agents_and_customers_use_stays_though_the_document_does_not_name_it(db: Database) -> None:
    wanted = exported(db)
    opened(db)
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Ada Quell", email="ada@harbour.example").id
        create_role(w, SYSTEM, "auditor", ["audit.see"])
        create_role(w, SYSTEM, "reader", ["tickets.see"])
        set_roles(w, SYSTEM, agent, ["auditor"])
    with db.work() as w:
        outcome = import_document(w, SYSTEM, wanted)[1]
    assert [(d.key, d.changes["active"]) for d in outcome.changes] == [(("reader",), [True, False])]
    assert [d.key for d in outcome.staying] == [("auditor",)]


def test_what_a_version_has_on_offer_is_brought_back(db: Database) -> None:
    with db.work() as w:
        skill = create_skill(w, SYSTEM, "routers").id
        before = keep(w, SYSTEM).id
    with db.work() as w:
        set_active(w, SYSTEM, Skill, skill, False)
    with db.work() as w:
        assert [d.changes for d in go_back(w, SYSTEM, before)[1].changes] == [{"active": [False, True]}]


def test_a_rule_that_rests_may_name_what_is_retired_on_this_desk(db: Database) -> None:
    with db.work() as w:
        skill = create_skill(w, SYSTEM, "routers").id
        rule = create_rule(w, SYSTEM, name="Old", skill_id=skill, active=False).id
        set_active(w, SYSTEM, Skill, skill, False)
    wanted = exported(db)
    with db.work() as w:
        remove_rule(w, SYSTEM, rule)
    with db.work() as w:
        import_document(w, SYSTEM, wanted)
    assert exported(db) == wanted
    wanted["configuration"]["routing_rule"][0]["active"] = True
    assert refused(db, wanted) == {"routing_rule.Old.skill_id"}


def test_a_team_that_rests_may_be_of_a_department_retired_on_this_desk(db: Database) -> None:
    opened(db)
    with db.work() as w:
        field = create_department(w, SYSTEM, "Field").id
        set_active(w, SYSTEM, Department, field, False)
    wanted = exported(db)
    wanted["configuration"]["team"].append({"name": "Vans", "department_id": "Field", "active": False})
    with db.work() as w:
        import_document(w, SYSTEM, wanted)
    with db.read() as session:
        assert session.execute(select(Team.active, Team.department_id)).one() == (False, field)


def test_a_kind_the_document_does_not_hold_is_left_alone(db: Database) -> None:
    with db.work() as w:
        create_team(w, SYSTEM, name="Network")
        bring_about(w, SYSTEM, {"format": 1, "configuration": {"skill": [{"name": "routers"}]}})
    with db.read() as session:
        assert session.scalars(select(Team.name)).all() == ["Network"]


def test_whether_mail_is_held_is_no_configuration(db: Database, other: Database) -> None:
    with db.work() as w:
        people(w)
        bring_about(w, SYSTEM, exported(other))
        assert (policy(w.session).held, policy(w.session).language) == (False, "de")


def test_what_was_before_an_import_is_kept_once(db: Database) -> None:
    wanted = exported(db)
    wanted["configuration"]["skill"].append({"name": "routers"})
    with db.work() as w:
        import_document(w, SYSTEM, wanted)
        import_document(w, SYSTEM, wanted)
        kept = version_page(w.session, SYSTEM).rows
    assert [row.reason for row in kept] == ["imported", "imported", "before an import"]


def test_going_back_gives_a_record_its_former_name(db: Database) -> None:
    opened(db)
    with db.work() as w:
        status_id = of(w, Status, "Waiting on Vendor")
        before = keep(w, SYSTEM, "before the workshop")
        settings_actions.update_status(w, SYSTEM, status_id, name="Waiting for a supplier")
        team = create_team(w, SYSTEM, name="Network")
        update_team(w, SYSTEM, team.id, description="cables")
    told = try_going_back(db, SYSTEM, before.id)
    with db.work() as w:
        go_back(w, SYSTEM, before.id)
        assert w.session.get_one(Status, status_id).name == "Waiting on Vendor"
        assert w.session.scalar(select(func.count()).select_from(Status)) == 7
        assert not w.session.get_one(Team, team.id).active
    assert {d.kind for d in told.changes} == {"status", "team"}


def test_a_calendar_of_another_name_is_one_change_whatever_it_holds(other: Database) -> None:
    with other.work() as w:
        before = keep(w, SYSTEM)
        nights = of(w, Calendar, "Nights")
        create_rule(w, SYSTEM, name="By night", conditions=[{"field": "hours", "values": [nights]}])
        after = keep(w, SYSTEM)
        update_calendar(w, SYSTEM, nights, name="Dark hours")
        outcome = go_back(w, SYSTEM, after.id)[1]
        assert [(d.kind, d.key, d.changes) for d in outcome.changes] == [
            ("calendar", ("Nights",), {"name": ["Dark hours", "Nights"]})
        ]
        assert [d.kind for d in go_back(w, SYSTEM, before.id)[1].changes] == ["routing_rule"]


def test_parts_that_come_together_are_told_in_one_line(db: Database, other: Database) -> None:
    lines = in_lines(differences(exported(db), exported(other)))
    told = {(line.difference.kind, line.difference.key[0]): line.number for line in lines}
    assert told["calendar_window", "Nights"] == 2
    assert told["calendar_holiday", "Nights"] == 1
    assert told["team", "Network"] == 1


def test_going_back_and_forth_ends_where_it_began(other: Database) -> None:
    there = exported(other)
    with other.work() as w:
        first = keep(w, SYSTEM)
        create_team(w, SYSTEM, name="Later")
    with other.work() as w:
        second = keep(w, SYSTEM)
        go_back(w, SYSTEM, first.id)
    assert exported(other) == there
    with other.work() as w:
        go_back(w, SYSTEM, second.id)
    assert "Later" in {row["name"] for row in exported(other)["configuration"]["team"]}


def test_only_who_administers_access_imports_or_looks_at_versions(db: Database) -> None:
    nobody = Viewer("agent", 1, "Bo", frozenset({"settings.edit"}))
    with db.work() as w:
        for forbidden in (
            lambda: import_document(w, nobody, {}),
            lambda: keep(w, nobody),
            lambda: version_page(w.session, nobody),
            lambda: go_back(w, nobody, 1),
        ):
            with pytest.raises(Forbidden):
                forbidden()


def test_a_view_that_asks_for_what_this_desk_has_not_is_refused(db: Database) -> None:
    wanted = exported(db)
    view = {"name": "Fires", "scope": "desk", "team_id": None, "columns": ["subject"]}
    wanted["configuration"]["saved_view"] = [{**view, "parameters": {"team": "Nowhere"}}]
    assert refused(db, wanted) == {"saved_view.desk/Fires.parameters"}


def test_going_back_brings_a_deleted_view_again(other: Database) -> None:
    there = exported(other)
    with other.work() as w:
        before = keep(w, SYSTEM)
        delete_view(w, SYSTEM, of(w, SavedView, "Fires"))
        update_team(w, SYSTEM, of(w, Team, "Network"), name="Cables")
        go_back(w, SYSTEM, before.id)
    assert exported(other) == there


CHANGES: tuple[Callable[[Work], object], ...] = (
    lambda w: settings_actions.update_status(w, SYSTEM, of(w, Status, "Waiting on Vendor"), name="With the supplier"),
    lambda w: settings_actions.update_status(w, SYSTEM, of(w, Status, "In Triage"), active=False),
    lambda w: settings_actions.create_status(w, SYSTEM, "On site", "open"),
    lambda w: settings_actions.update_type(w, SYSTEM, of(w, TicketType, "Alert"), name="Alarm", description="beeps"),
    lambda w: settings_actions.update_priority(w, SYSTEM, of(w, Priority, "P1 Critical"), name="P1"),
    lambda w: create_team(w, SYSTEM, name="Network"),
    lambda w: create_category(w, SYSTEM, "Hardware"),
    lambda w: update_calendar(w, SYSTEM, of(w, Calendar, "Business hours"), name="Office", timezone="Asia/Tokyo"),
    lambda w: set_windows(w, SYSTEM, of(w, Calendar, "Business hours"), [Hours(0, 0, 600)]),
    lambda w: create_rule(w, SYSTEM, name="All", type_id=of(w, TicketType, "Problem")),
    lambda w: update_policy(w, SYSTEM, of(w, SlaPolicy, "No SLA"), is_default=True),
    lambda w: set_targets(w, SYSTEM, of(w, SlaPolicy, "Standard"), []),
    lambda w: set_silent(w, SYSTEM, []),
    lambda w: set_mode(w, SYSTEM, "category", "off", 0.2, 0.8),
    lambda w: create_view(w, SYSTEM, name="Fires", scope="desk", parameters={"status": str(of(w, Status, "New"))}),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.sets(st.integers(0, len(CHANGES) - 1)), in_use=st.booleans())
def test_whatever_was_changed_going_back_undoes_it(
    sqlite_template: Path, tmp_path: Path, chosen: set[int], in_use: bool
) -> None:
    db = Database.open(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'changed.db')}")
    if in_use:
        opened(db)
    with db.work() as w:
        before = keep(w, SYSTEM)
    for number in sorted(chosen, reverse=True):
        with db.work() as w:
            CHANGES[number](w)
    with db.work() as w:
        go_back(w, SYSTEM, before.id)
        assert bring_about(w, SYSTEM, before.document, before.ids).changes == []
    left = {(d.kind, d.state) for d in differences(exported(db), before.document)}
    # What is new may have been used: it is retired, or stays where it cannot be.
    assert left <= ({("status", "removed"), ("team", "removed"), ("category", "removed")} if in_use else set())
    db.close()
