"""Assets: what they are, whose they are, what they hang on, and what was done with them from tickets."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.assets import actions, remote_actions, rules, store
from core_psa.assets.store import AssetFilter
from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.desk import assets as desk
from core_psa.errors import Conflict, Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.reads import pop_ups
from core_psa.tickets.tables import Action
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

AGENT = Viewer("agent", None, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
SALES = Viewer("agent", None, "Mara Vell", BUILTIN_ROLES["sales"])
FIELDS = [
    {"label": "Operating system", "kind": "choice", "options": ["Windows 11", "macOS"], "required": True},
    {"label": "Memory", "kind": "number"},
    {"label": "Bought", "kind": "date"},
]
GOOD = {"operating_system": "macOS", "memory": "16", "bought": "2026-01-31"}

Make = Callable[..., int]


@pytest.fixture
def customer_ids(db: Database) -> tuple[int, int]:
    with db.work() as w:
        made = [customers.create_customer(w, SYSTEM, name=name).id for name in ("Larkfield Dairy", "Tidewater Freight")]
    return made[0], made[1]


@pytest.fixture
def make(db: Database, customer_ids: tuple[int, int]) -> Make:
    """An asset of the first customer, of a plain type unless told otherwise."""
    with db.work() as w:
        type_id = actions.create_type(w, SYSTEM, name="Device").id

    def asset(name: str = "PC-12", **given: Any) -> int:
        with db.work() as w:
            values = {"customer_id": customer_ids[0], "type_id": type_id, "name": name, **given}
            return actions.create_asset(w, AGENT, **values).id

    return asset


@pytest.fixture
def laptop_type(db: Database) -> int:
    with db.work() as w:
        return actions.create_type(w, SYSTEM, name="Laptop", fields=FIELDS).id


def test_a_type_has_fields_of_its_own_and_they_are_checked(db: Database, make: Make, laptop_type: int) -> None:
    number = make("LT-1", type_id=laptop_type, values=GOOD)
    with db.read() as session:
        assert store.asset(session, AGENT, number).values == {**GOOD, "memory": 16}
    for wrong in ({}, {**GOOD, "operating_system": "BeOS"}, {**GOOD, "memory": "much"}, {**GOOD, "colour": "red"}):
        with pytest.raises(Invalid) as refused:
            make("LT-2", type_id=laptop_type, values=wrong)
        assert [e.field for e in refused.value.errors] == ["values"]


def test_site_and_user_are_those_of_its_customer(db: Database, make: Make, customer_ids: tuple[int, int]) -> None:
    with db.work() as w:
        site = customers.create_site(w, SYSTEM, customer_ids[1], name="Quay").id
        user = customers.create_user(w, SYSTEM, customer_ids[1], name="Bo Harrow").id
    with pytest.raises(Invalid) as refused:
        make(site_id=site, user_id=user, status="on fire", customer_id=customer_ids[0])
    assert {e.field for e in refused.value.errors} == {"site_id", "user_id", "status"}
    number = make(site_id=site, user_id=user, customer_id=customer_ids[1])
    with pytest.raises(Invalid, match="site"), db.work() as w:
        actions.update_asset(w, AGENT, number, customer_id=customer_ids[0])


def test_every_change_is_in_its_history(db: Database, make: Make) -> None:
    number = make(serial="X1", warranty_until=date(2027, 3, 31))
    with db.work() as w:
        actions.update_asset(w, AGENT, number, status="in repair", warranty_until="2028-03-31")
        actions.update_asset(w, AGENT, number, status="in repair")
    with db.read() as session:
        changed, created = store.history(session, AGENT, number).rows
        assert store.asset(session, AGENT, number).version == 2
    assert changed.changes["status"] == ["in use", "in repair"]
    assert changed.changes["warranty_until"] == ["2027-03-31", "2028-03-31"]
    assert (created.action, created.actor_name) == ("created", AGENT.name)


def test_who_saves_an_outdated_asset_is_told(db: Database, make: Make) -> None:
    number = make()
    with db.work() as w:
        actions.update_asset(w, AGENT, number, serial="A")
    with pytest.raises(actions.AssetChanged), db.work() as w:
        actions.update_asset(w, AGENT, number, expected_version=1, serial="B")


def test_assets_are_found_by_name_serial_and_remote_id(db: Database, make: Make) -> None:
    make("PC-12", serial="SN-77", remote_id="123 456")
    make("PC-13", status="retired")
    with db.read() as session:
        for words in ("pc-", "sn-7", "456"):
            found = store.asset_page(session, AGENT, AssetFilter(words=words)).rows
            assert [row.name for row in found] == ["PC-12"], words
        assert [row.name for row in store.asset_page(session, AGENT, AssetFilter(status="retired")).rows] == ["PC-13"]


def test_an_asset_never_runs_on_itself_however_far_around(
    db: Database, make: Make, customer_ids: tuple[int, int]
) -> None:
    host, guest, database = make("HOST"), make("VM"), make("SQL")
    other = make("THEIRS", customer_id=customer_ids[1])
    with db.work() as w:
        assert actions.relate(w, AGENT, guest, "runs on", host)
        assert not actions.relate(w, AGENT, guest, "runs on", host)
        actions.relate(w, AGENT, database, "runs on", guest)
        for wrong in (database, host, other):
            with pytest.raises(Invalid):
                actions.relate(w, AGENT, host, "runs on", wrong)
    with db.read() as session:
        assert [(kind, a.name) for kind, a in store.relations(session, AGENT, guest)] == [
            ("runs", "SQL"),
            ("runs on", "HOST"),
        ]


@pytest.mark.parametrize(
    "note",
    [
        "Password: hunter22",
        "admin pwd = s3cret",
        "-----BEGIN RSA PRIVATE KEY-----",
        "AKIAABCDEFGHIJKLMNOP",
        "recovery 123456-123456-123456-123456-123456-123456-123456-123456",
    ],
)
def test_a_note_that_looks_like_a_secret_is_refused(make: Make, note: str) -> None:
    with pytest.raises(Invalid, match="password manager"):
        make(note=note)


@pytest.mark.parametrize("note", ["Password: see the vault", "Reset the password in the portal", "PIN pad at the door"])
def test_a_note_about_secrets_is_not_one(make: Make, note: str) -> None:
    assert make(note=note)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://docs.example.com/larkfield?page=4", True),
        ("https://ida:pw123@docs.example.com/", False),
        ("https://docs.example.com/?token=abc123", False),
        ("https://docs.example.com/#access_key=abc", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("//docs.example.com", False),
    ],
)
def test_a_documentation_link_leads_to_a_page_and_not_into_it(
    db: Database, customer_ids: tuple[int, int], url: str, fits: bool
) -> None:
    def link() -> None:
        with db.work() as w:
            remote_actions.create_document(w, AGENT, customer_ids[0], label="Network plan", url=url)

    if fits:
        link()
        with db.read() as session:
            (row,) = store.document_page(session, AGENT, customer_id=customer_ids[0]).rows
        assert row.url == url
    else:
        with pytest.raises(Invalid):
            link()


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({remote_id})",
        "data:text/html,{remote_id}",
        "https://{remote_id}/",
        "https://x.example/",
        "https://x.example/{remote_id}/{password}",
        "http://x.example/{remote_id}",
        "{remote_id}",
    ],
)
def test_a_remote_tool_opens_safe_addresses_alone(db: Database, template: str) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        remote_actions.create_tool(w, SYSTEM, name="x", template=template)
    assert {e.field for e in refused.value.errors} == {"template"}


def test_an_assets_id_is_data_in_the_address() -> None:
    address = rules.launch("https://remote.example/{remote_id}/go", "1/../?x=#'\" 2")
    assert address == "https://remote.example/1%2F..%2F%3Fx%3D%23%27%22%202/go"


def test_a_remote_session_is_noted_with_its_length(db: Database, make: Make, clock: StoppedClock) -> None:
    with db.work() as w:
        tool = remote_actions.create_tool(
            w, SYSTEM, name="TeamViewer", template="teamviewer10://control?device={remote_id}"
        )
    number, ticket_id = make(remote_id="123 456"), opened(db, customer="Larkfield Dairy")
    with db.work() as w:
        row, address = desk.connect(w, AGENT, ticket_id, number, tool.id)
    assert address == "teamviewer10://control?device=123%20456"
    clock.advance(timedelta(minutes=17))
    with db.work() as w:
        assert desk.disconnect(w, AGENT, ticket_id, row.id) is not None
        assert desk.disconnect(w, AGENT, ticket_id, row.id) is None
    with db.read() as session:
        entries = session.scalars(select(Action).where(Action.ticket_id == ticket_id).order_by(Action.id)).all()
    assert [entry.kind for entry in entries] == ["created", "remote", "remote_end"]
    assert (entries[-1].changes or {})["remote"] == [None, "PC-12 by TeamViewer, 17 min"]


def test_an_asset_without_a_remote_id_is_not_connected_to(db: Database, make: Make) -> None:
    with db.work() as w:
        tool = remote_actions.create_tool(w, SYSTEM, name="RDP", template="rdp://full%20address=s:{remote_id}")
    number, ticket_id = make(), opened(db)
    with pytest.raises(Invalid, match="remote id"), db.work() as w:
        desk.connect(w, AGENT, ticket_id, number, tool.id)
    with db.work() as w:
        remote_actions.update_tool(w, SYSTEM, tool.id, active=False)
    with pytest.raises(Conflict), db.work() as w:
        desk.connect(w, AGENT, ticket_id, number, tool.id)


def test_a_tool_opens_assets_of_the_types_it_names_alone(db: Database, make: Make, laptop_type: int) -> None:
    with db.work() as w:
        tool = remote_actions.create_tool(
            w, SYSTEM, name="Viewer", template="anydesk:{remote_id}", type_ids=[laptop_type]
        )
        actions.update_type(w, SYSTEM, laptop_type, active=False)
    number, ticket_id = make(remote_id="1"), opened(db)
    with pytest.raises(Conflict, match="Viewer is not for assets such as PC-12"), db.work() as w:
        desk.connect(w, AGENT, ticket_id, number, tool.id)
    with db.work() as w:
        assert remote_actions.update_tool(w, SYSTEM, tool.id, type_ids=[laptop_type], name="View").name == "View"
        other = remote_actions.create_tool(w, SYSTEM, name="RDP", template="rdp://{remote_id}")
    for wrong, said in ((99, "there is no asset type 99"), (laptop_type, "the asset type Laptop is retired")):
        with pytest.raises(Invalid, match=said), db.work() as w:
            remote_actions.update_tool(w, SYSTEM, other.id, type_ids=[wrong])


def test_a_retired_type_is_given_to_no_further_asset(db: Database, make: Make, laptop_type: int) -> None:
    kept, other = make("LT-1", type_id=laptop_type, values=GOOD), make()
    with db.work() as w:
        actions.update_type(w, SYSTEM, laptop_type, active=False)
    with db.work() as w:
        assert actions.update_asset(w, AGENT, kept, name="LT-9", type_id=laptop_type).type_id == laptop_type
    with pytest.raises(Invalid, match="type_id: the asset type Laptop is retired"):
        make("LT-2", type_id=laptop_type, values=GOOD)
    with pytest.raises(Invalid, match="type_id: the asset type Laptop is retired"), db.work() as w:
        actions.update_asset(w, AGENT, other, type_id=laptop_type, values=GOOD)


def test_a_ticket_is_about_assets_of_its_own_customer(db: Database, make: Make, customer_ids: tuple[int, int]) -> None:
    ticket_id, theirs, ours = opened(db, customer="Larkfield Dairy"), make(customer_id=customer_ids[1]), make()
    with pytest.raises(Invalid, match="another customer"), db.work() as w:
        desk.link_asset(w, AGENT, ticket_id, theirs)
    with db.work() as w:
        assert desk.link_asset(w, AGENT, ticket_id, ours) is not None
        assert desk.link_asset(w, AGENT, ticket_id, ours) is None
    with db.read() as session:
        assert [row.id for row in store.of_ticket(session, AGENT, ticket_id)] == [ours]
        assert store.ticket_ids(session, AGENT, ours) == [ticket_id]
    with db.work() as w:
        assert desk.unlink_asset(w, AGENT, ticket_id, ours) is not None


def test_what_somebody_should_know_before_they_begin() -> None:
    today = date(2026, 3, 2)
    assert rules.warnings("in use", supported=True, warranty_until=today, today=today) == []
    assert rules.warnings("lost", supported=False, warranty_until=date(2026, 3, 1), today=today) == [
        "it is not supported",
        "it is lost",
        "its warranty ended on 2026-03-01",
    ]


def test_assets_are_for_the_desk(db: Database, make: Make, customer_ids: tuple[int, int]) -> None:
    number = make()
    ida = Viewer("user", 1, "Ida Vance", customer_id=customer_ids[0])
    with db.read() as session, pytest.raises(Forbidden):
        store.asset(session, ida, number)
    with pytest.raises(Forbidden), db.work() as w:
        actions.update_asset(w, SALES, number, note="x")


def test_an_asset_that_is_not_supported_pops_up_on_its_ticket(db: Database, make: Make, clock: StoppedClock) -> None:
    ticket_id, number = opened(db, customer="Larkfield Dairy"), make(supported=False)
    with db.work() as w:
        desk.link_asset(w, AGENT, ticket_id, number)
    with db.read() as session:
        (shown,) = pop_ups.of_ticket(session, AGENT, ticket_id, clock.at)
    assert (shown.key, shown.title) == (f"asset:{number}", "PC-12")
    assert "not supported" in shown.text
