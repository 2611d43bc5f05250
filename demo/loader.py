"""Writes the made-up desk into a store, through the same doors that people and programs use."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core_psa import defaults
from core_psa.access import actions as access
from core_psa.access.roles import set_roles
from core_psa.customers import actions as customers
from core_psa.db import Database, Work
from core_psa.db.weeks import Hours
from core_psa.intake.importing import Options, import_file
from core_psa.organisation import actions as organisation
from core_psa.organisation import working_hours
from core_psa.organisation.tables import Agent
from core_psa.sla import actions as sla
from core_psa.sla.holidays import OwnHoliday
from core_psa.sla.tables import Calendar
from core_psa.tickets.category_actions import create_category
from core_psa.viewer import SYSTEM
from demo import shapes
from demo.arrangements import arrange
from demo.contacts import introduce
from demo.generator import generate
from demo.going_live import take_into_service
from demo.knowledge import load_devices, load_knowledge
from demo.lives import play
from demo.organisation import build
from demo.promises import promise
from demo.together import tie

PASSWORD = "harbour-light-demo"  # noqa: S105 - printed at every start, for a desk on this machine alone
ADMINISTRATOR = "admin"
# What the generated rows call a priority -> what the desk calls it.
PRIORITIES = {name.split()[0]: name for name, _ in defaults.PRIORITIES}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Login:
    role: str
    name: str
    email: str
    password: str = PASSWORD


def load(db: Database, *, tickets: int, days: int, seed: int, progress: Progress) -> list[Login]:
    """Fills an empty, migrated store with the desk and its year up to now. Returns who may sign in.

    `progress` is called with the tickets written and all of them.
    """
    until = db.clock.now()
    logins = load_organisation(db, build(until), until)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "demo.parquet"
        _write(file, generate(tickets=tickets, days=days, seed=seed, until=until))
        options = Options(source="demo", values={"priority": PRIORITIES}, unknown="reject", triage=True)
        result = import_file(db, SYSTEM, "tickets", file, options, progress)
    if result.rejected:
        raise ValueError(f"{result.rejected} demo tickets were refused, the first because of {result.rejections[0]}")
    with db.work() as w:
        arrange(w)
        take_into_service(w)
    tie(db, play(db))
    return logins


def _write(file: Path, rows: Iterable[shapes.DemoTicket]) -> None:
    """The tickets in the exchange columns. A category is its whole path, so the subcategory column stays out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [f.name for f in fields(shapes.DemoTicket) if f.name not in ("subcategory", "outage")]
    listed: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name in columns:
            value = getattr(row, name)
            listed[name].append(list(value) if isinstance(value, tuple) else value)
    pq.write_table(pa.table(listed), file)


def load_organisation(db: Database, desk: shapes.Organisation, until: datetime) -> list[Login]:
    """Everything but the tickets. Returns who may sign in."""
    with db.work() as w:
        defaults.install(w, desk.name, desk.time_zone)
        email = f"{ADMINISTRATOR}@{desk.domain}"
        defaults.first_administrator(w, "Demo Administrator", email, PASSWORD)
        calendars = _calendars(w, desk.calendars)
        teams = _teams(w, desk, calendars)
        _categories(w, desk.categories)
        _agents(w, desk, teams, until)
        logins = [Login("administrator", "Demo Administrator", email), *_logins(w, desk, until)]
    with db.work() as w:
        _customers(w, desk.customers, calendars)
        introduce(w, desk)
        promise(w)
        load_knowledge(w)
        load_devices(w, until)
    return logins


def load_customers(w: Work, number: int) -> None:
    """The first so many of the made-up customers, with their sites and users, for a desk of somebody's own."""
    wanted = build(w.now).customers[:number]
    standard = w.session.scalars(select(Calendar.id).where(Calendar.is_default)).one()
    _customers(w, wanted, {customer.calendar: standard for customer in wanted})


def _calendars(w: Work, wanted: Iterable[shapes.Calendar]) -> dict[str, int]:
    ids = {}
    for calendar in wanted:
        row = sla.create_calendar(w, SYSTEM, name=calendar.name, timezone=calendar.time_zone)
        sla.set_windows(w, SYSTEM, row.id, [Hours(c.weekday, c.start, c.end) for c in calendar.windows])
        sla.set_holidays(w, SYSTEM, row.id, [OwnHoliday(h.day, h.name) for h in calendar.holidays])
        ids[calendar.name] = row.id
    return ids


def _teams(w: Work, desk: shapes.Organisation, calendars: dict[str, int]) -> dict[str, int]:
    departments = {d.name: organisation.create_department(w, SYSTEM, d.name).id for d in desk.departments}
    standard = w.session.scalars(select(Calendar.id).where(Calendar.is_default)).one()
    return {
        team.name: organisation.create_team(
            w,
            SYSTEM,
            name=team.name,
            description=team.description,
            department_id=departments[team.department],
            calendar_id=next(iter(calendars.values()), standard),
        ).id
        for team in desk.teams
    }


def _categories(w: Work, categories: Iterable[shapes.Category]) -> None:
    ids: dict[str, int] = {}
    for c in categories:
        parent_id = ids[c.parent] if c.parent else None
        ids[c.path] = create_category(w, SYSTEM, c.name, parent_id=parent_id, description=c.description).id


def _agents(w: Work, desk: shapes.Organisation, teams: dict[str, int], until: datetime) -> None:
    for skill in sorted({s.name for agent in desk.agents for s in agent.skills}):
        organisation.create_skill(w, SYSTEM, skill)
    members: dict[str, list[int]] = {name: [] for name in teams}
    for agent in desk.agents:
        agent_id = _agent(w, agent, desk.time_zone, until)
        for team in agent.teams:
            members[team].append(agent_id)
    for team, agent_ids in members.items():
        organisation.set_members(w, SYSTEM, teams[team], agent_ids)


def _agent(w: Work, agent: shapes.Agent, timezone: str, until: datetime) -> int:
    row = organisation.create_agent(
        w,
        SYSTEM,
        name=agent.name,
        email=agent.email,
        tier=agent.tier,
        extension=agent.extension,
        timezone=timezone,
        active=agent.employed(until.date()),
    )
    set_roles(w, SYSTEM, row.id, [agent.role])
    organisation.set_skills(w, SYSTEM, row.id, {s.name: s.level for s in agent.skills})
    working_hours.set_shifts(w, SYSTEM, row.id, [Hours(s.weekday, s.start, s.end) for s in agent.shifts])
    for absence in agent.absences:
        starts, ends = _days(absence, timezone)
        working_hours.add_absence(w, SYSTEM, row.id, starts, ends, absence.reason)
    return row.id


def _days(absence: shapes.Absence, timezone: str) -> tuple[datetime, datetime]:
    zone = ZoneInfo(timezone)
    starts = datetime.combine(absence.first, time.min, zone)
    ends = datetime.combine(absence.last + timedelta(days=1), time.min, zone)
    return starts.astimezone(UTC), ends.astimezone(UTC)


def _logins(w: Work, desk: shapes.Organisation, until: datetime) -> Iterator[Login]:
    """One person of each role gets a password."""
    seen: set[str] = set()
    for agent in desk.agents:
        if agent.role in seen or not agent.employed(until.date()) or agent.away(until.date()):
            continue
        seen.add(agent.role)
        agent_id = w.session.scalars(select(Agent.id).where(Agent.email == agent.email)).one()
        access.set_password(w, agent_id, PASSWORD)
        yield Login(agent.role, agent.name, agent.email)


def _customers(w: Work, wanted: Iterable[shapes.Customer], calendars: dict[str, int]) -> None:
    for customer in wanted:
        row = customers.create_customer(
            w,
            SYSTEM,
            name=customer.name,
            timezone=customer.time_zone,
            language=customer.language,
            vip=customer.vip,
            note=customer.note,
            calendar_id=calendars[customer.calendar],
        )
        customers.set_domains(w, SYSTEM, row.id, customer.domains)
        sites = {
            s.name: customers.create_site(w, SYSTEM, row.id, name=s.name, address=s.city).id for s in customer.sites
        }
        for user in customer.users:
            customers.create_user(
                w,
                SYSTEM,
                row.id,
                name=user.name,
                email=user.email,
                phone=user.phone,
                site_id=sites[user.site],
                vip=user.vip,
            )
