"""The pages of the knowledge, of assets and of what is kept to be said and ticked again."""

import re
from collections.abc import Callable

import pytest

from core_psa.assets import actions as assets
from core_psa.customers import actions as customers
from core_psa.desk import actions as desk_actions
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

Ticket = Callable[[str, str], int]


@pytest.fixture
def lead(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("team lead")


def at(answer: str) -> int:
    found = re.search(r"/(\d+)\?", answer)
    assert found
    return int(found[1])


def created(browser: Browser, address: str, **fields: str) -> int:
    data = {"csrf_token": browser.csrf_token, **fields}
    answer = browser.client.post(address, data=data, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return at(answer.headers["location"])


def test_an_article_is_written_found_read_and_compared(lead: Browser) -> None:
    number = created(
        lead, "/knowledge/new", title="VPN <drops>", body="# Do\n\n<b>Update</b> *it*", tags="vpn, network"
    )
    page = lead.get(f"/knowledge/{number}")
    assert "VPN &lt;drops&gt;" in page
    assert "&lt;b&gt;Update&lt;/b&gt; <em>it</em>" in page
    assert "<mark>Update</mark>" in lead.get("/knowledge?q=update")
    assert lead.post(f"/knowledge/{number}/edit", title="VPN", body="# Do\n\nReinstall it", version="1") == 303
    compared = lead.get(f"/knowledge/{number}/history")
    assert re.search(r'class="went">\s*- &lt;b&gt;Update', compared)
    assert re.search(r'class="came">\s*\+ Reinstall it', compared)
    assert lead.post(f"/knowledge/{number}/restore", version="1") == 303
    assert "<em>it</em>" in lead.get(f"/knowledge/{number}")


def test_somebody_elses_save_is_not_written_over(lead: Browser) -> None:
    number = created(lead, "/knowledge/new", title="VPN", body="one")
    assert lead.post(f"/knowledge/{number}/edit", title="VPN", body="two", version="1") == 303
    assert lead.post(f"/knowledge/{number}/edit", title="VPN", body="three", version="1") == 422
    assert "two" in lead.get(f"/knowledge/{number}")


def test_a_preview_shows_what_will_be_read_and_stores_nothing(lead: Browser) -> None:
    data = {"csrf_token": lead.csrf_token, "body": "**bold** <script>x</script>"}
    shown = lead.client.post("/knowledge/preview", data=data).text
    assert "<strong>bold</strong>" in shown
    assert "<script>" not in shown
    assert "No articles yet" in lead.get("/knowledge")


def test_a_solved_ticket_becomes_an_article_in_one_click(lead: Browser, ticket: Ticket, desk: Desk) -> None:
    number = ticket("No VPN", "Error 809")
    with desk.db.work() as w:
        desk_actions.resolve(w, SYSTEM, number, resolution="Opened port 500.")
    assert "Write an article from this" in lead.get(f"/tickets/{number}?fold=articles")
    data = {"csrf_token": lead.csrf_token}
    answer = lead.client.post(f"/tickets/{number}/article-draft", data=data, follow_redirects=False)
    assert answer.status_code == 303
    assert "Opened port 500." in lead.get(answer.headers["location"])


def test_readers_say_on_the_page_whether_it_helped(lead: Browser) -> None:
    number = created(lead, "/knowledge/new", title="VPN", body="one")
    assert lead.post(f"/knowledge/{number}/feedback", helpful="no", comment="too old") == 303
    shown = lead.get(f"/knowledge/{number}")
    assert "It helped 0 of 1 readers" in shown
    assert "too old" in shown


def test_canned_answers_are_kept_and_offered_on_a_ticket(agent: Browser, ticket: Ticket) -> None:
    assert agent.post("/canned-answers/new", name="Hello", body="On {{number}}:", scope="personal") == 303
    assert agent.post("/canned-answers/new", name="Bad", body="{{password}}", scope="personal") == 422
    assert "Hello" in agent.get("/canned-answers")
    number = ticket("No VPN", "")
    assert f"On {number:07d}:" in agent.get(f"/tickets/{number}/canned")


def test_a_call_script_is_written_as_an_outline(lead: Browser, agent: Browser) -> None:
    assert lead.post("/call-scripts/new", name="First call", outline="Anybody else? [yes/no]") == 303
    assert lead.post("/call-scripts/new", name="Bad", outline="Anybody else? [maybe]") == 422
    assert "First call" in agent.get("/call-scripts")
    assert agent.client.get("/call-scripts/new").status_code == 403


def test_a_checklist_is_added_and_ticked_on_its_ticket(
    agent: Browser, signed_in: Callable[[str], Browser], ticket: Ticket, desk: Desk
) -> None:
    administrator = signed_in("administrator")
    assert administrator.post("/administration/checklists/new", name="Starter", items="Account\n? Flowers") == 303
    assert "Starter" in administrator.get("/administration/checklists")
    number = ticket("New starter", "")
    assert agent.post(f"/tickets/{number}/checklists", template="1") == 303
    shown = agent.get(f"/tickets/{number}?fold=checklists")
    assert "0 of 2" in shown
    (item, *_) = re.findall(r'id="item-(\d+)"', shown)
    assert agent.post(f"/tickets/{number}/checklist-items/{item}", done="on") == 303
    assert "1 of 2" in agent.get(f"/tickets/{number}")
    assert agent.post(f"/tickets/{number}/checklist-items/{item}") == 303
    assert "0 of 2" in agent.get(f"/tickets/{number}")


def test_an_asset_is_entered_changed_and_worked_on_from_its_ticket(
    agent: Browser, signed_in: Callable[[str], Browser], ticket: Ticket, desk: Desk
) -> None:
    with desk.db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy").id
        kind = assets.create_type(w, SYSTEM, name="Laptop", fields=[{"label": "Colour", "kind": "text"}]).id
    number = ticket("Slow", "")
    of_customer(desk, number, customer)
    data = {
        "name": "LT-7",
        "customer_id": str(customer),
        "type_id": str(kind),
        "remote_id": "123 456",
        "own_colour": "red",
    }
    asset = created(agent, "/assets/new", **data)
    shown = agent.get(f"/assets/{asset}")
    assert "red" in shown
    assert "it is not supported" in shown
    assert agent.post(f"/assets/{asset}/edit", **data, note="password: hunter22") == 422
    assert "LT-7" in agent.get("/assets?q=lt-")
    administrator = signed_in("administrator")
    tool = {"name": "TeamViewer", "template": "teamviewer10://control?device={remote_id}"}
    assert administrator.post("/administration/remote-tools", **tool) == 303
    assert administrator.post("/administration/remote-tools", name="Bad", template="javascript:{remote_id}") == 422
    assert agent.post(f"/tickets/{number}/assets", asset=str(asset)) == 303
    assert agent.post(f"/tickets/{number}/remote-sessions", asset=str(asset), tool="1") == 303
    shown = agent.get(f"/tickets/{number}?fold=assets")
    assert 'href="teamviewer10://control?device=123%20456"' in shown
    assert agent.post(f"/tickets/{number}/remote-sessions/1/end") == 303
    assert "LT-7 by TeamViewer, 1 min" in agent.get(f"/tickets/{number}")


def of_customer(desk: Desk, number: int, customer: int) -> None:
    with desk.db.work() as w:
        desk_actions.update(w, SYSTEM, number, values={"customer": customer})


@pytest.mark.parametrize("address", ["/assets", "/assets/new", "/knowledge/new", "/canned-answers/new"])
def test_empty_pages_open(lead: Browser, address: str) -> None:
    assert "<h1" in lead.get(address)


@pytest.mark.parametrize("address", ["/administration/checklists", "/administration/remote-tools", "/assets/new"])
def test_who_may_not_change_it_does_not_come_in(signed_in: Callable[[str], Browser], address: str) -> None:
    assert signed_in("sales").client.get(address).status_code == 403
