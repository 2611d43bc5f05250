"""Customers, users and agents from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.access.tables import Credential
from core_psa.customers.store import domains_of
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Database
from core_psa.intake.importing import Options, Result, import_file
from core_psa.organisation.store import members_of
from core_psa.organisation.tables import Agent, Team
from core_psa.viewer import SYSTEM

File = Callable[..., Path]
Bring = Callable[..., Result]


@pytest.fixture
def bring(db: Database) -> Bring:
    def run(kind: str, path: Path, **chosen: Any) -> Result:
        return import_file(db, SYSTEM, kind, path, Options(**{"source": "crm", **chosen}))

    return run


def test_customers_come_with_their_domains(db: Database, sheet: File, bring: Bring) -> None:
    rows = [
        {"Company": "Alder Mills", "vip": "yes", "timezone": "Europe/Paris", "domains": "alder.example; mills.example"}
    ]
    assert bring("customers", sheet(rows), columns={"Company": "name"}).created == 1
    with db.read() as session:
        customer = session.scalars(select(Customer)).one()
        assert (customer.name, customer.vip, customer.timezone) == ("Alder Mills", True, "Europe/Paris")
        assert domains_of(session, [customer.id])[customer.id] == ["alder.example", "mills.example"]


def test_a_customer_with_a_bad_domain_is_rejected_whole(sheet: File, bring: Bring, count: Any) -> None:
    result = bring("customers", sheet([{"name": "Alder", "domains": "no domain"}, {"name": "Birch", "domains": ""}]))
    assert [(r.row, r.field) for r in result.rejections] == [(1, "domains")]
    assert (result.created, count(Customer)) == (1, 1)


def test_users_come_under_their_customers_and_sites(db: Database, sheet: File, bring: Bring) -> None:
    rows = [
        {
            "name": "Kim Low",
            "email": "Kim@alder.example",
            "phone": "+49 30 1234567",
            "customer": "Alder",
            "site": "Dock",
        },
        {"name": "", "email": "pat@alder.example", "phone": "", "customer": "ALDER", "site": "dock"},
    ]
    result = bring("users", sheet(rows))
    assert (result.created, result.made) == (2, {"customers": 1, "sites": 1})
    with db.read() as session:
        users = session.scalars(select(User).order_by(User.id)).all()
        site = session.scalars(select(Site)).one()
    assert [(u.name, u.email, u.site_id) for u in users] == [
        ("Kim Low", "kim@alder.example", site.id),
        ("pat@alder.example", "pat@alder.example", site.id),
    ]


def test_agents_join_their_teams_and_cannot_sign_in(db: Database, jsonl: File, bring: Bring, count: Any) -> None:
    rows = [{"name": n, "email": f"{n}@desk.example", "tier": 2, "team": ["Network", "Field"]} for n in ("ash", "bo")]
    assert bring("agents", jsonl(*rows)).made == {"groups": 2}
    with db.read() as session:
        team = session.scalars(select(Team.id).where(Team.name == "Network")).one()
        assert members_of(session, [team])[team] == sorted(session.scalars(select(Agent.id)))
    assert count(Credential) == 0


@pytest.mark.parametrize(
    ("kind", "row", "field"),
    [
        ("customers", {"name": "A", "vip": "perhaps"}, "vip"),
        ("customers", {"name": "A", "timezone": "Mars/Base"}, "timezone"),
        ("customers", {"name": ""}, "name"),
        ("users", {"name": "Kim", "customer": ""}, "customer"),
        ("users", {"name": "Kim", "customer": "A", "email": "nobody"}, "email"),
        ("agents", {"name": "Ash", "email": "ash@desk.example", "tier": "high"}, "tier"),
        ("agents", {"name": "Ash", "email": "ash@desk.example", "tier": "7"}, "tier"),
        ("agents", {"name": "Ash", "email": ""}, "email"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_field(
    sheet: File, bring: Bring, count: Any, kind: str, row: dict[str, str], field: str
) -> None:
    result = bring(kind, sheet([row]))
    assert [(r.row, r.field) for r in result.rejections] == [(1, field)]
    assert [count(model) for model in (Customer, User, Agent)] == [0, 0, 0]


def test_unknown_names_are_refused_if_asked(sheet: File, bring: Bring, count: Any) -> None:
    result = bring("users", sheet([{"name": "Kim", "customer": "Alder"}]), unknown="reject")
    assert [(r.row, r.field) for r in result.rejections] == [(1, "customer")]
    assert count(Customer) == 0


@pytest.mark.parametrize("kind", ["customers", "users", "agents"])
def test_importing_again_skips_what_is_here(sheet: File, bring: Bring, kind: str) -> None:
    file = sheet([{"name": f"N{i}", "email": f"n{i}@x.example", "customer": "Alder"} for i in range(3)])
    assert (bring(kind, file).created, bring(kind, file).skipped) == (3, 3)


def test_a_rehearsal_writes_nothing(sheet: File, bring: Bring, count: Any) -> None:
    result = bring("users", sheet([{"name": "Kim", "customer": "Alder"}]), rehearse=True)
    assert (result.created, result.made, count(User), count(Customer)) == (1, {"customers": 1}, 0, 0)
