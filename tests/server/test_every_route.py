"""Nothing is open by accident: every route of the application, walked."""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from core_psa.access.roles import create_role
from core_psa.viewer import SYSTEM
from server.wiring import Desk

# Open on purpose: they tell whether the desk is up, and how to sign in.
OPEN = {"/healthz", "/readyz", "/metrics", "/sign-in"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def routes(client: TestClient, *, api: bool) -> Iterator[tuple[str, str]]:
    """(method, path with ones for its parameters) of every route."""
    for route in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        path = route.path or ""
        if isinstance(route.original_route, APIRoute) and path.startswith("/api/") == api and path not in OPEN:
            for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, re.sub(r"{[^}]*}", "1", path)


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """Who may come in is decided before any engine is asked: one is enough."""
    return sqlite_url


def test_there_are_routes_to_walk(client: TestClient) -> None:
    assert len(list(routes(client, api=True))) > 30
    assert len(list(routes(client, api=False))) > 8


def test_no_api_route_answers_without_a_key(client: TestClient) -> None:
    answered = [
        (method, path) for method, path in routes(client, api=True) if client.request(method, path).status_code != 401
    ]
    assert answered == []


def test_no_page_is_shown_without_a_session(client: TestClient) -> None:
    shown = []
    for method, path in routes(client, api=False):
        answer = client.request(method, path, headers={"accept": "text/html"}, follow_redirects=False)
        if answer.status_code < 300 or (answer.is_redirect and not answer.headers["location"].startswith("/sign-in")):
            shown.append((method, path, answer.status_code))
    assert shown == []


def test_a_key_without_permissions_changes_and_reads_nothing(
    client: TestClient, desk: Desk, key: Callable[[str], dict[str, str]]
) -> None:
    with desk.db.work() as w:
        create_role(w, SYSTEM, "nobody", [])
    headers = key("nobody")
    answered = []
    for method, path in routes(client, api=True):
        answer = client.request(method, path, headers=headers, json={} if method in UNSAFE else None)
        told_something = answer.status_code < 300 and answer.json().get("items", True)
        if told_something:
            answered.append((method, path, answer.status_code))
    assert answered == []


def test_every_api_route_documents_its_answers(client: TestClient) -> None:
    schema = client.app.openapi()  # type: ignore[attr-defined]
    bare = [
        (method, path)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
        if path.startswith("/api/") and not {"401", "403", "422"} <= set(told["responses"])
    ]
    assert bare == []
