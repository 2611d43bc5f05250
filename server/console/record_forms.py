"""Reading the forms of customers, sites, users and suppliers: only what stood in the form is changed."""

from collections.abc import Iterable
from typing import Any

from core_psa.customers import phones
from core_psa.customers.tables import PhoneNumber
from core_psa.db import Work
from core_psa.viewer import Viewer
from server.console.forms import Form


def given(
    form: Form, *, texts: Iterable[str] = (), flags: Iterable[str] = (), ids: Iterable[str] = ()
) -> dict[str, Any]:
    """The values by field; an empty choice of a record is none."""
    values: dict[str, Any] = {name: form.text(name).strip() for name in texts if form.given(name)}
    values |= {name: "on" in form.texts(name) for name in flags if form.given(name)}
    return values | {name: form.number(name) for name in ids if form.given(name)}


def lines(form: Form, name: str) -> list[str]:
    """One a line, or separated by commas."""
    return list(form.listed(name))


def set_numbers(w: Work, viewer: Viewer, owner: phones.Owner, form: Form) -> None:
    """Further numbers are written one a line, what each is for behind it: `+49 30 1234567 reception`."""
    if form.given("phones"):
        phones.set_numbers(
            w, viewer, owner, [_split(line) for line in form.text("phones").splitlines() if line.strip()]
        )


def _split(line: str) -> tuple[str, str]:
    at = next((i for i, c in enumerate(line) if c.isalpha()), len(line))
    return line[:at].strip(" ,;:-"), line[at:].strip()


def written(numbers: Iterable[PhoneNumber]) -> str:
    return "\n".join(f"{phones.readable(row.number)} {row.label}".strip() for row in numbers)
