"""Articles, canned answers and call scripts over the API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

ARTICLES = "/api/v1/articles"


@pytest.fixture
def lead(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("team lead"))
    return client


@pytest.fixture
def article(lead: TestClient) -> dict[str, Any]:
    body = {"title": "VPN drops", "body": "# Do this\n\n<script>x</script> **Update**", "tags": ["vpn"]}
    answer = lead.post(ARTICLES, json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def test_an_article_is_read_back_as_markdown_and_as_safe_html(lead: TestClient, article: dict[str, Any]) -> None:
    read = lead.get(f"{ARTICLES}/{article['id']}").json()
    assert read == article
    assert (read["status"], read["visibility"], read["version"]) == ("draft", "internal", 1)
    assert "<h2>Do this</h2>" in read["html"]
    assert "<script" not in read["html"]


def test_articles_are_found_by_words_with_the_place_they_stand(lead: TestClient, article: dict[str, Any]) -> None:
    (found,) = lead.get(ARTICLES, params={"q": "updat"}).json()["items"]
    assert found["id"] == article["id"]
    assert "Update" in found["excerpt"]
    assert lead.get(ARTICLES, params={"q": "updat", "status": "published"}).json()["items"] == []
    assert lead.get(ARTICLES, params={"tag": "vpn"}).json()["items"][0]["id"] == article["id"]


def test_a_change_needs_the_version_it_was_based_on(lead: TestClient, article: dict[str, Any]) -> None:
    path = f"{ARTICLES}/{article['id']}"
    assert lead.patch(path, json={"body": "two"}, headers={"If-Match": '"1"'}).json()["version"] == 2
    assert lead.patch(path, json={"body": "three"}, headers={"If-Match": "1"}).status_code == 409
    restored = lead.post(f"{path}/restore", json={"version": 1}).json()
    assert (restored["version"], restored["body"]) == (3, article["body"])
    versions = lead.get(f"{path}/versions").json()["items"]
    assert [v["version"] for v in versions] == [3, 2, 1]
    assert lead.get(f"{path}/versions/2").json()["body"] == "two"
    assert lead.get(f"{path}/versions/9").status_code == 404


def test_readers_say_whether_it_helped(lead: TestClient, article: dict[str, Any]) -> None:
    path = f"{ARTICLES}/{article['id']}"
    assert lead.post(f"{path}/feedback", json={"helpful": False, "comment": "old"}).status_code == 201
    assert lead.get(path).json()["helped_not"] == 1
    assert lead.get(f"{path}/feedback").json()["items"][0]["comment"] == "old"


def test_an_article_used_in_a_ticket_stands_on_both(lead: TestClient, article: dict[str, Any]) -> None:
    number = lead.post("/api/v1/tickets", json={"subject": "No VPN"}).json()["number"]
    path = f"/api/v1/tickets/{number}/articles"
    for _ in range(2):
        used = lead.post(path, json={"article_id": article["id"]}).json()["items"]
    assert [(a["title"], a["kind"]) for a in used] == [("VPN drops", "used")]
    assert lead.get(f"{ARTICLES}/{article['id']}/tickets").json()["items"][0]["number"] == number
    timeline = lead.get(f"/api/v1/tickets/{number}/actions").json()["items"]
    assert [entry["action"] for entry in timeline] == ["created", "article"]
    assert not timeline[-1]["public"]


def test_a_draft_is_written_from_a_solved_ticket_once(lead: TestClient) -> None:
    number = lead.post("/api/v1/tickets", json={"subject": "No VPN", "body": "It says # 809", "tags": ["vpn"]}).json()[
        "number"
    ]
    path = f"/api/v1/tickets/{number}"
    refused = lead.post(f"{path}/article-draft")
    assert refused.status_code == 409
    assert "solved" in refused.text
    lead.post(f"{path}/actions", json={"action": "resolve", "resolution": "Opened port 500."})
    draft = lead.post(f"{path}/article-draft").json()
    assert (draft["title"], draft["status"], draft["tags"]) == ("No VPN", "draft", ["vpn"])
    assert "> " in draft["body"]
    assert "Opened port 500." in draft["body"]
    assert lead.post(f"{path}/article-draft").json()["id"] == draft["id"]
    assert lead.get(f"{path}/articles").json()["items"][0]["kind"] == "solved"


def test_a_canned_answer_reads_with_the_facts_of_the_ticket(lead: TestClient) -> None:
    body = {"name": "Hello", "body": "Hello {{requester.first}}, on {{number}}:", "scope": "desk"}
    assert lead.post("/api/v1/canned-answers", json=body).status_code == 201
    number = lead.post("/api/v1/tickets", json={"subject": "No VPN"}).json()["number"]
    (ready,) = lead.get(f"/api/v1/tickets/{number}/canned-answers").json()["items"]
    assert ready["text"] == f"Hello [requester.first], on {number}:"
    refused = lead.post("/api/v1/canned-answers", json={**body, "body": "{{password}}"})
    assert refused.json()["errors"][0]["field"] == "body"
    assert "requester" in refused.json()["errors"][0]["allowed"]


def test_a_call_script_is_kept_with_its_versions(lead: TestClient) -> None:
    body = {"name": "First call", "questions": [{"text": "Anybody else?", "answer": "yes/no"}]}
    script = lead.post("/api/v1/call-scripts", json=body).json()
    path = f"/api/v1/call-scripts/{script['id']}"
    assert lead.patch(path, json={"questions": [{"text": "Since when?"}]}).json()["version"] == 2
    assert [v["version"] for v in lead.get(f"{path}/versions").json()["items"]] == [2, 1]
    wrong = lead.patch(path, json={"questions": [{"text": "A?", "answer": "maybe"}]})
    assert wrong.json()["errors"][0]["field"] == "questions.0.answer"
    assert lead.get("/api/v1/call-scripts").json()["items"][0]["name"] == "First call"
