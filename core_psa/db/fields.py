"""What a field of a record may hold. Each parser returns the value as it is stored, or raises Refused saying what would be right."""

import difflib
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

MAX_NAME = 500
MAX_TEXT = 20_000
MAX_KEY = 2**63 - 1
# Times beyond are typing errors, and at the ends of all years a time has no place on some zone's clock.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 30)
_SHOWN = 8
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(.+)")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_EXTENSION = re.compile(r"[0-9*#]{1,20}")
_PHONE_DECORATION = str.maketrans("", "", " -./()\u00a0")

Parser = Callable[[Any], Any]


class Refused(ValueError):
    """This value cannot be stored; `allowed` names some that can."""

    def __init__(self, message: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.allowed = allowed


def name(value: str) -> str:
    """One line that is not empty, at most MAX_NAME characters."""
    stripped = value.strip()
    if not stripped:
        raise Refused("must not be empty")
    if len(stripped) > MAX_NAME:
        raise Refused(f"must stay within {MAX_NAME} characters, not {len(stripped)}")
    # A name travels into mail headers and file names.
    if any(unicodedata.category(c) == "Cc" for c in stripped):
        raise Refused("must be one line without control characters")
    return stripped


@lru_cache(maxsize=10_000)
def tag(value: str) -> str:
    """One line without a comma: wherever people write several tags, commas part them."""
    stripped = name(value)
    if "," in stripped:
        raise Refused(f"'{stripped[:100]}' holds a comma, which would make several tags of it")
    return stripped


def tags(value: Iterable[str]) -> list[str]:
    """Sorted, each once; empty ones are left out."""
    return sorted({tag(each) for each in value if each.strip()})


def text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise Refused(f"must stay within {MAX_TEXT} characters, not {len(value)}")
    return value


def flag(value: bool) -> bool:
    return value


def one_of(*allowed: str) -> Parser:
    def parse(value: str) -> str:
        if value not in allowed:
            raise Refused(f"'{value[:100]}' is not one of these", allowed)
        return value

    return parse


def whole_number(low: int, high: int) -> Parser:
    def parse(value: Any) -> int:
        if not isinstance(value, int):
            raise Refused(f"must be a whole number from {low} to {high}")
        if not low <= value <= high:
            raise Refused(f"{value} is outside {low} to {high}")
        return value

    return parse


record_id = whole_number(1, MAX_KEY)


def optional(parser: Parser) -> Parser:
    """None and the empty text mean that there is no value."""

    def parse(value: Any) -> Any:
        return None if value is None or value == "" else parser(value)

    return parse


def instant(value: datetime) -> datetime:
    """A time with its zone."""
    if value.tzinfo is None:
        raise Refused("must have a time zone, such as 2026-03-29T09:30:00Z")
    if not FIRST_DAY <= value.date() <= LAST_DAY:
        raise Refused(f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return value


def email(value: str) -> str:
    """An address in the shape local@domain, lower case."""
    lowered = value.strip().lower()
    match = _ADDRESS.fullmatch(lowered)
    if match is None or len(lowered) > 254:
        raise Refused(f"'{value[:100]}' is not an e-mail address")
    domain(match[1])
    return lowered


def extension(value: str) -> str:
    """What a desk's own telephone is called by: digits, with * and # where the exchange uses them."""
    stripped = value.strip()
    if not _EXTENSION.fullmatch(stripped):
        raise Refused(f"'{value[:100]}' is not an extension: up to 20 digits, * and #")
    return stripped


def domain(value: str) -> str:
    """A mail domain, lower case, international ones in their ASCII form."""
    try:
        ascii_form = value.strip().lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        ascii_form = ""
    labels = ascii_form.split(".")
    if len(labels) < 2 or len(ascii_form) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Refused(f"'{value[:100]}' is not a domain such as example.com")
    return ascii_form


def phone(value: str) -> str:
    """An international number in E.164: a plus, the country code, at most 15 digits. Blanks, dashes and brackets are dropped."""
    digits = value.strip().replace("(0)", "").translate(_PHONE_DECORATION)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not _PHONE.fullmatch(digits):
        raise Refused(f"'{value[:100]}' is not an international number such as +49 30 1234567")
    return digits


def language(value: str) -> str:
    """A language tag as mail and browsers write it: en, pt-BR, zh-Hant-TW."""
    if not _LANGUAGE.fullmatch(value):
        raise Refused(f"'{value[:100]}' is not a language tag such as en or pt-BR")
    return value


def timezone(value: str) -> str:
    """A zone of the IANA database, by its exact name."""
    if value not in _zones():
        by_lower = {zone.lower(): zone for zone in _zones()}
        near = difflib.get_close_matches(value.lower()[:100], by_lower, _SHOWN, 0.5)
        raise Refused(f"there is no time zone called '{value[:100]}'", tuple(by_lower[zone] for zone in near))
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
