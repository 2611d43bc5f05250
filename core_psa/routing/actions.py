"""Keeping the rules in order, and choosing an agent by them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers.tables import Customer, Site
from core_psa.db import Work, fields
from core_psa.db.forms import Form, Use
from core_psa.db.records import get, kind_of, save
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.tables import Skill
from core_psa.routing import store
from core_psa.routing.rules import CONDITIONS, PICKS, WORDS, Rule, least_loaded, next_in_turn
from core_psa.routing.tables import RoutingRule, RoutingTurn
from core_psa.sla.tables import Calendar
from core_psa.tickets.rules import CHANNELS
from core_psa.tickets.tables import Category, Priority, TicketType
from core_psa.viewer import Viewer

MOST_RULES, MOST_CONDITIONS, MOST_VALUES = 500, 20, 100
_RECORDS: Mapping[str, Any] = {
    "customer": Customer,
    "site": Site,
    "type": TicketType,
    "category": Category,
    "priority": Priority,
    "skill": Skill,
    "hours": Calendar,
}
_RETIRING: Mapping[str, Any] = {"skill": Skill, "hours": Calendar}
_REFERENCES = ("type_id", "category_id", "priority_id", "team_id", "assignee_id", "skill_id")


class RuleFields(TypedDict, total=False):
    """`conditions` are {"field", "values", "negated"}; see `rules.CONDITIONS`."""

    name: str
    active: bool
    match_all: bool
    go_on: bool
    conditions: Sequence[Mapping[str, Any]]
    type_id: int | None
    category_id: int | None
    priority_id: int | None
    team_id: int | None
    assignee_id: int | None
    tags: Sequence[str]
    pick: str | None
    skill_id: int | None


_RULE: Mapping[str, fields.Parser] = {
    "name": fields.name,
    **dict.fromkeys(("active", "match_all", "go_on"), fields.flag),
    "conditions": list,
    **dict.fromkeys(_REFERENCES, fields.optional(fields.record_id)),
    "tags": fields.tags,
    "pick": fields.optional(fields.one_of(*PICKS)),
}


def create_rule(w: Work, viewer: Viewer, **given: Unpack[RuleFields]) -> RoutingRule:
    """Needs a name; comes last. Raises Invalid naming every field and condition that is wrong."""
    viewer.require("settings.edit")
    values = _accepted(w.session, Form(given, _RULE, ["name"]), None)
    last, number = w.session.execute(select(func.max(RoutingRule.position), func.count())).one()
    if number >= MOST_RULES:
        raise Invalid(FieldError("name", f"a desk has at most {MOST_RULES} rules: remove one first"))
    row = create(w, viewer, RoutingRule(**{"conditions": [], "tags": [], **values}, position=(last or 0) + 1))
    save(w.session, RoutingTurn(rule_id=row.id))
    return row


def update_rule(w: Work, viewer: Viewer, rule_id: int, **given: Unpack[RuleFields]) -> RoutingRule:
    viewer.require("settings.edit")
    row = get(w.session, RoutingRule, rule_id, lock=True)
    return update(w, viewer, row, _accepted(w.session, Form(given, _RULE), row))


def remove_rule(w: Work, viewer: Viewer, rule_id: int) -> None:
    """Timelines keep its name."""
    viewer.require("settings.edit")
    row = get(w.session, RoutingRule, rule_id, lock=True)
    w.session.delete(w.session.get_one(RoutingTurn, rule_id))
    w.session.flush()
    w.session.delete(row)
    audit.record(w, viewer, "removed", "routing rule", rule_id, {"name": [row.name, None]})


def order_rules(w: Work, viewer: Viewer, rule_ids: Sequence[int]) -> None:
    """Puts all rules into this order."""
    viewer.require("settings.edit")
    rows = w.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id).with_for_update()).all()
    before = [row.id for row in rows]
    if sorted(rule_ids) != sorted(before):
        raise Invalid(FieldError("ids", "must be every rule once", tuple(str(i) for i in before)))
    if before == list(rule_ids):
        return
    for row in rows:
        row.position = rule_ids.index(row.id) + 1
    save(w.session)
    audit.record(w, viewer, "updated", "routing rule", None, {"order": [before, list(rule_ids)]})


def pick(w: Work, rule: Rule, team_id: int) -> int | None:
    """The agent whose turn it is by this rule, among those who can take a ticket now; none where nobody can.

    Others who pick by the same rule wait until this transaction ends.
    """
    turn = w.session.get(RoutingTurn, rule.id, with_for_update=True, populate_existing=True)
    if turn is None:  # the rule was removed a moment ago
        return None
    able = store.candidates(w.session, team_id, rule.skill_id, w.now)
    if rule.pick == "least_loaded":
        chosen = least_loaded(store.loads(w.session, able), turn.agent_id)
    else:
        chosen = next_in_turn(able, turn.agent_id)
    if chosen is not None:
        turn.agent_id = chosen
    return chosen


def _accepted(session: Session, form: Form, row: RoutingRule | None) -> dict[str, Any]:
    form.unique(session, RoutingRule.name, but=row.id if row else None)
    use = form.use(row)
    for name in _REFERENCES:
        if name != "skill_id":
            form.refers(session, getattr(RoutingRule, name))
    form.offers(session, RoutingRule.skill_id, row.skill_id if row else None, use)
    present = row.conditions if row else []
    if "conditions" in form.values:
        form.values["conditions"] = _conditions(session, form, form.values["conditions"])
    _offers_what_is_asked(session, form, use, present, form.values.get("conditions", present))
    if form.values.get("pick") and form.values.get("assignee_id"):
        form.refuse("pick", "either one agent is named or one is picked")
    return form.accepted()


def _offers_what_is_asked(
    session: Session,
    form: Form,
    use: Use,
    present: Sequence[Mapping[str, Any]],
    conditions: Sequence[Mapping[str, Any]],
) -> None:
    """A rule that asks for a retired skill or calendar may go on doing so, and none begins to."""
    for i, condition in enumerate(conditions):
        model = _RETIRING.get(condition["field"])
        if model is None:
            continue
        known = {v for c in present if c["field"] == condition["field"] for v in c["values"]}
        gone = select(model.name).where(~model.active, model.id.in_(use.takes_up(condition["values"], known)))
        for name in session.scalars(gone.order_by(model.name)):
            form.refuse(f"conditions.{i}", f"the {kind_of(model)} {name} is retired")


def _conditions(session: Session, form: Form, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(given) > MOST_CONDITIONS:
        form.refuse("conditions", f"at most {MOST_CONDITIONS}")
    read = [
        {"field": c["field"], "values": list(c["values"]), "negated": bool(c.get("negated"))}
        for c in given[:MOST_CONDITIONS]
    ]
    for i, condition in enumerate(read):
        if wrong := _wrong(session, condition):
            form.refuse(f"conditions.{i}", *wrong)
    return read


def _wrong(session: Session, condition: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """What is wrong with a condition, and what is allowed."""
    name, values = condition["field"], condition["values"]
    if name not in CONDITIONS:
        return f"'{str(name)[:100]}' is nothing a rule can ask about", CONDITIONS
    if not 1 <= len(values) <= MOST_VALUES:
        return f"needs 1 to {MOST_VALUES} values", ()
    if name in WORDS:
        return _wrong_words(name, values)
    if not all(isinstance(v, int) and 0 < v <= fields.MAX_KEY for v in values):
        return f"{name} is asked for by ids", ()
    known = set(session.scalars(select(_RECORDS[name].id).where(_RECORDS[name].id.in_(values))))
    missing = [str(v) for v in values if v not in known]
    return (f"there is no {name} {', '.join(missing)}", ()) if missing else None


def _wrong_words(name: str, values: Sequence[Any]) -> tuple[str, tuple[str, ...]] | None:
    if not all(isinstance(v, str) and v.strip() and len(v) <= fields.MAX_NAME for v in values):
        return f"needs words of 1 to {fields.MAX_NAME} characters", ()
    if name == "channel" and not set(values) <= set(CHANNELS):
        return "is not a channel", CHANNELS
    return None
