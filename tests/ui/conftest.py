"""A real browser on a real server. Run by itself (`pytest tests/ui`): the browser's driver leaves an event loop behind."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from core_psa.access import actions as access
from core_psa.intake.receive import NewTicket, receive
from core_psa.suggestions import actions as suggestions
from core_psa.viewer import SYSTEM
from server.app import create_app
from server.console.session import cookie_name
from server.wiring import Desk, open_desk
from tests.ui import small_desk
from tests.ui.desk_data import PASSWORD

SCREENS = Path("test-artefacts/screens")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], part_missing: Callable[[str], None]
) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        part_missing("chromium")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium, "chromium_sandbox": False, "args": quiet}


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = open_desk(small_desk.build(tmp_path_factory.mktemp("desk")))
    assert not desk.triage.trouble
    return desk


@pytest.fixture(scope="session")
def base_url(desk: Desk) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(desk), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def tab(browser: Browser, base_url: str, desk: Desk) -> Iterator[Page]:
    """A signed-in tab whose console must stay clean: no error, and nothing against the content security policy."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=base_url)
    let_in(context, desk, "mara@harbour.example")
    complaints = watched(context)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def second_tab(browser: Browser, base_url: str, desk: Desk) -> Iterator[Page]:
    """Another agent at another machine."""
    context = browser.new_context(base_url=base_url)
    let_in(context, desk, "jory@harbour.example")
    yield context.new_page()
    context.close()


def let_in(context: BrowserContext, desk: Desk, email: str) -> None:
    """Signs in without the form."""
    token = access.sign_in(desk.db, email, PASSWORD).token
    context.add_cookies([{"name": cookie_name(desk.settings), "value": token, "domain": "127.0.0.1", "path": "/"}])


def watched(context: BrowserContext) -> list[str]:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        refused = re.search("status of (404|409|422)", message.text)  # answered with a page, as it should be
        if message.type in ("error", "warning") and not refused:
            complaints.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints


@pytest.fixture
def arrives(desk: Desk) -> Callable[[str, str], int]:
    """Something comes in by mail while the pages are open; triage is woken as it is by every door."""

    def arrive(subject: str, body: str) -> int:
        with desk.db.work() as w:
            ticket = receive(w, SYSTEM, _mail(subject, body))
            w.after_commit(desk.wake)
        return ticket.id

    return arrive


@pytest.fixture
def arrives_late(desk: Desk) -> Callable[[str, str], int]:
    """The same, but another worker has taken the ticket and is slow: see `goes_on`."""

    def arrive(subject: str, body: str) -> int:
        with desk.db.work() as w:
            ticket = receive(w, SYSTEM, _mail(subject, body))
            w.session.flush()
            suggestions.claim(w, 50, timedelta(hours=1))
        return ticket.id

    return arrive


def _mail(subject: str, body: str) -> NewTicket:
    return NewTicket(subject, body, channel="email", requester="ada.quell@marlowe.example")


@pytest.fixture
def goes_on(desk: Desk) -> Callable[[int], None]:
    """Triage gets to the ticket that `arrives_late` brought."""

    def release(ticket_id: int) -> None:
        with desk.db.work() as w:
            suggestions.release(w, [ticket_id], "the worker was stopped")
            w.after_commit(desk.wake)

    return release
