"""A desk on which nearly everything that can be arranged was."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core_psa.access import providers, roles, second_factor
from core_psa.assets import actions as assets
from core_psa.assets import remote_actions
from core_psa.assets.tables import AssetType
from core_psa.checklists import actions as checklists
from core_psa.db import Work
from core_psa.db.weeks import Hours
from core_psa.intake.recurring.actions import create_recurring
from core_psa.intake.replies.actions import set_follow_up
from core_psa.intake.senders.actions import block
from core_psa.knowledge.canned_actions import create_canned
from core_psa.knowledge.script_actions import create_script, update_script
from core_psa.notices import administration, templates
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.retiring.actions import set_active
from core_psa.routing import actions as routing
from core_psa.sla import actions as calendars
from core_psa.sla import policy_actions as policies
from core_psa.sla.holidays import OwnHoliday
from core_psa.sla.policy_rules import Target, Threshold
from core_psa.sla.tables import Calendar
from core_psa.suggestions.actions import set_mode
from core_psa.tickets import category_actions, settings_actions
from core_psa.tickets.own_fields.actions import create_field
from core_psa.tickets.tables import Priority, Status, TicketType
from core_psa.tickets.urgency.actions import set_matrix
from core_psa.tickets.views.actions import create_view
from core_psa.tickets.waiting import actions as waiting
from core_psa.tickets.workflow import actions as workflow
from core_psa.tickets.workflow.definition_actions import create_definition
from core_psa.viewer import SYSTEM, Viewer

LEAD = "imke@harbour.example"


def people(w: Work) -> None:
    """Whom configuration may name; they are no part of it."""
    organisation.create_agent(w, SYSTEM, name="Imke Straat", email=LEAD)


def of(w: Work, model: Any, name: str) -> int:
    return int(w.session.scalars(select(model.id).where(model.name == name)).one())


def arrange(w: Work) -> None:
    """Needs `people`."""
    _organisation(w)
    _calendars(w)
    _settings(w)
    _promises(w)
    _helpers(w)
    _views(w)


def _organisation(w: Work) -> None:
    lead = organisation.store.agent_by_email(w.session, LEAD).id
    organisation.update_organisation(w, SYSTEM, name="Harbour IT Services")
    department = organisation.create_department(w, SYSTEM, "Operations")
    organisation.lead_department(w, SYSTEM, department.id, lead)
    organisation.create_team(w, SYSTEM, name="Network", department_id=department.id, lead_id=lead)
    organisation.create_team(w, SYSTEM, name="Old team", active=False)
    organisation.create_skill(w, SYSTEM, "routers")
    set_active(w, SYSTEM, organisation.Skill, organisation.create_skill(w, SYSTEM, "telex").id, False)
    role = roles.create_role(w, SYSTEM, "night shift", ["tickets.see", "tickets.edit"])
    second_factor.require_of(w, SYSTEM, [role.id, of(w, organisation.Role, "administrator")])
    login = {"name": "Login", "issuer": "https://login.example", "client_id": "desk"}
    providers.create_provider(w, SYSTEM, **login, role_by_group={"Leads": "team lead"})  # type: ignore[arg-type]


def _calendars(w: Work) -> None:
    night = calendars.create_calendar(w, SYSTEM, name="Nights", timezone="Europe/Lisbon", is_default=True)
    calendars.set_windows(w, SYSTEM, night.id, [Hours(0, 0, 360), Hours(0, 1200, 1440)])
    calendars.set_holidays(w, SYSTEM, night.id, [OwnHoliday(date(2026, 12, 24), "Eve")])
    former = calendars.create_calendar(w, SYSTEM, name="Former hours", timezone="Europe/Lisbon")
    set_active(w, SYSTEM, Calendar, former.id, False)


def _settings(w: Work) -> None:
    visit = settings_actions.create_type(w, SYSTEM, "Visit")
    order = create_definition(w, SYSTEM, "order_part", "update", label="Order a part")
    parts = settings_actions.create_status(w, SYSTEM, "Waiting for parts", "paused", awaits_reply=True)
    settings_actions.update_status(w, SYSTEM, of(w, Status, "Waiting on Vendor"), name="Waiting for a supplier")
    settings_actions.update_priority(w, SYSTEM, of(w, Priority, "P4 Low"), name="P4 Whenever")
    settings_actions.create_priority(w, SYSTEM, "P5 Never", 5)
    settings_actions.update_type(w, SYSTEM, of(w, TicketType, "Sales Opportunity"), active=False)
    hardware = category_actions.create_category(w, SYSTEM, "Hardware")
    category_actions.create_category(w, SYSTEM, "Printer", parent_id=hardware.id, description="paper")
    old = category_actions.create_category(w, SYSTEM, "Fax")
    category_actions.update_category(w, SYSTEM, old.id, retired=True)
    set_matrix(w, SYSTEM, {("high", "high"): of(w, Priority, "P2 High")})
    create_field(w, SYSTEM, visit.id, "floor", "number", required_at=["order_part"])
    new, closed = of(w, Status, "New"), of(w, Status, "Closed")
    ways = [("order_part", new, parts.id), ("close", parts.id, closed), ("close", new, closed)]
    workflow.save_workflow(
        w,
        SYSTEM,
        visit.id,
        default_status_id=new,
        status_ids=[new, parts.id, closed],
        actions=["order_part", "close"],
        transitions=ways,
    )
    assert order.id
    workflow.create_gate(w, SYSTEM, "time", type_id=visit.id)


def _promises(w: Work) -> None:
    policy = policies.create_policy(w, SYSTEM, name="Gold", is_default=True)
    policies.set_targets(w, SYSTEM, policy.id, [Target(of(w, Priority, "P1 Critical"), "response", 10, True)])
    lead = organisation.store.agent_by_email(w.session, LEAD).id
    policies.set_warnings(w, SYSTEM, policy.id, [Threshold(80, ("assignee",), (lead,), 2)])
    team = of(w, organisation.Team, "Network")
    policies.set_policy_of_team(w, SYSTEM, team, policy.id)
    set_mode(w, SYSTEM, "category", "auto", 0.5, 0.9)
    for name in ("First", "Second", "Third"):
        condition = {"field": "text", "values": [name.lower()], "negated": False}
        routing.create_rule(w, SYSTEM, name=name, team_id=team, conditions=[condition])
    rules = w.session.scalars(select(routing.RoutingRule.id).order_by(routing.RoutingRule.name.desc())).all()
    routing.order_rules(w, SYSTEM, rules)
    waiting.create_rule(
        w,
        SYSTEM,
        name="Silence",
        team_id=team,
        status_id=of(w, Status, "Waiting on Customer"),
        inactive_days=7,
        target_status_id=of(w, Status, "Closed"),
    )
    set_follow_up(w, SYSTEM, team, cutoff_hours=48)


def _helpers(w: Work) -> None:
    team = of(w, organisation.Team, "Network")
    create_canned(w, SYSTEM, name="Thanks", body="Thank you, {{requester.first}}.", scope="desk")
    create_canned(w, SYSTEM, name="Cable", body="Check the cable.", scope="team", team_id=team)
    question = {"key": "light", "text": "Is the light on?", "answer": "yes/no", "options": []}
    script = create_script(w, SYSTEM, [question], name="No network")
    update_script(w, SYSTEM, script.id, [question, {"key": "since", "text": "Since when?", "answer": "text"}])
    checklists.create_template(w, SYSTEM, name="New starter", items=[{"text": "Badge", "required": True}])
    assets.create_type(w, SYSTEM, name="Laptop")
    laptop = of(w, AssetType, "Laptop")
    remote_actions.create_tool(w, SYSTEM, name="Viewer", template="anydesk:{remote_id}", type_ids=[laptop])
    create_recurring(
        w,
        SYSTEM,
        name="Backups",
        rule="FREQ=MONTHLY",
        starts=datetime(2026, 4, 1, 8, 0),  # noqa: DTZ001 - by the clock on the wall
        timezone="Europe/Berlin",
        subject="Check the backups",
        team_id=team,
        tags=["backup"],
    )
    block(w, SYSTEM, sender="spam.example", note="adverts")
    administration.set_policy(w, SYSTEM, language="de", site="https://desk.example", held=True)
    administration.set_silent(w, SYSTEM, ["created"])
    templates.write(
        w, SYSTEM, event="created", audience="user", language="de", subject="{{number}}", text="Danke, {{recipient}}."
    )


def _views(w: Work) -> None:
    team, lead = of(w, organisation.Team, "Network"), organisation.store.agent_by_email(w.session, LEAD).id
    asked = {
        "assignee": lead,
        "priority": of(w, Priority, "P1 Critical"),
        "status": of(w, Status, "New"),
        "type": of(w, TicketType, "Visit"),
    }
    create_view(w, SYSTEM, name="Fires", scope="desk", parameters={name: str(i) for name, i in asked.items()})
    member = Viewer("agent", lead, "Imke Straat", BUILTIN_ROLES["team lead"], frozenset({team}))
    create_view(
        w,
        member,
        name="Ours",
        scope="team",
        team_id=team,
        parameters={"team": str(team), "customer": "none", "q": "vpn"},
    )
    create_view(w, member, name="Mine alone", parameters={"team": "mine"})
