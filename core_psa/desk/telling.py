"""Who is told of a change to a ticket, and what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.desk.names import labels_of
from core_psa.following import store as following
from core_psa.notices.actions import tell
from core_psa.organisation.tables import TeamMember
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Ticket
from core_psa.tickets.workflow.rules import ActionRule
from core_psa.viewer import SYSTEM, Viewer

_NAMED = ("customer", "requester", "status", "priority", "team", "assignee")


def tell_about(
    w: Work,
    event: str,
    ticket: Ticket,
    facts: Mapping[str, Any] | None = None,
    *,
    agents: Collection[int | None] = (),
    users: Collection[int | None] = (),
    addresses: Collection[str] = (),
    actor: Viewer | None = None,
    internal: bool = False,
) -> None:
    """`notices.tell` with what is known of the ticket. Nobody (None) is left out, and so are agents beyond their wall.

    `internal` says that the facts are for those alone who may read internal notes.
    """
    needed = ("tickets.see_notes",) if internal else ()
    heard = store.agents_who_see(w.session, ticket, {a for a in agents if a is not None}, *needed)
    people = {u for u in users if u is not None}
    if ticket.spam or not (heard or people or addresses):
        return
    known = {**facts_of(w.session, ticket), **(facts or {})}
    tell(w, event, ticket.id, known, agents=heard, users=people, addresses=addresses, actor=actor)


def team_of(session: Session, ticket: Ticket) -> list[int]:
    """The agents of the ticket's team."""
    members = select(TeamMember.agent_id).where(TeamMember.team_id == ticket.team_id)
    return list(session.scalars(members)) if ticket.team_id else []


def facts_of(session: Session, ticket: Ticket) -> dict[str, Any]:
    """What every event may say of a ticket."""
    labels = labels_of(session, ticket.id)
    return {"subject": ticket.subject, **{name: labels[name] for name in _NAMED}}


@dataclass
class _Audience:
    """Whom a change concerns. An agent hears of it once, by the first event that names them.

    `rule` is the desk's own action that it was; without one it was the desk itself, and users hear of what they usually do.
    """

    w: Work
    actor: Viewer
    ticket: Ticket
    action: Action
    rule: ActionRule | None = None
    told: set[int] = field(default_factory=set)

    @property
    def after(self) -> dict[str, Any]:
        """What the changed fields hold now."""
        return {name: pair[1] for name, pair in (self.action.changes or {}).items()}

    def agents(self, event: str, agent_ids: Collection[int | None], **facts: Any) -> None:
        fresh = {a for a in agent_ids if a is not None} - self.told
        self.told |= fresh
        internal = not self.action.public and self.action.body is not None
        tell_about(self.w, event, self.ticket, facts, agents=fresh, actor=self.actor, internal=internal)

    def users(self, event: str, **facts: Any) -> None:
        """The requester and everybody outside who watches, unless the action is one of which customers are not told."""
        if self.rule and not self.rule.tells_customer:
            return
        outside = [watching for watching in self._watchers if watching.agent_id is None]
        users = [self.ticket.requester_id, *(watching.user_id for watching in outside)]
        bare = [watching.address for watching in outside if watching.address]
        tell_about(self.w, event, self.ticket, facts, users=users, addresses=bare, actor=self.actor)

    def followers(self) -> list[int | None]:
        """The assignee and the agents who watch."""
        return [self.ticket.assignee_id, *self.watching()]

    def watching(self) -> list[int | None]:
        return [watching.agent_id for watching in self._watchers]

    def team(self) -> list[int]:
        return team_of(self.w.session, self.ticket)

    @cached_property
    def _watchers(self) -> Sequence[following.Watching]:
        return following.watchers(self.w.session, self.ticket.id)


def tell_of(w: Work, viewer: Viewer, ticket: Ticket, action: Action, rule: ActionRule | None = None) -> None:
    """Tells everybody whom this change concerns; what nobody waits for is told to nobody."""
    audience = _Audience(w, viewer, ticket, action, rule)
    if say := _SAYINGS.get(action.kind):
        say(audience)
    if rule and action.kind not in _USERS_HEAR:
        audience.users("watched", change=rule.label)


def _created(a: _Audience) -> None:
    if a.ticket.channel == "schedule":
        return  # nobody has asked for anything; whoever keeps the schedule tells those who are to do it
    a.agents("assigned", [a.ticket.assignee_id])
    a.agents("created", a.team(), body=a.action.body)
    # The one thing people are told that they did themselves: that it has arrived.
    tell_about(a.w, "created", a.ticket, {"body": a.action.body}, users=[a.ticket.requester_id], actor=SYSTEM)


def _replied(a: _Audience) -> None:
    a.users("replied", body=a.action.body)
    waits = [] if a.ticket.assignee_id or a.actor.kind == "agent" else a.team()
    a.agents("replied", [*a.followers(), *waits], body=a.action.body)


def _noted(a: _Audience) -> None:
    mentioned = [person["id"] for person in a.after.get("mentions", ())]
    a.agents("mentioned", mentioned, body=a.action.body)
    a.agents("noted", a.followers(), body=a.action.body)


def _changed(a: _Audience) -> None:
    if "assignee" in a.after:
        a.agents("assigned", [a.ticket.assignee_id])
    if change := changes_in_words(a.action.changes or {}):
        a.agents("watched", a.watching(), change=change)


def _resolved(a: _Audience) -> None:
    a.users("resolved", resolution=a.action.body)
    a.agents("resolved", a.followers(), resolution=a.action.body)


def _closed(a: _Audience) -> None:
    a.users("closed")
    a.agents("closed", a.followers())


def _reopened(a: _Audience) -> None:
    a.users("reopened")
    a.agents("reopened", a.followers(), reason=a.action.body)


_SAYINGS: Mapping[str, Callable[[_Audience], None]] = {
    "created": _created,
    "reply": _replied,
    "note": _noted,
    "assign": _changed,
    "update": _changed,
    "resolve": _resolved,
    "close": _closed,
    "reopen": _reopened,
}
# Of these users hear in words of their own; of any other action that is to be told them, that it was taken.
_USERS_HEAR = ("reply", "resolve", "close", "reopen", "request_approval")


def changes_in_words(changes: Mapping[str, Any]) -> str:
    """'priority P3 Medium to P2 High, team to Network'."""
    return ", ".join(
        " ".join(filter(None, [name.replace("_", " "), _word(before), "to", _word(after) or "nothing"]))
        for name, (before, after) in changes.items()
    )


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name"))
    if isinstance(value, list):
        return ", ".join(_word(item) for item in value)
    return "" if value is None else str(value)
