"""What the fields of customers, their sites and their users may hold."""

from collections.abc import Mapping

from core_psa.db import fields

CUSTOMER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "timezone": fields.timezone,
    "language": fields.language,
    "vip": fields.flag,
    "note": fields.text,
    "calendar_id": fields.optional(fields.record_id),
    "active": fields.flag,
}
SITE: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "address": fields.text,
    "timezone": fields.optional(fields.timezone),
}
USER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "email": fields.optional(fields.email),
    "phone": fields.optional(fields.phone),
    "site_id": fields.optional(fields.record_id),
    "vip": fields.flag,
    "active": fields.flag,
}
