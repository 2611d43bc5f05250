"""Reading a JSON body exactly as it came.

Tickets may hold any text, lone surrogates included, which pydantic's strings refuse; so the routes that take free text
read it with `json` and check the types here.
"""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from core_psa.db.fields import Refused, instant
from core_psa.errors import FieldError, Invalid
from server.errors import RequestBroken


async def _raw(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw)]


def json_object(raw: bytes) -> dict[str, Any]:
    """The body as a dictionary. Raises RequestBroken if it is not JSON, Invalid if it is not an object."""
    try:
        value = json.loads(raw or b"null", parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RequestBroken(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Invalid(FieldError("body", "must be a JSON object"))
    return value


def _is_whole_number(value: Any) -> bool:
    """One that the store can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class Fields:
    """Takes typed values out of a JSON object and gathers everything that is wrong with it."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body
        self._errors: list[FieldError] = []
        self._taken: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        value = self._take(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self._errors.append(FieldError(name, "must be text"))
            return default
        return value

    def reference(self, name: str) -> int | str | None:
        """An id or a name; null and absent are the same."""
        value = self._take(name)
        if value is None or (isinstance(value, int | str) and not isinstance(value, bool)):
            return value
        self._errors.append(FieldError(name, "must be an id or a name"))
        return None

    def whole_number(self, name: str) -> int | None:
        value = self._take(name)
        if _is_whole_number(value):
            return int(value)
        if value is not None:
            self._errors.append(FieldError(name, "must be a whole number"))
        return None

    def texts(self, name: str, longest: int = 500) -> tuple[str, ...]:
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and len(v) <= longest for v in value):
            self._errors.append(FieldError(name, f"must be a list of texts of at most {longest} characters"))
            return ()
        return tuple(value)

    def numbers(self, name: str) -> dict[str, int | None]:
        """An object of whole numbers or nulls by name."""
        value = self._take(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(v is None or _is_whole_number(v) for v in value.values()):
            self._errors.append(FieldError(name, "must map names to ids"))
            return {}
        return value

    def flag(self, name: str) -> bool:
        """True or false; null and absent are false."""
        value = self._take(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self._errors.append(FieldError(name, "must be true or false"))
        return False

    def mapping(self, name: str) -> dict[str, Any]:
        """An object by name, whatever its values."""
        value = self._take(name)
        if value is None or isinstance(value, dict):
            return value or {}
        self._errors.append(FieldError(name, "must be an object"))
        return {}

    def instant(self, name: str) -> datetime | None:
        value = self._take(name)
        if value is None:
            return None
        try:
            return instant(datetime.fromisoformat(value))
        except Refused as refused:
            self._errors.append(FieldError(name, str(refused)))
        except (TypeError, ValueError):
            self._errors.append(FieldError(name, "must be a time with a zone, such as 2026-03-29T09:30:00+02:00"))
        return None

    def given(self, name: str) -> bool:
        return name in self._body

    def done(self, *, strict: bool = False) -> None:
        """Raises Invalid with everything found wrong; `strict` refuses fields that mean nothing here."""
        if strict:
            known = tuple(sorted(self._taken))
            unknown = sorted(set(self._body) - self._taken)
            self._errors += [FieldError(name[:100], "is not a field of this request", known) for name in unknown]
        if self._errors:
            raise Invalid(*self._errors)

    def _take(self, name: str) -> Any:
        self._taken.add(name)
        return self._body.get(name)
