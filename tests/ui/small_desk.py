"""A small desk with a past: three weeks of tickets that were solved, and a morning's worth that were not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import select

from core_psa import defaults, migrations
from core_psa.access import actions as access
from core_psa.clock import StoppedClock
from core_psa.customers import pop_ups
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Database, Work
from core_psa.desk import actions as desk
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.tables import Agent, AgentRole, Role, Team, TeamMember
from core_psa.tickets.tables import Category
from core_psa.viewer import SYSTEM, Viewer
from server import secret_key
from server.settings import Settings
from server.wiring import open_encoder, open_triage
from tests.ui.desk_data import AGENTS, CUSTOMERS, OPEN, PASSWORD, PROBLEMS, Problem


def build(folder: Path, encoder: str = "hashing") -> Settings:
    """Builds the desk in `folder`; everybody's password is PASSWORD."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=folder, encoder=encoder)
    clock = StoppedClock(_working_time(0))
    secret_key.make(settings)
    db = Database.open(settings.store_url, clock, secret_key.vault(settings))
    migrations.upgrade(db)
    with db.work() as w:
        defaults.install(w, "Harbour IT", "Europe/Berlin")
        _people(w)
    triage = open_triage(settings, db, open_encoder(settings))
    for number, (problem, (subject, body), requester) in enumerate(_past(db)):
        clock.at = _working_time(number)
        _solve(db, clock, problem, NewTicket(subject, body, channel="email", requester=requester))
        triage.work_once(50)
    _present(db, clock)
    triage.work_once(50)
    db.close()
    return settings


def _working_time(number: int) -> datetime:
    """When the past ticket of this number came in: four a working day, the last of them a day ago."""
    today = datetime.now(UTC).replace(hour=8, minute=10, second=0, microsecond=0)
    days = [day for back in range(1, 40) if (day := today - timedelta(days=back)).weekday() < 5]
    return days[15 - number // 4] + timedelta(hours=1.5 * (number % 4))


def _people(w: Work) -> None:
    session = w.session
    roles = {name: i for i, name in session.execute(select(Role.id, Role.name))}
    teams = {name: Team(name=name) for name in ("Service Desk", "Network")}
    session.add_all(teams.values())
    session.flush()
    for name, email, team, role in AGENTS:
        agent = Agent(name=name, email=email, timezone="Europe/Berlin", created_at=w.now)
        session.add(agent)
        session.flush()
        session.add_all(
            [AgentRole(agent_id=agent.id, role_id=roles[role]), TeamMember(team_id=teams[team].id, agent_id=agent.id)]
        )
        session.flush()
        access.set_password(w, agent.id, PASSWORD)
    for name, vip, note, users in CUSTOMERS:
        _customer(w, name, vip, note, users)
    _know_their_vips(w)
    _categories(w)


def _know_their_vips(w: Work) -> None:
    """These agents are no newcomers: they have confirmed who is a VIP."""
    for agent in w.session.scalars(select(Agent)).all():
        for customer in w.session.scalars(select(Customer)).all():
            known = pop_ups.pop_ups(w.session, customer, None, None, w.now)
            pop_ups.confirm(w, Viewer("agent", agent.id, agent.name), known)


def _customer(w: Work, name: str, vip: bool, note: str, users: tuple[str, ...]) -> None:
    customer = Customer(name=name, vip=vip, note=note, created_at=w.now)
    w.session.add(customer)
    w.session.flush()
    site = Site(customer_id=customer.id, name="Main office")
    w.session.add(site)
    w.session.flush()
    for number, user in enumerate(users):
        email = user.lower().replace(" ", ".") + "@" + name.split(maxsplit=1)[0].lower() + ".example"
        w.session.add(
            User(
                customer_id=customer.id,
                site_id=site.id,
                name=user,
                email=email,
                phone=f"+4420794601{number:02d}",
                created_at=w.now,
            )
        )
    w.session.flush()


def _categories(w: Work) -> None:
    ids: dict[str, int] = {}
    for path in ("Onboarding / New starter", *(p.category for p in PROBLEMS)):
        parts = path.split(" / ")
        for depth in range(1, len(parts) + 1):
            here = " / ".join(parts[:depth])
            if here in ids:
                continue
            category = Category(name=parts[depth - 1], path=here, parent_id=ids.get(" / ".join(parts[: depth - 1])))
            w.session.add(category)
            w.session.flush()
            ids[here] = category.id


def _past(db: Database) -> Iterator[tuple[Problem, tuple[str, str], str]]:
    with db.read() as session:
        people = cycle(session.scalars(select(User.email).order_by(User.id)).all())
    for _ in range(4):
        for problem in PROBLEMS:
            for wording in problem.wordings:
                yield problem, wording, str(next(people))


def _solve(db: Database, clock: StoppedClock, problem: Problem, new: NewTicket) -> None:
    with db.work() as w:
        ticket = receive(w, SYSTEM, new)
        values = {
            "category": problem.category,
            "priority": problem.priority,
            "team": problem.team,
            "assignee": problem.agent,
        }
        desk.update(w, SYSTEM, ticket.id, values={n: desk_id(w, n, v) for n, v in values.items()})
    clock.advance(timedelta(hours=problem.hours))
    with db.work() as w:
        desk.resolve(w, SYSTEM, ticket.id, resolution=problem.resolution)


def desk_id(w: Work, name: str, value: str) -> int:
    from core_psa.desk import names

    return names.find(w.session, name, value)


def _present(db: Database, clock: StoppedClock) -> None:
    clock.at = datetime.now(UTC) - timedelta(hours=5)
    with db.read() as session:
        people = session.scalars(select(User.email).order_by(User.id)).all()
    for subject, body, person in OPEN:
        with db.work() as w:
            receive(w, SYSTEM, NewTicket(subject, body, channel="email", requester=people[person]))
        clock.advance(timedelta(minutes=55))
