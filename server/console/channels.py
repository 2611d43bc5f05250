"""The ways a ticket comes in, as pages name them in a list and say them of a ticket."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "email": "E-mail",
    "phone": "Phone",
    "portal": "Portal",
    "desk": "At the desk",
    "rmm": "Monitoring",
    "api": "API",
    "schedule": "Schedule",
    "import": "Import",
}
WORDS: Mapping[str, str] = {
    "email": "by e-mail",
    "phone": "by phone",
    "portal": "through the portal",
    "desk": "at the desk",
    "rmm": "by monitoring",
    "api": "through the API",
    "schedule": "by a schedule",
    "import": "imported",
}
# How a ticket that an agent takes down reached the desk; the other channels speak for themselves.
TAKEN_DOWN = (("phone", "Phone"), ("email", "E-mail"), ("desk", "In person or chat"))


def name_of(channel: str) -> str:
    return NAMES.get(channel, channel)


def said(channel: str) -> str:
    return WORDS.get(channel, channel)
