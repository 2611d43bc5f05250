"""Watchers, texts and the outbox over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core_psa.defaults import first_administrator
from core_psa.notices.tables import OutgoingMail
from server.wiring import Desk
from tests.desk import opened

Key = Callable[[str], dict[str, str]]


@pytest.fixture
def admin(client: TestClient, key: Key) -> TestClient:
    client.headers.update(key("administrator"))
    return client


@pytest.fixture
def mail(desk: Desk) -> int:
    with desk.db.work() as w:
        given = {"event": "replied", "address": "a@x.example", "name": "A", "subject": "S", "text": "T"}
        row = OutgoingMail(**given, state="held", error="too many", created_at=w.now, due_at=w.now)
        w.session.add(row)
        w.session.flush()
        return row.id


def test_somebody_outside_watches_and_no_more(api: TestClient, desk: Desk) -> None:
    address = f"/api/v1/tickets/{opened(desk.db)}/watchers"
    added = api.post(address, json={"addresses": ["Tom@Marlowe.example"]})
    assert added.status_code == 201
    (watcher,) = added.json()["items"]
    assert (watcher["kind"], watcher["address"]) == ("address", "tom@marlowe.example")
    assert api.delete(f"{address}/{watcher['id']}").json()["items"] == []


def test_favourites_are_kept_for_an_agent_and_listed(api: TestClient, desk: Desk) -> None:
    with desk.db.work() as w:
        agent = first_administrator(w, "Mara Ostrow", "mara@harbour.example", "correct horse battery").id
    mine, _ = opened(desk.db), opened(desk.db)
    address = f"/api/v1/tickets/{mine}/favourites/{agent}"
    assert api.put(address).status_code == 204
    listed = api.get("/api/v1/tickets?favourite_of=mara@harbour.example").json()
    assert [item["id"] for item in listed["items"]] == [mine]
    assert api.put(f"/api/v1/tickets/{mine}/favourites/99").status_code == 422
    assert api.delete(address).status_code == 204
    assert api.get(f"/api/v1/tickets?favourite_of={agent}").json()["total"] == 0


def test_adding_nobody_is_refused_by_name(api: TestClient, desk: Desk) -> None:
    answer = api.post(f"/api/v1/tickets/{opened(desk.db)}/watchers", json={})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "agents")


def test_a_text_is_written_listed_and_given_up(admin: TestClient) -> None:
    text = {"event": "replied", "audience": "user", "language": "de", "subject": "Antwort", "text": "{{body}}"}
    written = admin.put("/api/v1/notice-templates", json=text).json()
    assert admin.get("/api/v1/notice-templates").json()["items"] == [written]
    assert admin.delete(f"/api/v1/notice-templates/{written['id']}").status_code == 204
    assert admin.get("/api/v1/notice-templates").json()["items"] == []


def test_an_unknown_placeholder_is_refused_with_those_that_can_be_filled_in(admin: TestClient) -> None:
    text = {"event": "assigned", "audience": "agent", "language": "en", "subject": "{{secret}}", "text": "{{link}}"}
    (error,) = admin.put("/api/v1/notice-templates", json=text).json()["errors"]
    assert error["field"] == "subject"
    assert "number" in error["allowed"]


def test_every_event_tells_what_it_may_speak_of(admin: TestClient) -> None:
    events = {event["name"]: event for event in admin.get("/api/v1/notice-events").json()["items"]}
    assert "resolution" in events["resolved"]["placeholders"]
    assert (events["noted"]["users"], events["replied"]["users"]) == (False, True)


def test_a_held_mail_is_sent_after_all_or_cancelled(admin: TestClient, mail: int) -> None:
    assert [m["id"] for m in admin.get("/api/v1/outbox?state=held").json()["items"]] == [mail]
    assert admin.post(f"/api/v1/outbox/{mail}/send").json()["state"] == "waiting"
    assert admin.post(f"/api/v1/outbox/{mail}/cancel").json()["state"] == "cancelled"


def test_the_desk_holds_its_mail_and_lets_it_go(admin: TestClient) -> None:
    assert admin.patch("/api/v1/mail-policy", json={"held": True}).json()["held"] is True
    assert admin.get("/api/v1/mail-policy").json()["held"] is True
    assert admin.patch("/api/v1/mail-policy", json={"site": "nowhere"}).status_code == 422


def test_an_agents_key_sees_no_mail(api: TestClient, mail: int) -> None:
    for path in ("outbox", "notice-templates", "notice-events", "mail-policy"):
        assert api.get(f"/api/v1/{path}").status_code == 403
