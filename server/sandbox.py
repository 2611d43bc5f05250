"""A desk beside another one, to try things out on: arranged like it, with its people and none of its customers.

No mail ever leaves it: see `core_psa.notices.store.policy`. What was arranged there comes back by
`fifthcall config export` and `config import`.
"""

import importlib
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from core_psa import defaults, migrations
from core_psa.configuration import people, store, versions
from core_psa.configuration.importing import bring_about
from core_psa.configuration.rules import Document, without_customers
from core_psa.db import Database, Work
from core_psa.errors import Conflict
from core_psa.organisation.tables import Organisation
from core_psa.viewer import SYSTEM
from server import secret_key
from server.settings import Settings
from server.store import make_folder, open_store


class PlaceTaken(Conflict):
    """Something stands where the sandbox is to be."""


@dataclass(frozen=True)
class Made:
    """`left_out` are the records of the configuration that speak of customers."""

    agents: int
    customers: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Taken:
    """What is taken from the desk in production."""

    organisation: Organisation
    people: list[people.Person]
    document: Document
    left_out: tuple[str, ...]


def create(production: Settings, sandbox: Settings, customers: int = 0) -> Made:
    """Builds the sandbox beside its place and moves it there when it is whole; `customers` are made up.

    Raises PlaceTaken, and StoreUnavailable where there is no desk to be like.
    """
    place = sandbox.data
    if place.exists() and any(place.iterdir()):
        raise PlaceTaken(f"{place} is not empty: a sandbox gets a folder of its own")
    taken = _take(production)
    building = replace(sandbox, data=place.with_name(f"{place.name}.building"))
    shutil.rmtree(building.data, ignore_errors=True)
    make_folder(building.data)
    secret_key.make(building)
    with closing(Database.open(building.store_url, vault=secret_key.vault(building))) as db:
        if migrations.version_of(db) is not None:
            raise PlaceTaken("the database of the sandbox holds a desk already")
        migrations.upgrade(db)
        with db.work() as w:
            _fill(w, taken)
            _make_up(w, customers)
            versions.keep(w, SYSTEM, "as it came from production")
    if place.exists():
        place.rmdir()
    building.data.rename(place)
    return Made(len(taken.people), customers, taken.left_out)


def _take(production: Settings) -> _Taken:
    with closing(open_store(production)) as db, db.read() as session:
        organisation = session.scalars(select(Organisation)).one()
        document, left_out = without_customers(store.document(session, SYSTEM))
        return _Taken(organisation, people.people(session), document, left_out)


def _fill(w: Work, taken: _Taken) -> None:
    defaults.install(w, taken.organisation.name, taken.organisation.timezone)
    w.session.scalars(select(Organisation)).one().sandbox = True
    people.take_on(w, taken.people)
    bring_about(w, SYSTEM, taken.document)
    people.give_places(w, taken.people)


def _make_up(w: Work, number: int) -> None:
    """By its name: the demo stands outside, the server does not know it."""
    if number:
        load: Callable[[Work, int], Any] = importlib.import_module("demo.loader").load_customers
        load(w, number)
