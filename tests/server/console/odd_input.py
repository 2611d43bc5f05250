"""What no form offers, sent to every route: a walk through the console.

The routes are those of the application, the fields those of the forms on its pages and those that the handlers read, so that a
new form is met from its first day.
"""

import inspect
import random
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus

from fastapi.routing import APIRoute, iter_route_contexts
from httpx2 import Response
from starlette.testclient import TestClient

from server.console.session import cookie_name
from server.wiring import Desk
from tests.server.console.conftest import Browser
from tests.signing_in import sign_in_as

Fields = list[tuple[str, bytes]]

ODD = (
    b"",
    b"-1",
    b"0",
    b"1",
    b"on",
    b"none",
    b"9" * 18,
    b"9" * 5_000,
    b"1e400",
    b"\x00",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    "٣".encode(),
    b"9999-12-31T23:59",
    b"0001-01-01",
    b"2026-02-30",
    b"{{requester",
    b"[]",
)
LONG = b"a" * 100_000
# In place of a record's id. Most are one, which is there, so that the form behind it is reached.
KEYS = ("1", "1", "1", "1", "2", "0", "-1", "9" * 18, "9" * 30, "x", "%00", "%ED%A0%80")
# It would end the session of the walk.
LEFT_ALONE = "/sign-out"
_LONGEST_ADDRESS = 60_000
_READS = re.compile(
    r"""\b\w+\.(?:text|texts|number|numbers|words|listed|given|starting|get)\(\s*f?["']([\w.{}-]+)["']"""
)


def routes(client: TestClient) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(method, path with its parameters, what it may read of forms and addresses) of every page and form."""
    for route in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        path, original = route.path or "", route.original_route
        if isinstance(original, APIRoute) and not path.startswith("/api/") and path != LEFT_ALONE:
            asked = {parameter.alias for parameter in original.dependant.query_params}
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                reads = method == "POST" or "request" in inspect.signature(original.endpoint).parameters
                yield method, path, frozenset(asked | (_read_by(original.endpoint) if reads else set()))


def _read_by(endpoint: Callable[..., Any]) -> set[str]:
    module = inspect.getmodule(endpoint)
    names = _READS.findall(inspect.getsource(module)) if module else []
    return {re.sub(r"{[^}]*}", "0", name) for name in names}


class Walk:
    """An administrator who sends anything anywhere; `broken` is what came back as an error of the program."""

    def __init__(self, desk: Desk, browser: Browser, seed: int) -> None:
        self._desk, self._browser, self._chance = desk, browser, random.Random(seed)
        self._sessions = 0
        self._met = {LEFT_ALONE}
        self.sent = 0
        self.broken: list[tuple[str, str, object]] = []

    def every_route(self) -> None:
        """But pages that read nothing of their address, which are opened for their forms, and forms that were met on a page."""
        for method, path, names in routes(self._browser.client):
            if method == "GET" and not names and "{" not in path:
                continue
            address = re.sub(r"{[^}]*}", lambda _: self._chance.choice(KEYS), path)
            if method == "POST" and address in self._met:
                continue
            self._send(method, address, [field for name in sorted(names) for field in self._odd(name)])

    def every_form(self) -> None:
        """As it stands on its page, with an odd value here and there, and now and then without a field."""
        for address, fields in list(self._forms()):
            rate = self._chance.choice((0.0, 0.1, 0.3))
            sent = [(n, self._chance.choice(ODD) if self._chance.random() < rate else v) for n, v in fields]
            self._send("POST", address, [field for field in sent if self._chance.random() < 0.97])

    def _odd(self, name: str) -> Fields:
        """The field never, once or twice."""
        return [(name, self._chance.choice(ODD)) for _ in range(self._chance.choice((0, 1, 1, 1, 2)))]

    def _forms(self) -> Iterator[tuple[str, Fields]]:
        for address in sorted(
            {re.sub(r"{[^}]*}", "1", path) for method, path, _ in routes(self._browser.client) if method == "GET"}
        ):
            answer = self._ask("GET", address)
            if answer is None or "text/html" not in answer.headers.get("content-type", ""):
                continue
            for action, fields in _FormsOf(address, answer.text).forms:
                if action not in self._met:
                    self._met.add(action)
                    yield action, fields

    def _send(self, method: str, address: str, fields: Fields) -> None:
        if fields and self._chance.random() < 0.15:
            at = self._chance.randrange(len(fields))
            fields[at] = (fields[at][0], LONG)
        written = _encoded(fields)
        if method == "GET":
            self._ask(method, f"{address}?{written[:_LONGEST_ADDRESS]}")
        else:
            token = _encoded([("csrf_token", self._browser.csrf_token.encode())])
            self._ask(method, address, f"{token}&{written}")

    def _ask(self, method: str, address: str, form: str | None = None) -> Response | None:
        self.sent += 1
        headers = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        try:
            answer = self._browser.client.request(
                method, address, content=form, headers=headers, follow_redirects=False
            )
        except Exception as error:
            self.broken.append((method, address[:200], repr(error)[:300]))
            return None
        if answer.status_code >= 500:
            self.broken.append((method, address[:200], answer.status_code))
        if answer.headers.get("location", "").startswith("/sign-in"):
            self._come_back()
        return answer

    def _come_back(self) -> None:
        """It has ended its own session, as people may."""
        self._sessions += 1
        address = f"administrator.{self._sessions}@desk.example"
        token, self._browser.csrf_token = sign_in_as(self._desk, "administrator", address)
        self._browser.client.cookies.set(cookie_name(self._desk.settings), token)


def _encoded(fields: Iterable[tuple[str, bytes]]) -> str:
    return "&".join(f"{quote_plus(name)}={quote_from_bytes(value)}" for name, value in fields)


class _FormsOf(HTMLParser):
    """`forms` are (address, names and values) of everything on a page that is posted, as a browser would send it."""

    def __init__(self, address: str, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._address = address
        self._fields: Fields = []
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = []
            if given.get("method", "").lower() == "post":
                self._begin(given.get("action", ""))
        for other in ("formaction", "hx-post"):
            if other in given:
                self._begin(given[other])
        self._read(tag, given)

    def _read(self, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._add(self._select, value)
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif name and tag in ("input", "button"):
            self._add(name, value or "on")

    def handle_data(self, data: str) -> None:
        if self._area:
            name, value = self._fields.pop()
            self._add(name, value.decode() + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def _begin(self, address: str) -> None:
        self.forms.append((address or self._address, self._fields))

    def _add(self, name: str, value: str) -> None:
        if name != "csrf_token":
            self._fields.append((name, value.encode("utf-8", "replace")))
