"""Assets and articles from files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.assets.tables import Asset, AssetType
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.intake.importing import Options, Result, import_file
from core_psa.knowledge.store import tags_of
from core_psa.knowledge.tables import Article
from core_psa.viewer import SYSTEM

File = Callable[..., Path]
Bring = Callable[..., Result]


@pytest.fixture
def bring(db: Database) -> Bring:
    def run(kind: str, path: Path, **chosen: Any) -> Result:
        return import_file(db, SYSTEM, kind, path, Options(**{"source": "rmm", **chosen}))

    return run


def test_assets_come_with_their_customer_site_type_and_user(db: Database, sheet: File, bring: Bring) -> None:
    bring("users", sheet([{"name": "Kim Low", "email": "kim@alder.example", "customer": "Alder"}], "users.csv"))
    rows = [
        {
            "id": "a1",
            "Hostname": "LT-1",
            "customer": "Alder",
            "site": "Dock",
            "user": "KIM@alder.example",
            "type": "Laptop",
            "serial": "SN-1",
            "warranty_until": "2027-03-31",
            "supported": "no",
        }
    ]
    result = bring("assets", sheet(rows), columns={"Hostname": "name"})
    assert (result.created, result.made) == (1, {"sites": 1, "types": 1})
    with db.read() as session:
        asset = session.scalars(select(Asset)).one()
        assert (asset.name, asset.serial, asset.supported, asset.warranty_until) == (
            "LT-1",
            "SN-1",
            False,
            date(2027, 3, 31),
        )
        assert session.get_one(AssetType, asset.type_id).name == "Laptop"
        assert session.get_one(User, asset.user_id or 0).name == "Kim Low"


def test_an_asset_that_is_here_follows_the_file_where_that_is_asked_for(
    db: Database, sheet: File, bring: Bring, count: Any
) -> None:
    row = {"id": "a1", "name": "LT-1", "customer": "Alder", "type": "Laptop", "note": "Dock is broken"}
    bring("assets", sheet([row], "first.csv"))
    again = {"id": "a1", "name": "LT-1B", "customer": "Alder", "warranty_until": "2028-01-31"}
    result = bring("assets", sheet([again], "second.csv"), update=True)
    assert (result.created, result.updated, result.skipped, count(Asset)) == (0, 1, 0, 1)
    with db.read() as session:
        asset = session.scalars(select(Asset)).one()
        assert (asset.name, asset.warranty_until, asset.note) == ("LT-1B", date(2028, 1, 31), "Dock is broken")
        assert session.get_one(AssetType, asset.type_id).name == "Laptop"
    once_more = bring("assets", sheet([again], "third.csv"), update=True)
    assert (once_more.updated, once_more.skipped) == (0, 1)


def test_the_same_assets_again_are_left_alone(sheet: File, jsonl: File, bring: Bring, count: Any) -> None:
    rows = [
        {"name": "LT-1", "customer": "Alder", "serial": "SN-1"},
        {"name": "LT-2", "customer": "Alder", "serial": ""},
    ]
    assert bring("assets", sheet(rows)).created == 2
    again = bring("assets", jsonl(*rows))
    assert (again.created, again.skipped, count(Asset)) == (0, 2, 2)


def test_a_row_that_cannot_be_an_asset_says_why(sheet: File, bring: Bring) -> None:
    rows = [
        {"name": "LT-1", "customer": "Alder", "status": "on fire", "user": "", "note": ""},
        {"name": "LT-2", "customer": "Alder", "status": "", "user": "nobody", "note": ""},
        {"name": "LT-3", "customer": "Alder", "status": "", "user": "", "note": "password: hunter22"},
    ]
    result = bring("assets", sheet(rows))
    assert [(r.row, r.field) for r in result.rejections] == [(1, "status"), (2, "user"), (3, "note")]


def test_articles_come_with_tags_and_for_their_customers(db: Database, jsonl: File, bring: Bring) -> None:
    rows = (
        {
            "id": "k1",
            "title": "VPN",
            "body": "# Do\n\nthis",
            "status": "published",
            "visibility": "customers",
            "customers": "Alder",
        },
        {"id": "k2", "title": "Mail", "body": "x", "tags": ["mail", "outlook"]},
        {"id": "k3", "title": "Bad", "body": "x", "category": "No such"},
    )
    result = bring("articles", jsonl(*rows))
    assert (result.created, [(r.row, r.field) for r in result.rejections]) == (2, [(3, "category")])
    with db.read() as session:
        vpn, mail = session.scalars(select(Article).order_by(Article.id)).all()
        assert (vpn.status, vpn.visibility, vpn.external_id) == ("published", "customers", "k1")
        assert tags_of(session, [mail.id])[mail.id] == ["mail", "outlook"]
        assert session.scalars(select(Customer.name)).all() == ["Alder"]
    assert bring("articles", jsonl(*rows[:2], name="again.jsonl")).skipped == 2
