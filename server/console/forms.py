"""A posted form, read exactly as it came."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from core_psa.db import Database, Work
from core_psa.db.fields import FIRST_DAY, LAST_DAY
from core_psa.errors import Conflict, FieldError, Invalid
from server.errors import RequestBroken

_MOST_FIELDS = 500
_MOST_FILES = 20
_LONGEST = 16 * 1024 * 1024


def separated(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.replace(",", "\n").splitlines() if part.strip())


def day_of(written: str) -> date | None:
    """The day that stands there; None for anything else, and for one that no calendar shows."""
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def whole(written: str) -> int | None:
    """The number that stands there; None for anything else, and for more digits than any record has."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 18 else None


class Form:
    """The values of a form by name, and the files that were sent with it."""

    def __init__(self, pairs: list[tuple[str, str]], files: Sequence[UploadFile] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        self.files = [file for file in files if file.filename]
        for name, value in pairs:
            # Browsers write line ends of a text box as CR LF, whatever was typed.
            self._values.setdefault(name, []).append(value.replace("\r\n", "\n"))

    @classmethod
    def parse(cls, raw: bytes) -> "Form":
        try:
            pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise RequestBroken(f"the form is not readable: {error}") from error
        return cls(pairs)

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, [default])[-1]

    def texts(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def words(self, name: str) -> tuple[str, ...]:
        """Several values in one text box, separated by commas or blanks."""
        return tuple(self.text(name).replace(",", " ").split())

    def listed(self, name: str) -> tuple[str, ...]:
        """Several values in one text box, separated by commas or on lines of their own; a value may hold blanks."""
        return separated(self.text(name))

    def number(self, name: str) -> int | None:
        """A whole number; an empty box is none. Raises Invalid."""
        written = self.text(name).strip()
        if not written:
            return None
        number = whole(written)
        if number is None:
            raise Invalid(FieldError(name, "must be a whole number"))
        return number

    def number_shown(self, name: str) -> int | None:
        """The number that stands there, for a form that is shown again; none for anything else, which is refused elsewhere."""
        return whole(self.text(name).strip())

    def numbers(self, name: str) -> list[int]:
        """Several whole numbers of one name, those that are none left out."""
        return [number for text in self.texts(name) if (number := whole(text)) is not None]

    def adding(self, name: str, values: Iterable[object]) -> "Form":
        """The same form with more values of one name, and without its files."""
        pairs = [(n, v) for n, held in self._values.items() for v in held]
        return Form([*pairs, *((name, str(value)) for value in values)])

    def starting(self, prefix: str) -> dict[str, str]:
        """The last value of every field whose name begins so, by the rest of its name."""
        return {n.removeprefix(prefix): values[-1] for n, values in self._values.items() if n.startswith(prefix)}

    def given(self, name: str) -> bool:
        return name in self._values

    def hidden(self) -> list[tuple[str, str]]:
        """Every value but the one-time ones, to be carried along in another form."""
        kept = ((n, v) for n, values in self._values.items() for v in values)
        return [(n, v) for n, v in kept if n not in ("csrf_token", "version")]


EMPTY = Form([])


def problems(error: Invalid | Conflict) -> dict[str, str]:
    """What was refused, by field; what concerns no single field stands under the empty name."""
    return {e.field: said(e) for e in error.errors} if isinstance(error, Invalid) else {"": str(error)}


def attempt(db: Database, change: Callable[[Work], object]) -> dict[str, str]:
    """Makes the change in one transaction; returns what was refused, by field, and nothing where it was made."""
    try:
        with db.work() as w:
            change(w)
    except (Invalid, Conflict) as error:
        return problems(error)
    return {}


def said(error: FieldError) -> str:
    """What is wrong, and what would do instead."""
    return f"{error.message} (try {', '.join(error.allowed)})" if error.allowed else error.message


async def _posted(request: Request) -> Form:
    if request.method in ("GET", "HEAD"):
        return EMPTY
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _with_files(request)
    return Form.parse(await request.body())


async def _with_files(request: Request) -> Form:
    try:
        sent = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST)
    except HTTPException as error:
        raise RequestBroken(f"the form is not readable: {error.detail}") from error
    pairs = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
    return Form(pairs, [value for _, value in sent.multi_items() if isinstance(value, UploadFile)])


Posted = Annotated[Form, Depends(_posted)]
