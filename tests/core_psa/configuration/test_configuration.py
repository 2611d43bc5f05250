"""The configuration as a document: readable, without ids and secrets, comparable; on both engines."""

import json
from copy import deepcopy
from typing import Any

import pytest

from core_psa.access.providers import create_provider
from core_psa.configuration.rules import differences
from core_psa.configuration.store import document
from core_psa.customers.actions import create_customer
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation.actions import create_agent, create_team
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.routing.actions import create_rule
from core_psa.tickets.views.actions import create_view
from core_psa.viewer import SYSTEM, Viewer


def exported(db: Database) -> Any:
    with db.read() as session:
        return json.loads(json.dumps(document(session, SYSTEM)))


def test_a_rule_is_exported_with_names_instead_of_ids(db: Database) -> None:
    with db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Alder Ltd").id
        team_id = create_team(w, SYSTEM, name="Network").id
        condition = {"field": "customer", "values": [customer_id], "negated": False}
        create_rule(w, SYSTEM, name="Alder", team_id=team_id, conditions=[condition])
    (rule,) = exported(db)["configuration"]["routing_rule"]
    assert rule["team_id"] == "Network"
    assert rule["conditions"] == [{**condition, "values": ["Alder Ltd"]}]
    assert "id" not in rule


def test_a_shared_view_is_exported_with_names_instead_of_ids(db: Database) -> None:
    with db.work() as w:
        customer, team = create_customer(w, SYSTEM, name="Alder Ltd").id, create_team(w, SYSTEM, name="Network").id
        asked = {"customer": str(customer), "team": str(team), "assignee": "none", "q": "7"}
        create_view(w, SYSTEM, name="Alder", scope="desk", parameters=asked)
    (view,) = exported(db)["configuration"]["saved_view"]
    assert view["parameters"] == {"customer": "Alder Ltd", "team": "Network", "assignee": "none", "q": "7"}


def test_an_agents_own_views_are_not_exported(db: Database) -> None:
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Ada Quell", email="ada@harbour.example").id
        create_view(w, Viewer("agent", agent, "Ada Quell", BUILTIN_ROLES["agent"]), name="Mine alone")
    assert exported(db)["configuration"]["saved_view"] == []


def test_two_exports_of_one_desk_do_not_differ(db: Database) -> None:
    assert differences(exported(db), exported(db)) == []


def test_what_was_added_changed_and_removed_is_told(db: Database) -> None:
    before = exported(db)
    after = deepcopy(before)
    tables = after["configuration"]
    tables["status"][0]["position"] = 99
    tables["team"].append({"name": "Network"})
    gone = tables["silent_event"].pop()["event"]
    told = {(d.kind, d.key[0], d.state) for d in differences(before, after)}
    assert told == {
        ("status", tables["status"][0]["name"], "changed"),
        ("team", "Network", "added"),
        ("silent_event", gone, "removed"),
    }


def test_secrets_are_never_exported(db: Database) -> None:
    with db.work() as w:
        create_provider(
            w, SYSTEM, name="Login", issuer="https://login.example", client_id="desk", client_secret="do not tell"
        )
    assert "do not tell" not in json.dumps(exported(db))


@pytest.mark.parametrize("given", [{}, {"format": 2}, {"format": 1, "configuration": {"moon": []}}])
def test_what_is_no_configuration_is_refused(db: Database, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        differences(exported(db), given)


def test_only_who_administers_access_may_take_it_away(db: Database) -> None:
    with db.read() as session, pytest.raises(Forbidden):
        document(session, Viewer("agent", 1, "Bo"))
