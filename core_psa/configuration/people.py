"""The desk's own people as another desk of the same organisation gets them: so that those who arrange one can sign in to the other.

Passwords come along as hashes; second factors, sessions and keys do not, nor roles and skills that are retired.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.access.roles import set_roles
from core_psa.access.tables import Credential
from core_psa.db import Work
from core_psa.db.weeks import Hours
from core_psa.organisation import actions, store
from core_psa.organisation.tables import Agent, Role, Skill, Team
from core_psa.organisation.working_hours import set_shifts
from core_psa.viewer import SYSTEM

_TAKEN = ("name", "email", "tier", "extension", "timezone", "active")


@dataclass(frozen=True)
class Person:
    """`fields` as `create_agent` takes them; teams and roles by name, skills with their level."""

    fields: dict[str, Any]
    roles: list[str]
    teams: list[str]
    skills: dict[str, int]
    week: list[Hours]
    password_hash: str | None


def people(session: Session) -> list[Person]:
    agents = session.scalars(select(Agent).order_by(Agent.id)).all()
    ids = [agent.id for agent in agents]
    roles, skills, weeks = store.roles_of(session, ids), store.skills_of(session, ids), store.shifts_of(session, ids)
    gone = {model: set(session.scalars(select(model.name).where(~model.active))) for model in (Role, Skill)}
    teams = {i: name for i, name in session.execute(select(Team.id, Team.name))}
    members = store.members_of(session, list(teams))
    hashes = {i: known for i, known in session.execute(select(Credential.agent_id, Credential.password_hash))}
    return [
        Person(
            fields={name: getattr(agent, name) for name in _TAKEN},
            roles=[name for name in roles.get(agent.id, []) if name not in gone[Role]],
            teams=[teams[i] for i, those in members.items() if agent.id in those],
            skills={name: level for name, level in skills.get(agent.id, {}).items() if name not in gone[Skill]},
            week=weeks.get(agent.id, []),
            password_hash=hashes.get(agent.id),
        )
        for agent in agents
    ]


def take_on(w: Work, everybody: list[Person]) -> None:
    """Before the configuration, which names them."""
    for person in everybody:
        agent = actions.create_agent(w, SYSTEM, **person.fields)
        if person.password_hash:
            w.session.add(Credential(agent_id=agent.id, password_hash=person.password_hash, changed_at=w.now))
    w.session.flush()


def give_places(w: Work, everybody: list[Person]) -> None:
    """After it, for they have the roles, teams and skills that it brings."""
    ids = {email: i for email, i in w.session.execute(select(Agent.email, Agent.id))}
    teams = {name: i for name, i in w.session.execute(select(Team.name, Team.id))}
    for person in everybody:
        agent_id = ids[person.fields["email"]]
        set_roles(w, SYSTEM, agent_id, person.roles)
        actions.set_skills(w, SYSTEM, agent_id, person.skills)
        set_shifts(w, SYSTEM, agent_id, person.week)
    for name, team_id in teams.items():
        actions.set_members(w, SYSTEM, team_id, [ids[p.fields["email"]] for p in everybody if name in p.teams])
