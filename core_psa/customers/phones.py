"""Telephone numbers: from what people write to E.164, and the further numbers of customers, sites and users."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.customers.tables import Customer, PhoneNumber, Site, User
from core_psa.db import Work, fields
from core_psa.db.fields import Parser, Refused
from core_psa.db.forms import Form
from core_psa.db.records import get, kind_of, save
from core_psa.viewer import Viewer

Owner = Customer | Site | User
MOST_NUMBERS = 50


@cache
def e164(country: str | None) -> Parser:
    """A parser of numbers as people write them in this country; without one, only international numbers can be read."""

    def parse(value: str) -> str:
        import phonenumbers  # a megabyte of tables: read when the first number is

        try:
            number = phonenumbers.parse(
                value.replace("(0)", "") if value.strip().startswith(("+", "00")) else value, country
            )
        except phonenumbers.NumberParseException:
            raise _unreadable(value, country) from None
        if number.extension or not phonenumbers.is_possible_number(number):
            raise _unreadable(value, country)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return parse


def _unreadable(value: str, country: str | None) -> Refused:
    here = f" or one as written in {country}" if country else ""
    return Refused(f"'{value[:100]}' is not an international number such as +49 30 1234567{here}")


def country(value: str) -> str:
    """A country of ISO 3166 in two letters, as far as it has telephones."""
    import phonenumbers

    upper = value.strip().upper()
    if upper not in phonenumbers.SUPPORTED_REGIONS:
        raise Refused(f"'{value[:100]}' is not a country in two letters such as GB or DE")
    return upper


def readable(number: str) -> str:
    """An E.164 number as people read it: `+442079460301` -> `+44 20 7946 0301`."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def country_of(session: Session, customer_id: int, site_id: int | None = None) -> str | None:
    """How numbers are meant at this site, else at this customer."""
    own = session.scalar(select(Site.country).where(Site.id == site_id)) if site_id else None
    return own or session.scalar(select(Customer.country).where(Customer.id == customer_id))


def numbers_of(session: Session, owner: Owner) -> Sequence[PhoneNumber]:
    """The further numbers of one customer, site or user, in the order they were given."""
    return session.scalars(select(PhoneNumber).where(*_own(owner)).order_by(PhoneNumber.id)).all()


def set_numbers(w: Work, viewer: Viewer, owner: Owner, numbers: Sequence[tuple[str, str]]) -> None:
    """Leaves the customer, site or user with exactly these (number, label) pairs. Raises Invalid, by position."""
    viewer.require("customers.edit")
    get(w.session, type(owner), owner.id, lock=True)
    after = _accepted(w.session, owner, numbers)
    before = [(row.number, row.label) for row in numbers_of(w.session, owner)]
    if before == after:
        return
    w.session.execute(delete(PhoneNumber).where(*_own(owner)))
    save(w.session, *(PhoneNumber(**_keys(owner), number=number, label=label) for number, label in after))
    pair = [[_told(*entry) for entry in entries] for entries in (before, after)]
    audit.record(w, viewer, "updated", kind_of(owner), owner.id, {"phones": pair})


def _accepted(session: Session, owner: Owner, numbers: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    site_id = owner.id if isinstance(owner, Site) else getattr(owner, "site_id", None)
    parser = e164(country_of(session, _keys(owner)["customer_id"], site_id))
    given = {f"phones.{i}": number for i, (number, _) in enumerate(numbers)}
    form = Form(given, dict.fromkeys(given, parser))
    labels = {f"labels.{i}": label for i, (_, label) in enumerate(numbers)}
    if len(numbers) > MOST_NUMBERS:
        form.refuse("phones", f"are more than {MOST_NUMBERS}")
    cleaned = Form(labels, dict.fromkeys(labels, fields.optional(fields.name)))
    found = form.accepted()
    words = cleaned.accepted()
    unique = {number: words[f"labels.{position.partition('.')[2]}"] or "" for position, number in found.items()}
    return list(unique.items())


def _keys(owner: Owner) -> Mapping[str, int]:
    if isinstance(owner, Customer):
        return {"customer_id": owner.id}
    return {"customer_id": owner.customer_id, "site_id" if isinstance(owner, Site) else "user_id": owner.id}


def _own(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    wanted = {"site_id": None, "user_id": None, **_keys(owner)}
    return tuple(getattr(PhoneNumber, name) == value for name, value in wanted.items())


def _told(number: str, label: str) -> str:
    return f"{number} ({label})" if label else number
