"""What the made-up desk has set up for itself: routing, a workflow of its own for changes, fields, views, what comes and goes by itself."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.desk.names import find
from core_psa.intake.recurring.actions import create_recurring
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.routing import actions as routing
from core_psa.tickets.own_fields.actions import create_field
from core_psa.tickets.store import status_named
from core_psa.tickets.views.actions import create_view
from core_psa.tickets.waiting.actions import create_rule as close_after_silence
from core_psa.tickets.workflow.actions import save_workflow
from core_psa.tickets.workflow.definition_actions import create_definition
from core_psa.viewer import SYSTEM, Viewer
from demo.data_files import read

_CHANGES = ("New", "In Triage", "In Progress", "Waiting on Vendor", "Resolved", "Closed")
# (action, statuses before, status after) of a change: it is planned before it is worked on.
_WAYS = (
    ("plan", ("New",), "In Triage"),
    ("begin_work", ("In Triage", "Waiting on Vendor"), "In Progress"),
    ("wait_for_vendor", ("In Progress",), "Waiting on Vendor"),
    ("resolve", ("In Progress",), "Resolved"),
    ("close", ("New", "In Triage", "Resolved"), "Closed"),
    ("reopen", ("Resolved", "Closed"), "In Progress"),
)
_OWN = {
    "plan": "Plan it",
    "begin_work": "Begin the work",
    "wait_for_vendor": "Wait for the manufacturer",
}
_ANYTIME = ("reply", "note", "assign", "time", "request_approval", "escalate")


def arrange(w: Work) -> None:
    """Called once the desk's people, customers and lists are there."""
    _routing(w)
    _changes(w)
    _fields(w)
    _views(w)
    _by_itself(w)


def person(w: Work, role: str) -> Viewer:
    """The first agent of this role who is there."""
    query = select(Agent.id).join(AgentRole, AgentRole.agent_id == Agent.id).join(Role, Role.id == AgentRole.role_id)
    first = query.where(Role.name == role, Agent.active).order_by(Agent.id).limit(1)
    return organisation.viewer_of(w.session, w.session.scalars(first).one())


def _routing(w: Work) -> None:
    for row in read("arrangements")["rule"]:
        conditions = [
            {
                "field": field,
                "values": [v if field in ("text", "channel") else find(w.session, field, v) for v in values],
            }
            for field, values in row["when"].items()
        ]
        team_id = find(w.session, "team", row["team"])
        routing.create_rule(
            w, SYSTEM, name=row["name"], conditions=conditions, team_id=team_id, pick=row.get("pick"), tags=row["tags"]
        )


def _changes(w: Work) -> None:
    type_id = find(w.session, "type", "Change")
    ids = {name: status_named(w.session, name).id for name in _CHANGES}
    for name, label in _OWN.items():
        to = next(after for action, _, after in _WAYS if action == name)
        create_definition(
            w, SYSTEM, name, "update", label=label, status_id=ids[to], tells_customer=name == "begin_work"
        )
    save_workflow(
        w,
        SYSTEM,
        type_id,
        default_status_id=ids["New"],
        status_ids=list(ids.values()),
        actions=[*_ANYTIME, *dict.fromkeys(action for action, _, _ in _WAYS)],
        transitions=[(action, ids[one], ids[after]) for action, before, after in _WAYS for one in before],
    )


def _fields(w: Work) -> None:
    for row in read("arrangements")["field"]:
        given = {name: value for name, value in row.items() if name not in ("type", "name", "kind")}
        create_field(w, SYSTEM, find(w.session, "type", row["type"]), row["name"], row["kind"], **given)


def _views(w: Work) -> None:
    lead = person(w, "team lead")
    for row in read("arrangements")["view"]:
        create_view(w, lead, **row)


def _by_itself(w: Work) -> None:
    waiting, closed = status_named(w.session, "Waiting on Customer").id, status_named(w.session, "Closed").id
    close_after_silence(
        w,
        SYSTEM,
        name="No answer for two weeks",
        status_id=waiting,
        target_status_id=closed,
        inactive_days=14,
        warning_days=3,
    )
    customers = w.session.scalars(select(Customer.id).where(Customer.vip).order_by(Customer.id).limit(2)).all()
    starts = datetime.combine(w.now.date() + timedelta(days=1), time(8))
    for customer_id, row in zip(customers, read("arrangements")["recurring"], strict=False):
        team_id = find(w.session, "team", row["team"])
        given = {name: row[name] for name in ("name", "rule", "subject", "body")}
        create_recurring(
            w, SYSTEM, **given, starts=starts, timezone="Europe/London", customer_id=customer_id, team_id=team_id
        )
