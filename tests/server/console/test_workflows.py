"""The workflow editor, and what it means for the ticket page and the form of a new ticket."""

from collections.abc import Callable

import pytest

from core_psa.tickets import store
from core_psa.tickets.workflow.store import book_of
from server.wiring import Desk
from tests.server.console.conftest import Browser

Tickets = Callable[[str, str], int]
EDITOR = "/administration/workflows/1"


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def ids(desk: Desk) -> dict[str, str]:
    """Ids of statuses by name."""
    with desk.db.read() as session:
        return {s.name: str(s.id) for s in store.statuses(session)}


def refused(browser: Browser, address: str, **fields: str | list[str]) -> str:
    answer = browser.client.post(address, data={"csrf_token": browser.csrf_token, **fields})
    assert answer.status_code in (409, 422)
    return answer.text


def test_every_page_of_the_editor_opens(admin: Browser) -> None:
    for page in (
        "workflows",
        "workflows/1",
        "workflows/1?action=resolve",
        "actions",
        "actions/new",
        "actions/1",
        "priorities",
    ):
        assert "<h1>" in admin.get(f"/administration/{page}")


def test_a_status_is_left_out_with_all_its_ways(admin: Browser, desk: Desk) -> None:
    known = ids(desk)
    kept = [i for name, i in known.items() if name != "In Triage"]
    assert admin.post(f"{EDITOR}/statuses", status=kept, default=known["New"]) == 303
    with desk.db.read() as session:
        book = book_of(session, 1)
    assert "In Triage" not in {stage.name for stage in book.stages.values()}
    assert all(int(known["In Triage"]) not in way for ways in book.transitions.values() for way in ways)
    assert admin.post(f"{EDITOR}/reset") == 303


def test_an_action_is_taken_away_and_given_ways_of_its_own(admin: Browser, desk: Desk) -> None:
    known = ids(desk)
    assert admin.post(f"{EDITOR}/actions/escalate") == 303
    way = f"{known['In Progress']}-{known['Resolved']}"
    assert admin.post(f"{EDITOR}/actions/resolve", offered="on", way=[way]) == 303
    with desk.db.read() as session:
        book = book_of(session, 1)
    assert "escalate" not in book.actions
    assert book.transitions["resolve"] == {(int(known["In Progress"]), int(known["Resolved"]))}


def test_what_makes_no_sense_is_refused_in_place(admin: Browser) -> None:
    assert "must be one of the type" in refused(admin, f"{EDITOR}/statuses", status=[], default="")
    assert "name the fields" in refused(admin, f"{EDITOR}/gates", kind="fields")
    assert "lower case letters" in refused(admin, f"{EDITOR}/fields", name="Serial No", kind="text")


def test_a_gate_is_added_met_overridden_and_removed(admin: Browser, ticket: Tickets) -> None:
    assert admin.post(f"{EDITOR}/gates", kind="time") == 303
    address = f"/tickets/{ticket('One', '')}"
    page = refused(admin, f"{address}/say", kind="resolve", body="Done.")
    assert "no time has been logged" in page
    assert 'name="override"' in page
    assert admin.post(f"{address}/say", kind="resolve", body="Done.", override="It was nothing.") == 303
    assert "It was nothing." in admin.get(address)
    assert admin.post(f"{EDITOR}/gates/4/delete") == 303


def test_a_field_of_its_own_is_asked_for_with_its_default(admin: Browser) -> None:
    fields = {"label": "Serial number", "name": "serial", "kind": "text", "default": "SN-", "required_at": "created"}
    assert admin.post(f"{EDITOR}/fields", **fields) == 303
    assert 'value="SN-"' in admin.get("/tickets/new")
    assert "Serial number" not in admin.get("/tickets/new/fields?type=2")
    assert admin.post("/tickets/new", subject="Printer", own_serial="SN-17", impact="low", urgency="low") == 303
    page = admin.get("/tickets/1?fold=fields")
    assert 'value="SN-17"' in page
    assert "P4 Low" in page
    assert admin.post("/tickets/1/own", own_serial="SN-18", severity_a="on") == 303
    assert "SN-18" in admin.get("/tickets/1")
    assert admin.post(f"{EDITOR}/fields/1", active="") == 303
    assert "Serial number" not in admin.get("/tickets/new")


def test_an_action_of_the_desks_own_is_on_the_page_and_works(admin: Browser, desk: Desk, ticket: Tickets) -> None:
    given = {"label": "Order a part", "name": "order_part", "kind": "update", "state": ["open"], "time": "no"}
    waiting = ids(desk)["Waiting on Vendor"]
    assert admin.post("/administration/actions/new", status=waiting, required="body", **given) == 303
    address = f"/tickets/{ticket('One', '')}"
    assert "Order a part" in admin.get(address)
    page = refused(admin, f"{address}/do/order_part")
    assert 'id="step-order_part" open' in page
    assert "must be filled in" in page
    assert admin.post(f"{address}/do/order_part", body="A fuser.") == 303
    assert "Waiting on Vendor" in admin.get(address)
    assert "Order a part" in admin.get("/administration/actions")


def test_an_approval_is_asked_for_and_answered_on_the_page(admin: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    assert admin.post(f"{address}/do/request_approval", body="May I?", approver="agent:1") == 303
    assert "1 awaited" in admin.get(address)
    assert 'value="approve"' in admin.get(f"{address}?fold=approvals")
    assert "must say why" in refused(admin, f"{address}/approvals/1", decision="reject")
    assert admin.post(f"{address}/approvals/1", decision="approve") == 303
    assert "approved" in admin.get(address)


def test_an_escalation_nobody_can_take_is_refused_in_place(admin: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    page = refused(admin, f"{address}/do/escalate", body="Too hard.", tier="3")
    assert "nobody of tier 3" in page
    assert "Too hard.</textarea>" in page
    assert '<option value="3" selected>' in page


def test_the_matrix_is_changed_and_the_log_tells(admin: Browser) -> None:
    cells = {f"{i}_{u}": "2" for i in ("high", "medium", "low") for u in ("high", "medium", "low")}
    assert admin.post("/administration/priorities", **cells) == 303
    assert "low impact, low urgency" in admin.get("/administration/audit")


def test_an_agent_arranges_nothing(agent: Browser) -> None:
    for page in ("workflows", "workflows/1", "actions", "actions/1", "priorities"):
        assert agent.client.get(f"/administration/{page}").status_code == 403
    assert agent.post(f"{EDITOR}/reset") == 403
