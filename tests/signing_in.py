"""A signed-in browser without the form: what the cookie holds, and the token its forms carry."""

from datetime import timedelta

from sqlalchemy import select

from core_psa.access.rules import digest, new_token
from core_psa.access.tables import SignInSession
from core_psa.organisation.tables import Agent, AgentRole, Role
from server.wiring import Desk


def sign_in_as(desk: Desk, role: str, email: str = "") -> tuple[str, str]:
    """A new agent with this role: (session token, csrf token)."""
    token, csrf_token = new_token(), new_token()
    with desk.db.work() as w:
        agent = Agent(name=f"Test {role}", email=email or f"{role.replace(' ', '.')}@desk.example", created_at=w.now)
        w.session.add(agent)
        w.session.flush()
        role_id = w.session.scalars(select(Role.id).where(Role.name == role)).one()
        w.session.add(AgentRole(agent_id=agent.id, role_id=role_id))
        session = SignInSession(token_hash=digest(token), agent_id=agent.id, csrf_token=csrf_token, created_at=w.now)
        session.seen_at, session.expires_at = w.now, w.now + timedelta(hours=1)
        w.session.add(session)
    return token, csrf_token
