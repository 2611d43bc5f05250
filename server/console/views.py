"""The templates and what they can call."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from core_psa.customers.phones import readable
from server.answers import Page
from server.console import channels, words
from server.console.administration import offered
from server.console.icons import icon
from server.console.queue_query import view_address
from server.console.session import THEMES, Visit
from server.progress import Progress, folder_of, running

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
    text, exact = getattr(words, style)(at, now, zone), words.exact(at, zone)
    # Made of dates and our own words alone.
    return Markup(f'<time datetime="{at.isoformat()}" title="{exact}" data-style="{style}">{text}</time>')  # noqa: S704


@pass_context
def when_span(context: Context, start: datetime, end: datetime | None) -> str:
    """From when to when, in the zone of whoever reads."""
    return words.span(start, end, context["zone"])


def safe_html(cleaned: str) -> Markup:
    """HTML that `core_psa.knowledge.markdown` has made, which is the only kind that goes onto a page as it is."""
    return Markup(cleaned)  # noqa: S704 - cleaned by nh3


def mail_address(address: str | None) -> Markup:
    """An e-mail address that, where it has to, breaks before its @ and nowhere else."""
    name, at, domain = words.one_line(address).partition("@")
    return Markup('<span class="address">{}<wbr>{}</span>').format(name, at + domain)


def outside(text: str) -> Markup:
    """A name or subject from outside, which keeps its own direction of writing."""
    return Markup(f"<bdi>{escape(words.shown(text))}</bdi>")  # noqa: S704


def options_of(options: Sequence[Sequence[Any]], chosen: str = "", before: str = "") -> Markup:
    """The options of a select: values, with the same words `before` each, and names."""
    return _drawn(tuple((option[0], option[1]) for option in options), chosen, before)


@lru_cache(maxsize=256)
def _drawn(options: tuple[tuple[Any, str], ...], chosen: str, before: str) -> Markup:
    """Kept, since a page offers the same hundreds of customers, agents and categories as the one before."""
    line = Markup('<option value="{}"{}>{}</option>')
    mark = {chosen: Markup(" selected")}
    values = ((f"{before}{value}", words.one_line(name)) for value, name in options)
    return Markup("").join(line.format(value, mark.get(value, ""), name) for value, name in values)


def _background_work(visit: Visit) -> list[Progress]:
    return running(folder_of(visit.desk.settings))


def with_mentions(text: str, mentions: Sequence[tuple[int, str]]) -> Markup:
    """A message in which whoever was mentioned leads to what is assigned to them."""
    shown = words.shown(text)
    people = {f"@{words.shown(name)}": agent_id for agent_id, name in mentions}
    if not people:
        return escape(shown)
    longest_first = sorted(people, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", shown)
    link = Markup('<a class="mention" href="/queue?assignee={0}">{1}</a>')
    return Markup("").join(link.format(people[piece], piece) if piece in people else piece for piece in pieces)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_SERVER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        with_mentions=with_mentions,
        asset=asset,
        background_work=_background_work,
        icon=icon,
        mail_address=mail_address,
        options_of=options_of,
        outside=outside,
        settings_of=offered,
        view_address=view_address,
        when=when,
        when_span=when_span,
    )
    for name in (
        "shown",
        "one_line",
        "percent",
        "count",
        "initials",
        "business_hours",
        "range_of_hours",
        "minutes",
        "browser_name",
        "length_of",
        "in_minutes",
        "share_of",
        "clock",
        "day",
        "days",
        "zone_difference",
    ):
        environment.filters[name] = getattr(words, name)
    environment.filters["phone"] = lru_cache(maxsize=4_096)(readable)
    environment.filters["bytes"] = words.bytes_of
    environment.filters["channel"] = channels.name_of
    environment.filters["by_channel"] = channels.said
    environment.filters["instant"] = datetime.fromisoformat
    _keep_drawn(environment)
    return environment


def _keep_drawn(environment: Environment) -> None:
    """A list draws the same few marks on every line: each is drawn once and kept."""
    drawings: Any = environment.get_template("macros.html").module
    for name in ("priority", "state_mark", "category", "vip", "tally"):
        environment.globals[name] = lru_cache(maxsize=4_096)(getattr(drawings, name))


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
