"""The templates and what they can call."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from server.answers import Page
from server.console import words
from server.console.icons import icon
from server.console.session import THEMES, Visit

_SERVER = Path(__file__).parent.parent
STATIC = _SERVER / "static"


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash, so that browsers may keep it for ever."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
    return f"/static/{name}?v={version}"


@pass_context
def when(context: Context, at: datetime, style: str = "ago") -> Markup:
    """A time relative to now; the exact one on hover."""
    zone, now = context["zone"], context["now"]
    text = getattr(words, style)(at, now, zone)
    pattern = '<time datetime="{}" title="{}" data-style="{}">{}</time>'
    return Markup(pattern).format(at.isoformat(), words.exact(at, zone), style, text)  # noqa: S704


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_SERVER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(asset=asset, icon=icon, when=when)
    for name in (
        "shown",
        "one_line",
        "percent",
        "count",
        "initials",
        "business_hours",
        "range_of_hours",
        "minutes",
    ):
        environment.filters[name] = getattr(words, name)
    environment.filters["instant"] = datetime.fromisoformat
    return environment


_templates = _environment()


def page(visit: Visit, template: str, *, status: int = 200, **facts: Any) -> Page:
    """A page or a part of one, for a signed-in agent."""
    now = facts.pop("now", None) or visit.db.clock.now()
    theme = visit.request.cookies.get("theme", "")
    common = {"visit": visit, "viewer": visit.viewer, "now": now, "zone": visit.zone, "theme": _known(theme)}
    return Page(_templates.get_template(template).render(**common, **facts), status_code=status)


def bare_page(template: str, *, theme: str = "", status: int = 200, **facts: Any) -> Page:
    """A page for somebody who is not signed in."""
    return Page(_templates.get_template(template).render(theme=_known(theme), **facts), status_code=status)


def _known(theme: str) -> str:
    return theme if theme in THEMES else ""
