"""What the made-up desk knows about people beside their names: who leads a team, suppliers, reception numbers, and what has to
be known before work for some customers begins."""

from collections.abc import Iterable

from sqlalchemy import select

from core_psa.customers import actions as customers
from core_psa.customers import phones, pop_ups, suppliers
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Work
from core_psa.organisation import actions as organisation
from core_psa.organisation.tables import Agent, Team
from core_psa.viewer import SYSTEM
from demo import shapes
from demo.data_files import read

_LED_BY = ("team lead", "manager")


def introduce(w: Work, desk: shapes.Organisation) -> None:
    """Called once agents and customers are there."""
    _leads(w, desk)
    for row in read("contacts")["supplier"]:
        suppliers.create_supplier(w, SYSTEM, **row)
    for customer in desk.customers:
        _reception(w, customer)
    for row in read("contacts")["pop_up"]:
        customer_id = w.session.scalars(select(Customer.id).where(Customer.name == row["customer"])).one()
        pop_ups.add_note(w, SYSTEM, customer_id, text=row["text"])
    _somebody_without_cover(w)


def _leads(w: Work, desk: shapes.Organisation) -> None:
    """Each team is led by the first of its people whose role it is."""
    for team in w.session.scalars(select(Team).order_by(Team.id)).all():
        leads = [a.email for a in desk.agents if team.name in a.teams and a.role in _LED_BY]
        lead = w.session.scalar(
            select(Agent.id).where(Agent.email.in_(leads), Agent.active).order_by(Agent.id).limit(1)
        )
        if lead is not None:
            organisation.update_team(w, SYSTEM, team.id, lead_id=lead)


def _reception(w: Work, customer: shapes.Customer) -> None:
    """Each site is called at its reception, and its country follows from the number."""
    row = w.session.scalars(select(Customer).where(Customer.name == customer.name)).one()
    customers.update_customer(w, SYSTEM, row.id, country=_country(customer.sites))
    for site in customer.sites:
        own = select(Site).where(Site.customer_id == row.id, Site.name == site.name)
        phones.set_numbers(w, SYSTEM, w.session.scalars(own).one(), [(site.phone, "reception")])


def _country(sites: Iterable[shapes.Site]) -> str | None:
    import phonenumbers

    numbers = (phonenumbers.parse(site.phone) for site in sites)
    return next((phonenumbers.region_code_for_country_code(number.country_code or 0) for number in numbers), None)


def _somebody_without_cover(w: Work) -> None:
    """One person is in no agreement, so that the demo shows what that looks like."""
    last = w.session.scalars(select(User.id).order_by(User.id.desc()).limit(1)).one()
    customers.update_user(w, SYSTEM, last, supported=False)
