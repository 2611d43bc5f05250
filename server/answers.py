"""Answers that carry any text a ticket may hold, lone surrogates included."""

import json
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse


class ExactJson(JSONResponse):
    """Escapes everything beyond ASCII, so that every string the store can hold arrives as it is."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":"), allow_nan=False, default=_plain).encode("ascii")


class Problem(ExactJson):
    media_type = "application/problem+json"


class Page(HTMLResponse):
    """A page; what UTF-8 cannot carry is shown as a replacement character."""

    def render(self, content: Any) -> bytes:
        return str(content).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
