"""What the made-up desk knows and looks after, written through the doors that people use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from core_psa.assets import actions as assets
from core_psa.assets import remote_actions as remote
from core_psa.checklists import actions as checklists
from core_psa.checklists import rules as checklist_rules
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Work
from core_psa.knowledge import actions as articles
from core_psa.knowledge import canned_actions, script_actions, script_outline
from core_psa.tickets.tables import TicketType
from core_psa.viewer import SYSTEM
from demo.data_files import read

_SEED = 20
_SYSTEMS = ("Windows 11", "Windows 11", "Windows 10", "macOS")


def load_knowledge(w: Work) -> None:
    """Articles, canned answers, a call script and checklists."""
    data = read("knowledge")
    for row in data["article"]:
        given = {"visibility": "internal", **row, "body": row["body"].strip(), "status": "published"}
        articles.create_article(w, SYSTEM, **given)
    for row in data["canned"]:
        canned_actions.create_canned(w, SYSTEM, name=row["name"], body=row["body"], scope="desk")
    for row in data["script"]:
        questions = script_outline.read(row["outline"])
        script_actions.create_script(w, SYSTEM, questions, name=row["name"], description=row["description"])
    types = {name: type_id for name, type_id in w.session.execute(select(TicketType.name, TicketType.id))}
    for row in data["checklist"]:
        items, type_id = checklist_rules.read(row["items"]), types.get(row.get("type", ""))
        checklists.create_template(w, SYSTEM, name=row["name"], items=items, type_id=type_id)


def load_devices(w: Work, until: datetime) -> None:
    """A laptop for some people of every customer, and what stands in its rack."""
    data, random = read("knowledge"), Random(_SEED)
    for row in data["tool"]:
        remote.create_tool(w, SYSTEM, name=row["name"], template=row["template"])
    kinds = {
        row["type"]: (assets.create_type(w, SYSTEM, name=row["type"], fields=row["fields"]).id, row["prefix"])
        for row in data["device"]
    }
    for customer in w.session.scalars(select(Customer).order_by(Customer.id)).all():
        _of_customer(w, customer, kinds, random, until)


def _of_customer(
    w: Work, customer: Customer, kinds: dict[str, tuple[int, str]], random: Random, until: datetime
) -> None:
    site_id = w.session.scalar(select(Site.id).where(Site.customer_id == customer.id).order_by(Site.id).limit(1))
    people = select(User.id).where(User.customer_id == customer.id).order_by(User.id).limit(4)
    laptops: list[Any] = [("Laptop", user_id) for user_id in w.session.scalars(people)]
    short = "".join(word[0] for word in customer.name.split())[:3].upper()
    wanted: Iterable[tuple[str, int | None]] = [*laptops, ("Server", None), ("Printer", None), ("Firewall", None)]
    made = {}
    for number, (kind, user_id) in enumerate(wanted, 1):
        type_id, prefix = kinds[kind]
        values = {"operating_system": random.choice(_SYSTEMS), "memory_in_gb": 16} if kind == "Laptop" else {}
        made[kind] = assets.create_asset(
            w,
            SYSTEM,
            customer_id=customer.id,
            site_id=site_id,
            user_id=user_id,
            type_id=type_id,
            name=f"{short}-{prefix}-{number:02d}",
            serial=f"{random.randrange(16**8):08X}",
            supported=random.random() > 0.06,
            warranty_until=(until + timedelta(days=random.randrange(-300, 900))).date(),
            remote_id="" if kind == "Printer" else f"{random.randrange(10**9):09d}",
            values=values,
        ).id
    assets.relate(w, SYSTEM, made["Server"], "connected to", made["Firewall"])
    plan = f"https://docs.harbour.example/customers/{customer.id}"
    remote.create_document(w, SYSTEM, customer.id, label="Network plan", url=plan)
