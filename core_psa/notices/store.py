"""Queries on notifications, templates, preferences and who can be written to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, Site, User
from core_psa.notices.events import EVENTS, Audience
from core_psa.notices.rules import Quiet, languages
from core_psa.notices.tables import MailPolicy, NoticePreference, NoticeTemplate, QuietHours, SilentEvent
from core_psa.notices.wording import LANGUAGE, WORDINGS, Wording
from core_psa.organisation.store import is_sandbox
from core_psa.organisation.tables import Agent, Organisation


@dataclass(frozen=True)
class Reader:
    """Somebody who is told something. `quiet` is an agent's own; `in_app` and `mail` say how they want to hear of this event."""

    id: int | None
    name: str
    address: str | None
    timezone: str
    language: str
    in_app: bool = False
    mail: bool = True
    quiet: Quiet | None = None


def policy(session: Session) -> MailPolicy:
    """How this desk sends; nothing is stored until somebody has changed it."""
    return session.get(MailPolicy, 1) or MailPolicy(id=1, held=False, site="", language=LANGUAGE)


def sends(session: Session) -> bool:
    """Whether mails leave this desk: never those of a sandbox, whatever anybody has chosen."""
    return not (policy(session).held or is_sandbox(session))


def desk_name(session: Session) -> str:
    return session.scalar(select(Organisation.name)) or ""


def agents_told(session: Session, event: str, agent_ids: Collection[int], language: str) -> Sequence[Reader]:
    """The active ones among these agents, with what each has chosen."""
    usual = EVENTS[event]
    chosen = (NoticePreference.agent_id == Agent.id) & (NoticePreference.event == event)
    columns: tuple[Any, ...] = (Agent, NoticePreference, QuietHours)
    query = (
        select(*columns)
        .outerjoin(NoticePreference, chosen)
        .outerjoin(QuietHours, QuietHours.agent_id == Agent.id)
        .where(Agent.id.in_(agent_ids), Agent.active)
        .order_by(Agent.id)
    )
    return [
        Reader(
            id=agent.id,
            name=agent.name,
            address=agent.email,
            timezone=agent.timezone,
            language=language,
            in_app=choice.in_app if choice else usual.in_app,
            mail=choice.mail if choice else usual.mail,
            quiet=Quiet(hours.starts, hours.ends, hours.weekends) if hours else None,
        )
        for agent, choice, hours in session.execute(query)
    ]


def users_told(session: Session, user_ids: Collection[int]) -> Sequence[Reader]:
    """The active ones among these users who have an address, with their own time zone and language: else their site's, else
    their customer's."""
    zone = func.coalesce(User.timezone, Site.timezone, Customer.timezone)
    language = func.coalesce(User.language, Customer.language)
    query = (
        select(User.id, User.name, User.email, zone, language)
        .join(Customer, Customer.id == User.customer_id)
        .outerjoin(Site, Site.id == User.site_id)
        .where(User.id.in_(user_ids), User.active, User.email.is_not(None))
        .order_by(User.id)
    )
    return [Reader(*row) for row in session.execute(query)]


def is_silent(session: Session, event: str) -> bool:
    """Whether this desk's users are sent no mail about it."""
    return session.get(SilentEvent, event) is not None


def wording(session: Session, event: str, audience: Audience, wanted: str, desk: str) -> Wording:
    """The desk's own text in the best language there is, else the one it started with."""
    query = select(NoticeTemplate).where(NoticeTemplate.event == event, NoticeTemplate.audience == audience)
    own = {row.language.lower(): Wording(row.subject, row.text) for row in session.scalars(query)}
    found = next((own[tag] for tag in languages(wanted, desk) if tag in own), None)
    return found or WORDINGS[event, audience]
