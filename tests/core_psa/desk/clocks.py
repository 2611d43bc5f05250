"""What the tests of clocks ask of a desk."""

from datetime import timedelta

from sqlalchemy import select

from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.sla import ledger_store
from core_psa.sla.clocks import Clock
from core_psa.sla.tables import Calendar, SlaPolicy, SlaTicket
from core_psa.tickets import store
from core_psa.tickets.tables import Priority, Ticket
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def priority_id(db: Database, rank: int) -> int:
    with db.read() as session:
        return session.scalars(select(Priority.id).where(Priority.rank == rank)).one()


def policy_id(db: Database, name: str) -> int:
    with db.read() as session:
        return session.scalars(select(SlaPolicy.id).where(SlaPolicy.name == name)).one()


def calendar_id(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(Calendar.id)).one()


def clock_of(db: Database, ticket_id: int, kind: str) -> Clock:
    """The latest of its kind, with its whole ledger."""
    with db.read() as session:
        return [clock for clock in ledger_store.ledger(session, ticket_id) if clock.kind == kind][-1]


def sla_of(db: Database, ticket_id: int) -> SlaTicket:
    with db.read() as session:
        return session.get_one(SlaTicket, ticket_id)


def due_at(db: Database, ticket_id: int) -> object:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id).due_at


def remarks(db: Database, ticket_id: int) -> list[object]:
    with db.read() as session:
        timeline = store.timeline(session, AGENT, ticket_id)
        return [entry.changes for entry in timeline if entry.kind == "sla"]


def new_customer(db: Database) -> int:
    with db.work() as w:
        return customers.create_customer(w, SYSTEM, name="Larkfield Dairy").id


def asked_by_ida(db: Database) -> tuple[int, Viewer]:
    with db.work() as w:
        customer_id = customers.create_customer(w, SYSTEM, name="Larkfield").id
        user_id = customers.create_user(w, SYSTEM, customer_id, name="Ida").id
    return opened(db, requester=user_id), Viewer("user", user_id, "Ida", customer_id=customer_id)


def wait_on_customer(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "Waiting on Customer")})


def take_up(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "In Progress")})


def minutes(db: Database, ticket_id: int, kind: str = "resolution") -> list[float | None]:
    return [i.worked and i.worked / MINUTE for i in clock_of(db, ticket_id, kind).intervals]
