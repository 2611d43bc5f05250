"""What a role may not see is found nowhere: every page and every API route, walked as every role, searches and exports too.

Each area of a desk holds a word that stands nowhere else. Whoever lacks the area's permission must meet it on no answer.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.access import providers
from core_psa.access.roles import create_role
from core_psa.audit import actions as audit
from core_psa.customers import actions as customers
from core_psa.customers import suppliers
from core_psa.desk import actions as desk_actions
from core_psa.intake.receive import NewTicket, receive
from core_psa.knowledge import actions as knowledge
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES, PERMISSIONS
from core_psa.sla import actions as sla
from core_psa.tables import METADATA
from core_psa.tickets.category_actions import create_category
from core_psa.viewer import SYSTEM
from server.console.session import cookie_name
from server.wiring import Desk
from tests.signing_in import sign_in_as

# The word of each area, and any permission with which it may be read. The log tells of every area.
WORDS = {
    "zicket": ("tickets.see_all",),
    "zotice": ("tickets.see_notes",),
    "zarticle": ("knowledge.see",),
    "zustomer": ("customers.see",),
    "zupplier": ("customers.see",),
    "zeam": ("organisation.see",),
    "zalendar": ("calendars.see",),
    "zategory": ("settings.see",),
    "zogged": ("audit.see",),
    "zkey": ("access.edit", "audit.see"),
    "zprovider": ("access.edit", "audit.see"),
}
# Roles of one's own: nothing at all, the tickets of teams one is not in, and everything there is to see.
READING = sorted(name for name in PERMISSIONS if name.partition(".")[2].startswith("see"))
OWN_ROLES = {"nobody": [], "own teams only": ["tickets.see"], "reader": READING}
ROLES = {**{name: sorted(permissions) for name, permissions in BUILTIN_ROLES.items()}, **OWN_ROLES}
ASKED = "?q=subject&who=fifthcall&inactive=true&tab=users&kind=skill&number=%2B442079460301"
# Where words can be asked for.
SEARCHED = {
    *("/queue", "/queue/news", "/search", "/customers", "/customers/1", "/agents", "/suppliers"),
    *("/administration/audit", "/administration/audit/export.csv", "/tickets/new/requesters", "/tickets/new/customers"),
    *(
        "/api/v1/tickets",
        "/api/v1/search",
        "/api/v1/callers",
        "/api/v1/audit",
        "/api/v1/users",
        "/api/v1/customers",
        "/api/v1/agents",
    ),
}
# What is one's own to change, whatever one may do.
OWN = {
    "article_feedback",
    "sign_in_session",
    "second_factor",
    "recovery_code",
    "pop_up_seen",
    "identity_attempt",
    "watcher",
    "favourite",
    "open_folds",
}
# What triage writes by itself meanwhile.
BY_ITSELF = {"proposal", "ticket_vector", "neighbour_change"}


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """Who may see what is decided before any engine is asked: one is enough."""
    return sqlite_url


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A desk with a word in every area; the ticket belongs to a team that nobody here is in."""
    with desk.db.work() as w:
        for name, permissions in OWN_ROLES.items():
            create_role(w, SYSTEM, name, permissions)
        organisation.create_team(w, SYSTEM, name="Hidden", description="zeam")
        customer = customers.create_customer(w, SYSTEM, name="Larkfield")
        customers.set_domains(w, SYSTEM, customer.id, ["zustomer.example"])
        customers.create_site(w, SYSTEM, customer.id, name="Dairy", address="zustomer")
        user = {"name": "Lena", "phone": "+44 20 7946 0301", "note": "zustomer"}
        customers.create_user(w, SYSTEM, customer.id, **user)
        suppliers.create_supplier(w, SYSTEM, name="zupplier")
        sla.create_calendar(w, SYSTEM, name="zalendar", timezone="UTC")
        create_category(w, SYSTEM, "Printing", description="zategory")
        access.create_key(w, SYSTEM, "zkey", "agent")
        given = {"name": "Login", "issuer": "https://login.example", "client_id": "zprovider"}
        providers.create_provider(w, SYSTEM, **given)
        knowledge.create_article(w, SYSTEM, title="zarticle subject", body="zarticle", status="published")
        audit.record(w, SYSTEM, "created", "skill", 1, {"name": [None, "zogged"]})
        number = receive(w, SYSTEM, NewTicket("zicket subject", "zicket body", team="Hidden", tags=("zicket",))).id
        desk_actions.note(w, SYSTEM, number, body="zotice")
    return desk


def routes(client: TestClient, methods: set[str]) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        if isinstance(route.original_route, APIRoute):
            for method in (route.methods or set()) & methods:
                yield method, re.sub(r"{[^}]*}", "1", route.path or "")


Visitor = Callable[[str, str], tuple[int, str]]


@pytest.fixture
def visitor(client: TestClient, full: Desk) -> Callable[[str], Visitor]:
    """Somebody with this role, who asks the API with a key and the pages with a session."""

    def enter(role: str) -> Visitor:
        token, csrf = sign_in_as(full, role)
        with full.db.work() as w:
            _, key = access.create_key(w, SYSTEM, f"for {role}", role)

        def ask(method: str, path: str) -> tuple[int, str]:
            if path.startswith("/api/"):
                body = {} if method in ("POST", "PUT", "PATCH") else None
                answer = client.request(method, path, headers={"Authorization": f"Bearer {key}"}, json=body)
            else:
                client.cookies.set(cookie_name(full.settings), token)
                data = {"csrf_token": csrf} if method == "POST" else None
                answer = client.request(method, path, data=data, follow_redirects=False)
                client.cookies.clear()
            return answer.status_code, answer.text

        return ask

    return enter


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_no_answer_holds_what_the_role_may_not_see(
    client: TestClient, visitor: Callable[[str], Visitor], role: str
) -> None:
    ask = visitor(role)
    hidden = [word for word, any_of in WORDS.items() if not set(any_of) & set(ROLES[role])]
    leaks = []
    for _, path in routes(client, {"GET"}):
        for asked in ("", ASKED) if path in SEARCHED else ("",):
            _, text = ask("GET", path + asked)
            leaks += [(path + asked, word) for word in hidden if word in text]
    assert leaks == []


# Where words of tickets and articles are looked for, with what says that there are none.
SEARCHES = {
    "/api/v1/tickets?q={}": '"total":0',
    "/api/v1/search?q={}": '"total":0',
    "/api/v1/search?q={}&order=relevance": '"total":0',
    "/api/v1/search?q={}&in=articles": '"total":0',
    "/api/v1/articles?q={}": '"items":[]',
    "/search?q={}": "Nothing found",
    "/search?q={}&in=articles": "Nothing found",
    "/queue?state=all&q={}": "No ticket fits",
}


@pytest.mark.parametrize("role", ROLES)
def test_no_search_finds_what_the_role_may_not_see(visitor: Callable[[str], Visitor], role: str) -> None:
    ask = visitor(role)
    for word in ("zicket", "zotice", "zarticle"):
        # Whoever may read it finds it somewhere, so that finding nothing means something.
        readable = bool(
            {"tickets.see_all"} & set(ROLES[role]) if word != "zarticle" else set(WORDS[word]) & set(ROLES[role])
        )
        readable = readable and bool(set(WORDS[word]) & set(ROLES[role]))
        answers = {path: ask("GET", path.format(word)) for path in SEARCHES}
        found = [path for path, (status, text) in answers.items() if status == 200 and SEARCHES[path] not in text]
        assert bool(found) == readable, (word, found)


def test_every_word_is_found_by_who_may_see_everything(client: TestClient, visitor: Callable[[str], Visitor]) -> None:
    """Otherwise the walk above would prove nothing."""
    ask = visitor("administrator")
    read = "".join(ask("GET", path)[1] for _, path in routes(client, {"GET"}))
    assert [word for word in WORDS if word not in read] == []


def test_a_visitor_who_is_not_signed_in_meets_none_of_it(client: TestClient, full: Desk) -> None:
    for _, path in routes(client, {"GET"}):
        text = client.get(path + ASKED, follow_redirects=False).text
        assert not [word for word in WORDS if word in text], path


def test_who_may_only_look_changes_nothing_whatever_they_send(
    client: TestClient, full: Desk, visitor: Callable[[str], Visitor]
) -> None:
    ask = visitor("reader")
    before = _rows(full)
    done = [
        (method, path)
        for method, path in routes(client, {"POST", "PUT", "PATCH", "DELETE"})
        if path.startswith("/api/") and ask(method, path)[0] < 300
    ]
    for method, path in routes(client, {"POST"}):
        if not path.startswith(("/api/", "/sign-", "/account")):  # signing in, and what is one's own
            ask(method, path)
    assert _rows(full) == before
    assert done == []


def _rows(desk: Desk) -> dict[str, object]:
    """How much each table holds, of what is not somebody's own."""
    with desk.db.read() as session:
        tables = [table for table in METADATA.sorted_tables if table.name not in OWN | BY_ITSELF]
        return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
