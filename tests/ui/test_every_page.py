"""Every page there is, as an administrator meets it: within its window, readable in both themes, and without complaints.

The pages are those of the application's routes, so that a new one is looked at from its first day.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.agreements import actions as agreements
from core_psa.assets import actions as assets
from core_psa.assets import remote_actions
from core_psa.customers import suppliers
from core_psa.db import Work
from core_psa.defaults import first_administrator
from core_psa.desk import approvals
from core_psa.desk import assets as desk_assets
from core_psa.knowledge import actions as knowledge
from core_psa.knowledge import canned_actions
from core_psa.notices.administration import set_policy
from core_psa.routing import actions as routing
from core_psa.tickets.views.rules import FOLDS
from core_psa.viewer import SYSTEM
from server.app import create_app
from server.console.session import cookie_name
from server.wiring import Desk
from tests.ui.conftest import let_in, watched
from tests.ui.desk_data import PASSWORD
from tests.ui.test_looks import LOOKS, SIZES

CHIEF = "chief@harbour.example"
TICKET = 57
# Not pages: they go on to somebody else's site.
ELSEWHERE = re.compile(r"/sign-in/with/|/openapi|/docs|/redoc")
UNFOLDED = f"/tickets/{TICKET}?" + "&".join(f"fold={name}" for name in FOLDS)

# The worst of each pair of colours that is too close, as WCAG 2 counts it: text 4.5 : 1, large text 3 : 1.
TOO_CLOSE = """() => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }), known = new Map();
  const paint = (c) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = c;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const parse = (c) => known.get(c) ?? (known.set(c, paint(c)), known.get(c));
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (c) => c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    const own = parse(getComputedStyle(e).backgroundColor);
    const below = own[3] === 1 ? [255, 255, 255] : e.parentElement ? behind(e.parentElement) : [255, 255, 255];
    return over(own, below);
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest("script, style, option, :disabled, .visually-hidden, .skip, [aria-hidden=true]")) continue;
    if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(e);
    const ground = behind(e), ink = over(parse(style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5) - 0.02) found.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)} "${walker.currentNode.data.trim().slice(0, 30)}"`);
  }
  return [...found].slice(0, 5);
}"""


def furnish(w: Work) -> str:
    """One of each thing that the small desk has not, and the token of an approval."""
    first_administrator(w, "Chief Tallis", CHIEF, PASSWORD)
    kind = assets.create_type(w, SYSTEM, name="Laptop", fields=[{"label": "Colour", "kind": "text"}]).id
    laptop = assets.create_asset(w, SYSTEM, customer_id=1, type_id=kind, name="LT-0001", remote_id="123 456").id
    remote_actions.create_tool(w, SYSTEM, name="Farsight", template="teamviewer10://control?device={remote_id}")
    desk_assets.link_asset(w, SYSTEM, TICKET, laptop)
    suppliers.create_supplier(w, SYSTEM, name="Quayside Distribution")
    agreements.create_agreement(w, SYSTEM, 1, name="Always on", starts_on=date(2026, 1, 1))
    knowledge.create_article(w, SYSTEM, title="VPN error 809", body="## What to do\n\nRenew the `certificate`.")
    canned_actions.create_canned(w, SYSTEM, name="Thank you", body="Thank you.", scope="desk")
    routing.create_rule(w, SYSTEM, name="Printers")
    set_policy(w, SYSTEM, site="https://desk.example")
    asked = approvals.request_approval(w, SYSTEM, TICKET, question="Restart the server at noon?", user_id=1)
    return asked.token or ""


@pytest.fixture(scope="module")
def addresses(desk: Desk) -> list[str]:
    """Of every page; the first record of each kind stands for all."""
    with desk.db.work() as w:
        token = furnish(w)
    app = create_app(desk)
    client = TestClient(app, base_url="http://desk.example")
    client.cookies.set(cookie_name(desk.settings), access.sign_in(desk.db, CHIEF, PASSWORD).token)
    given = [
        UNFOLDED,
        f"/approve/{token}",
        "/queue?state=all&customer=1",
        "/search?q=printer",
        "/problems/new?ticket=57",
        *(f"/administration/ticket-values/{of}" for of in ("types", "statuses", "priorities", "categories")),
        "/administration/ticket-values/statuses/4",
        "/administration/ticket-values/categories/new",
    ]
    return [*(a for a in _paths(app) if _is_page(client, a)), *given]


def _paths(app: FastAPI) -> Iterator[str]:
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        ours = isinstance(route.original_route, APIRoute) and "GET" in (route.methods or ())
        if ours and not path.startswith("/api/") and not ELSEWHERE.search(path):
            yield re.sub(r"{[^}]*}", "1", path)


def _is_page(client: TestClient, address: str) -> bool:
    answer = client.get(address, headers={"accept": "text/html"}, follow_redirects=False)
    return answer.status_code == 200 and "<html" in answer.text[:200]


def test_every_page_fits_its_window_and_is_readable(
    browser: Browser, base_url: str, desk: Desk, addresses: list[str]
) -> None:
    assert len(addresses) > 60
    context = browser.new_context(viewport=SIZES["desktop"], base_url=base_url)  # type: ignore[arg-type]
    let_in(context, desk, CHIEF)
    complaints, page = watched(context), context.new_page()
    wrong = [said for address in addresses for said in _looked_at(page, address)]
    context.close()
    assert "\n".join(wrong) == ""
    assert not complaints


def _looked_at(page: Page, address: str) -> Iterator[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]
    page.goto(address)
    for size, scheme in LOOKS:
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if (width := page.evaluate("document.documentElement.scrollWidth")) > SIZES[size]["width"]:
            yield f"{address} is {width} wide on a {size}"
        yield from (f"{address} on a {size} in {scheme}: {said}" for said in page.evaluate(TOO_CLOSE))
