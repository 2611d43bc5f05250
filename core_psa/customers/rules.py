"""What the fields of customers, their sites and their users may hold."""

from collections.abc import Mapping

from core_psa.customers.phones import country, e164
from core_psa.db import fields

CUSTOMER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "timezone": fields.timezone,
    "language": fields.language,
    "country": fields.optional(country),
    "vip": fields.flag,
    "note": fields.text,
    "calendar_id": fields.optional(fields.record_id),
    "active": fields.flag,
}
SITE: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "address": fields.text,
    "timezone": fields.optional(fields.timezone),
    "country": fields.optional(country),
    "note": fields.text,
    "active": fields.flag,
}
_USER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "email": fields.optional(fields.email),
    "site_id": fields.optional(fields.record_id),
    "language": fields.optional(fields.language),
    "timezone": fields.optional(fields.timezone),
    "note": fields.text,
    "vip": fields.flag,
    "supported": fields.flag,
    "active": fields.flag,
}


def user(country: str | None) -> Mapping[str, fields.Parser]:
    """A user's fields; numbers without a country code are meant as in this country."""
    return {**_USER, "phone": fields.optional(e164(country))}
