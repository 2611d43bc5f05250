"""Saved views on the queue page and in the sidebar."""

from collections.abc import Callable

from tests.server.console.conftest import Browser

Ticket = Callable[[str, str], int]
COLUMNS = ["subject", "status", "tags"]


def save(browser: Browser, name: str, **fields: str | list[str]) -> int:
    return browser.post("/queue/views/new", **{"name": name, "scope": "own", "columns": COLUMNS, **fields})


def test_a_view_shows_its_tickets_in_its_columns(agent: Browser, ticket: Ticket) -> None:
    ticket("Printer jams", "")
    assert save(agent, "Printers", **{"p.q": "printer"}) == 303
    page = agent.get("/queue?view=1&q=printer")
    assert "<h1><bdi>Printers</bdi></h1>" in page
    assert "Printer jams" in page
    assert '<th class="c-tags"' in page
    assert '<th class="c-age"' not in page


def test_columns_stand_in_the_order_of_their_numbers(agent: Browser, ticket: Ticket) -> None:
    ticket("Printer jams", "")
    save(agent, "Turned round", **{"place.subject": "3", "place.status": "2", "place.tags": "1"})
    page = agent.get("/queue?view=1&state=unsolved")
    assert page.index('<th class="c-tags"') < page.index('<th class="c-status"') < page.index('<th class="c-subject"')


def test_the_sidebar_counts_its_views(agent: Browser, ticket: Ticket) -> None:
    ticket("Printer jams", "")
    save(agent, "Printers", **{"p.q": "printer"})
    save(agent, "Scanners", **{"p.q": "scanner"})
    counts = agent.get("/queue/views/counts")
    assert counts.index("Printers") < counts.index(">1<") < counts.index("Scanners") < counts.index(">0<")


def test_the_queue_opens_with_the_default_view(agent: Browser) -> None:
    save(agent, "Mine", default="on", **{"p.assignee": "me", "p.state": "all"})
    answer = agent.client.get("/queue", follow_redirects=False)
    assert answer.headers["location"] == "/queue?view=1&state=all&assignee=me"
    agent.post("/queue/views/1", name="Mine", scope="own", columns=COLUMNS, default="")
    assert agent.client.get("/queue", follow_redirects=False).status_code == 200


def test_an_own_view_is_nobody_elses(agent: Browser, signed_in: Callable[[str], Browser]) -> None:
    save(agent, "Mine alone")
    lead = signed_in("team lead")
    assert "Mine alone" not in lead.get("/")
    assert lead.client.get("/queue/views/1").status_code == 404
    assert lead.post("/queue/views/1/delete") == 404


def test_a_view_for_everybody_needs_the_right_to_share(agent: Browser, signed_in: Callable[[str], Browser]) -> None:
    assert save(agent, "For all", scope="desk") == 403
    lead = signed_in("team lead")
    assert save(lead, "For all", scope="desk") == 303
    assert "For all" in agent.get("/")
    assert agent.post("/queue/views/1", name="Mine now", scope="own", columns=COLUMNS) == 403


def test_a_deleted_view_leaves_the_whole_queue(agent: Browser) -> None:
    save(agent, "Mine", default="on", **{"p.assignee": "me"})
    assert agent.post("/queue/views/1/delete") == 303
    assert "<h1>Queue</h1>" in agent.get("/queue")
    assert "<h1>Queue</h1>" in agent.get("/queue?view=1&assignee=me")


def test_a_refused_view_keeps_what_was_written(agent: Browser) -> None:
    form = {"csrf_token": agent.csrf_token, "name": "", "scope": "own", "columns": COLUMNS, "p.tag": "vpn"}
    answer = agent.client.post("/queue/views/new", data=form)
    assert answer.status_code == 422
    assert 'name="p.tag" value="vpn"' in answer.text
