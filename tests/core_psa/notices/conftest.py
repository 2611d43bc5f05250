"""A small desk of two agents and one user who can be told something."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.notices.tables import Notification, OutgoingMail
from core_psa.organisation.tables import Agent
from tests.desk import opened


@dataclass(frozen=True)
class People:
    mara: int
    jory: int
    ada: int
    customer: int


@pytest.fixture
def people(db: Database) -> People:
    with db.work() as w:
        mara = Agent(name="Mara", email="mara@harbour.example", timezone="Europe/Berlin", created_at=w.now)
        jory = Agent(name="Jory", email="jory@harbour.example", created_at=w.now)
        customer = Customer(name="Marlowe", language="pt-BR", timezone="America/Sao_Paulo", created_at=w.now)
        w.session.add_all([mara, jory, customer])
        w.session.flush()
        ada = User(customer_id=customer.id, name="Ada", email="ada@marlowe.example", created_at=w.now)
        w.session.add(ada)
        w.session.flush()
        return People(mara.id, jory.id, ada.id, customer.id)


@pytest.fixture
def ticket_id(db: Database) -> int:
    return opened(db)


def notifications(db: Database) -> list[Notification]:
    with db.read() as session:
        return list(session.scalars(select(Notification).order_by(Notification.id)))


def mails(db: Database) -> list[OutgoingMail]:
    with db.read() as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
