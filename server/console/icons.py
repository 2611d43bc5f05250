"""Icons, drawn inline so that they take the colour of the words beside them."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent.parent / "static" / "vendor" / "icons"

USED = (
    "adjustments",
    "alert-triangle",
    "arrow-left",
    "at",
    "bell",
    "book",
    "bookmark",
    "building",
    "calendar-week",
    "check",
    "checklist",
    "checks",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "clock",
    "device-desktop",
    "eye",
    "file-import",
    "filter",
    "history",
    "home",
    "hourglass",
    "inbox",
    "info-circle",
    "keyboard",
    "link",
    "lock",
    "logout",
    "mail",
    "menu-2",
    "message",
    "moon",
    "paperclip",
    "pencil",
    "phone",
    "plug-connected-x",
    "plus",
    "refresh",
    "rotate",
    "screen-share",
    "search",
    "send",
    "sparkles",
    "star",
    "sun",
    "tag",
    "thumb-down",
    "thumb-up",
    "trash",
    "user",
    "user-check",
    "users",
    "x",
)


@cache
def icon(name: str) -> Markup:
    """The icon as an SVG element, hidden from screen readers. Nothing is drawn before set-up has fetched the files."""
    try:
        drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        return Markup("")
    shapes = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].strip()
    # The files are our own pinned copies: see server/assets.py.
    return Markup(  # noqa: S704
        '<svg class="icon" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{shapes}</svg>'
    )
