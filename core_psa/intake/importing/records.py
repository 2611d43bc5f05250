"""Assets and articles: like people, few enough to go one by one through the doors that people use."""

from typing import Any

from sqlalchemy import or_, select

from core_psa.assets import actions as assets
from core_psa.assets.tables import Asset, AssetType
from core_psa.customers.tables import User
from core_psa.errors import FieldError, Invalid
from core_psa.intake.importing.options import Became
from core_psa.intake.importing.people import Others, id_called
from core_psa.knowledge import actions as knowledge
from core_psa.knowledge.tables import Article
from core_psa.tickets.tables import Category

ASSET_FIELDS = (
    *("id", "name", "customer", "site", "user", "type", "serial", "status", "supported", "warranty_until"),
    *("remote_id", "note"),
)
ARTICLE_FIELDS = ("id", "title", "body", "status", "visibility", "customers", "category", "tags", "language")

_PLAIN_TYPE = "Device"


def add_asset(others: Others, values: dict[str, Any]) -> Became:
    """Here already is what has the same id of the same source, or the same serial number (else name) at its customer.

    It is left alone, or follows the file where that was asked for; what the file does not say stays as it is.
    """
    if "customer" not in values:
        raise Invalid(FieldError("customer", "must be given"))
    customer_id = others.customer(values.pop("customer"))
    external_id = values.pop("id", None)
    here = _asset_here(others, customer_id, external_id, values)
    if here and not others.options.update:
        return "skipped"
    given: dict[str, Any] = {**values, "customer_id": customer_id}
    kind = given.pop("type", None)
    if kind or not here:
        given["type_id"] = _type(others, kind)
    if site := given.pop("site", None):
        given["site_id"] = others.site(customer_id, site)
    if user := given.pop("user", None):
        given["user_id"] = _user(others, customer_id, user)
    if here:
        before = others.w.session.get_one(Asset, here).version
        after = assets.update_asset(others.w, others.viewer, here, **given).version
        return "updated" if after > before else "skipped"
    if external_id:
        given |= {"source": others.options.source, "external_id": external_id}
    assets.create_asset(others.w, others.viewer, **given)
    return "created"


def _asset_here(others: Others, customer_id: int, external_id: str | None, values: dict[str, Any]) -> int | None:
    if external_id:
        same = (Asset.source == others.options.source, Asset.external_id == external_id)
    else:
        column, value = (Asset.serial, values["serial"]) if values.get("serial") else (Asset.name, values.get("name"))
        same = (Asset.customer_id == customer_id, column == value)
    return others.w.session.scalar(select(Asset.id).where(*same).limit(1))


def _type(others: Others, name: str | None) -> int:
    wanted = name or _PLAIN_TYPE
    found = id_called(others.w.session, AssetType.name, wanted)
    if found or (name and others.options.unknown != "create"):
        return found or others.unknown("type", wanted)
    others.made.setdefault("types", set()).add(wanted.casefold())
    return assets.create_type(others.w, others.viewer, name=wanted).id


def _user(others: Others, customer_id: int, name: str) -> int:
    """One of the customer's own users, by address or name."""
    same = or_(User.email == name.lower(), User.name == name)
    query = select(User.id).where(User.customer_id == customer_id, same).limit(1)
    return others.w.session.scalar(query) or others.unknown("user", name)


def add_article(others: Others, values: dict[str, Any]) -> Became:
    """Here already is what has the same id of the same source, or the same title."""
    external_id = values.pop("id", None)
    if external_id:
        query = select(Article.id).where(Article.source == others.options.source, Article.external_id == external_id)
        here = others.w.session.scalar(query)
    else:
        here = id_called(others.w.session, Article.title, values.get("title", ""))
    if here:
        return "skipped"
    if category := values.pop("category", None):
        values["category_id"] = id_called(others.w.session, Category.path, category) or others.unknown(
            "category", category
        )
    if "customers" in values:
        values["customers"] = [others.customer(name) for name in values["customers"]]
    row = knowledge.create_article(others.w, others.viewer, **values)
    if external_id:
        row.source, row.external_id = others.options.source, external_id
        others.w.session.flush()
    return "created"
