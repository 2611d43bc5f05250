"""What becomes of the columns of a row."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.intake.importing import Options, Rejection, Result, import_file
from core_psa.intake.tables import ImportRun
from core_psa.organisation.tables import Agent
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Category, Priority, Ticket
from core_psa.viewer import SYSTEM

Bring = Callable[..., Result]
File = Callable[..., Path]
Look = Callable[..., dict[str, Any]]


def test_every_column_arrives(jsonl: File, bring: Bring, ticket: Look) -> None:
    row = {
        "id": 17,
        "created_at": "2024-02-03T04:05:06+01:00",
        "resolved_at": "2024-02-04 08:00",
        "subject": "Mail is slow",
        "body": "since Monday",
        "category": "Software",
        "subcategory": "Mail",
        "priority": "P2 High",
        "assignee": "Robin Ash",
        "group": "Desk",
        "customer": "Alder Mills",
        "requester": "kim@alder.example",
        "status": "Closed",
        "channel": "email",
        "type": "Incident",
        "site": "Harbour",
        "tags": "slow; mail",
        "resolution_note": "queue emptied",
    }
    bring(jsonl(row))
    found = ticket("17")
    expected = {
        "subject": "Mail is slow",
        "category": "Software / Mail",
        "priority": "P2 High",
        "priority_rank": 2,
        "assignee": "Robin Ash",
        "team": "Desk",
        "customer": "Alder Mills",
        "requester": "kim@alder.example",
        "status": "Closed",
        "state": "done",
        "channel": "email",
        "type": "Incident",
        "site": "Harbour",
        "created_at": datetime(2024, 2, 3, 3, 5, 6, tzinfo=UTC),
        "resolved_at": datetime(2024, 2, 4, 8, tzinfo=UTC),
        "updated_at": datetime(2024, 2, 4, 8, tzinfo=UTC),
        "end_known": True,
        "version": 2,
        "source": "old",
    }
    assert {name: found[name] for name in expected} == expected


def test_the_tree_of_categories_is_built_from_its_root(jsonl: File, bring: Bring, names: Any) -> None:
    bring(jsonl({"id": 1, "body": "x", "category": "Hardware", "subcategory": "Printer / Toner"}))
    assert names(Category.path) == {"Hardware", "Hardware / Printer", "Hardware / Printer / Toner"}


def test_names_that_differ_in_case_are_one(jsonl: File, bring: Bring, names: Any) -> None:
    rows = [{"id": i, "body": "x", "customer": name} for i, name in enumerate(("Élan", "ÉLAN", " élan "))]
    bring(jsonl(*rows))
    assert names(Customer.name) == {"Élan"}


@pytest.mark.parametrize("given", ["P2 High", "high", "2", "2 - High", "Priority 2", "p2"])
def test_a_priority_is_known_by_its_word_and_its_number(jsonl: File, bring: Bring, ticket: Look, given: str) -> None:
    bring(jsonl({"id": 1, "body": "x", "priority": given}))
    assert ticket("1")["priority"] == "P2 High"


@pytest.mark.parametrize("given", ["1 - High", "Blocker"])
def test_a_priority_that_fits_none_or_two_is_a_new_one_after_the_others(
    jsonl: File, bring: Bring, ticket: Look, given: str
) -> None:
    bring(jsonl({"id": 1, "body": "x", "priority": given}))
    assert (ticket("1")["priority"], ticket("1")["priority_rank"]) == (given, 5)


def test_without_history_a_ticket_without_an_end_is_open(jsonl: File, bring: Bring, ticket: Look) -> None:
    bring(jsonl({"id": 1, "body": "x"}))
    found = ticket("1")
    assert (found["status"], found["state"], found["resolved_at"], found["version"]) == ("New", "open", None, 1)


def test_with_history_a_ticket_without_an_end_is_closed_and_its_end_unknown(
    jsonl: File, bring: Bring, ticket: Look
) -> None:
    bring(jsonl({"id": 1, "body": "x", "created_at": "2024-01-01"}), history=True)
    found = ticket("1")
    assert (found["status"], found["state"], found["end_known"]) == ("Closed", "done", False)
    assert found["resolved_at"] == found["created_at"] == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "resolved_at", "expected"),
    [
        ("Closed", None, ("Closed", "done", False)),
        ("In Progress", None, ("In Progress", "open", True)),
        ("In Progress", "2030-01-01", ("Resolved", "done", True)),
        ("Cancelled", "2030-01-01", ("Cancelled", "done", True)),
        ("Parked", None, ("Parked", "open", True)),
    ],
)
def test_a_time_of_resolution_counts_for_more_than_the_status(
    jsonl: File, bring: Bring, ticket: Look, status: str, resolved_at: str | None, expected: tuple[str, str, bool]
) -> None:
    bring(jsonl({"id": 1, "body": "x", "status": status, "created_at": "2029-01-01", "resolved_at": resolved_at}))
    found = ticket("1")
    assert (found["status"], found["state"], found["end_known"]) == expected


def test_a_row_without_a_time_came_when_the_import_began(
    clock: StoppedClock, jsonl: File, bring: Bring, ticket: Look
) -> None:
    bring(jsonl({"id": 1, "body": "x"}))
    assert ticket("1")["created_at"] == clock.now()


def test_a_missing_subject_is_the_first_line_of_the_body(jsonl: File, bring: Bring, ticket: Look) -> None:
    bring(jsonl({"id": 1, "subject": " ", "body": "\n  Scanner dead \nsince noon"}))
    assert ticket("1")["subject"] == "Scanner dead"


def test_triage_gets_what_is_open(jsonl: File, bring: Bring, count: Any) -> None:
    bring(jsonl({"id": 1, "body": "x"}, {"id": 2, "body": "x", "status": "Closed"}), triage=True)
    assert count(Triage) == 1


def test_an_agent_known_by_name_alone_gets_an_address_that_leads_nowhere(jsonl: File, bring: Bring, names: Any) -> None:
    rows = [{"id": i, "body": "x", "assignee": name} for i, name in enumerate(("Robin Ash", "李", "ash@desk.example"))]
    bring(jsonl(*rows))
    emails = names(Agent.email)
    assert {"robin.ash@import.invalid", "ash@desk.example"} < emails
    assert len(emails) == 3


def test_agents_whose_made_up_addresses_would_be_the_same_are_told_apart(jsonl: File, bring: Bring, count: Any) -> None:
    names = ("R. Ash", "R Ash", "Lee <lee@desk.example>", "lee@desk.example", "lee", "r.ash@import.invalid")
    file = jsonl(*({"id": i, "body": "x", "assignee": name} for i, name in enumerate(names)))
    assert bring(file).made == {"agents": 3}
    assert bring(file, source="again").made == {}
    assert count(Agent) == 3


def test_a_requester_without_a_customer_comes_under_one_called_as_the_source(
    jsonl: File, bring: Bring, ticket: Look
) -> None:
    bring(jsonl({"id": 1, "body": "x", "requester": "Kim"}), source="intranet")
    assert (ticket("1", "intranet")["customer"], ticket("1", "intranet")["requester"]) == ("intranet", "Kim")


def test_a_known_requester_tells_the_customer(jsonl: File, bring: Bring, ticket: Look, count: Any) -> None:
    first = {"id": 1, "body": "x", "customer": "Alder", "requester": "Kim Low <Kim@Alder.example>"}
    bring(jsonl(first, {"id": 2, "body": "x", "requester": "kim@alder.example"}))
    bring(jsonl({"id": 3, "body": "x", "requester": "KIM@alder.example"}, name="more.jsonl"))
    assert [ticket(i)["customer"] for i in "123"] == ["Alder"] * 3
    assert count(User) == 1


def test_a_requester_of_another_customer_is_refused(jsonl: File, bring: Bring) -> None:
    rows = [{"id": c, "body": "x", "customer": c, "requester": "kim@alder.example"} for c in ("Alder", "Birch")]
    result = bring(jsonl(*rows))
    assert [r[:3] for r in result.rejections] == [(2, "requester", "belongs to another customer")]


def test_duplicates_are_tied_to_their_originals_wherever_these_stand(jsonl: File, bring: Bring, ticket: Look) -> None:
    rows = [("1", "2"), ("2", None), ("3", "nowhere"), ("4", "4")]
    result = bring(jsonl(*({"id": i, "body": "x", "duplicate_of": original} for i, original in rows)))
    assert (result.links, result.unknown_links) == (1, 2)
    assert ticket("1")["duplicate_of_id"] == ticket("2")["id"]


@pytest.mark.parametrize("field", ["customer", "group", "assignee", "category", "priority", "type", "status", "site"])
def test_unknown_names_are_refused_if_asked(jsonl: File, bring: Bring, count: Any, field: str) -> None:
    result = bring(jsonl({"id": 1, "body": "x", field: "Nobody"}), unknown="reject")
    assert (result.created, result.rejected) == (0, 1)
    assert [(r.row, r.field, r.value) for r in result.rejections] == [(1, field, "Nobody")]
    assert count(Ticket) == 0


@pytest.mark.parametrize("field", ["customer", "group", "assignee", "category", "priority", "site", "requester"])
def test_unknown_names_are_left_out_if_asked(jsonl: File, bring: Bring, ticket: Look, field: str) -> None:
    result = bring(jsonl({"id": 1, "body": "x", field: "Nobody"}), unknown="blank")
    assert (result.created, result.made) == (1, {})
    assert ticket("1")["team" if field == "group" else field] is None


def test_a_name_of_two_agents_is_not_clear(db: Database, jsonl: File, bring: Bring) -> None:
    with db.work() as w:
        for email in ("a@desk.example", "b@desk.example"):
            w.session.add(Agent(name="Robin", email=email, created_at=w.now))
    result = bring(
        jsonl({"id": 1, "body": "x", "assignee": "robin"}, {"id": 2, "body": "x", "assignee": "A@desk.example"})
    )
    assert (result.created, [r.row for r in result.rejections]) == (1, [1])


def test_columns_and_values_are_mapped(sheet: File, bring: Bring, ticket: Look) -> None:
    rows = [{"Number": "INC1", "Short description": "No mail", "Squad": "HW", "subject": "not this"}]
    columns = {"Number": "id", "Short description": "subject", "Squad": "team"}
    bring(sheet(rows), columns=columns, values={"team": {"hw": "Hardware"}})
    assert (ticket("INC1")["subject"], ticket("INC1")["team"]) == ("No mail", "Hardware")


def test_a_value_mapped_to_nothing_is_left_out(jsonl: File, bring: Bring, ticket: Look) -> None:
    bring(jsonl({"id": 1, "body": "x", "group": "n/a"}), values={"group": {"N/A": ""}})
    assert ticket("1")["team"] is None


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"body": "x"}, "id"),
        ({"id": "1", "subject": " ", "body": "\n"}, "subject"),
        ({"id": "1", "body": "x", "created_at": "yesterday"}, "created_at"),
        ({"id": "1", "body": "x", "created_at": "2024-01-02", "resolved_at": "2024-01-01"}, "resolved_at"),
        ({"id": "1", "body": "x", "created_at": "9999-12-31T23:59:59-10:00"}, "created_at"),
        ({"id": "1", "body": "x", "created_at": 1e300}, "created_at"),
        ({"id": "1", "body": "x", "customer": "a" * 501}, "customer"),
        ({"id": "1", "body": "x", "customer": "a\x00b"}, "customer"),
        ({"id": "1", "body": "x", "channel": "pigeon"}, "channel"),
        ({"id": "1" * 501, "body": "x"}, "id"),
        ({"id": "1", "body": "x" * 10_000_001}, "body"),
    ],
    ids=lambda given: str(given)[:60],
)
def test_a_row_that_cannot_be_stored_is_reported_and_the_others_are_not_held_up(
    jsonl: File, bring: Bring, count: Any, row: dict[str, Any], field: str
) -> None:
    result = bring(jsonl({"id": "before", "body": "x"}, row, {"id": "after", "body": "x"}))
    assert (result.rows, result.created, result.rejected) == (3, 2, 1)
    assert [(r.row, r.field) for r in result.rejections] == [(2, field)]
    assert count(Ticket) == 2


def test_every_reason_of_a_row_is_told(jsonl: File, bring: Bring) -> None:
    result = bring(jsonl({"id": "1", "created_at": "?", "customer": "a" * 501, "body": ""}))
    assert result.rejected == 1
    assert {r.field for r in result.rejections} == {"created_at", "customer", "subject"}


def test_lines_that_are_not_json_objects_are_reported(tmp_path: Path, bring: Bring) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text('{"id": 1, "body": "x"}\n{"id": 2,\n[3]\n\n{"id": 4, "body": "x"}\n', encoding="utf-8")
    result = bring(file)
    assert (result.created, [(r.row, r.field) for r in result.rejections]) == (2, [(2, "row"), (3, "row")])


def test_importing_again_skips_what_is_here(jsonl: File, bring: Bring, count: Any) -> None:
    file = jsonl({"id": 1, "body": "x"}, {"id": 2, "body": "x"}, {"id": 1, "body": "again"})
    assert (bring(file).created, bring(file).skipped) == (2, 3)
    assert count(Ticket) == 2


def test_the_same_ids_from_another_source_are_other_tickets(jsonl: File, bring: Bring, count: Any) -> None:
    file = jsonl({"id": 1, "body": "x"})
    bring(file)
    bring(file, source="other")
    assert count(Ticket) == 2


def test_a_rehearsal_tells_all_and_writes_nothing(jsonl: File, bring: Bring, count: Any) -> None:
    rows = [{"id": i, "body": "x" if i % 5 else "", "customer": f"C{i % 3}", "requester": "Kim"} for i in range(700)]
    before = {model: count(model) for model in (Ticket, Customer, User, ImportRun, Priority)}
    file = jsonl(*rows)
    rehearsed = bring(file, rehearse=True)
    assert {model: count(model) for model in before} == before
    real = bring(file)
    for fact in ("rows", "created", "updated", "skipped", "rejected", "made", "rejections"):
        assert getattr(rehearsed, fact) == getattr(real, fact)


@pytest.mark.parametrize(
    "options",
    [
        {"columns": {"nowhere": "subject"}},
        {"columns": {"body": "colour"}},
        {"columns": {"body": "subject", "id": "subject"}},
        {"columns": {"id": "subject"}},
        {"unknown": "guess"},
        {"source": " "},
        {"values": {"colour": {}}},
    ],
    ids=str,
)
def test_options_that_cannot_be_used_are_refused_before_a_row_is_read(
    jsonl: File, bring: Bring, count: Any, options: dict[str, Any]
) -> None:
    from core_psa.errors import Invalid

    with pytest.raises(Invalid):
        bring(jsonl({"id": 1, "body": "x"}), **options)
    assert count(ImportRun) == 0


def test_progress_reaches_the_end(db: Database, jsonl: File) -> None:
    told: list[tuple[int, int]] = []
    file = jsonl(*({"id": i, "body": "x"} for i in range(450)))
    import_file(db, SYSTEM, "tickets", file, Options("old"), lambda done, total: told.append((done, total)))
    assert told[-1] == (450, 450)
    assert told == sorted(told)


def test_rejections_are_kept_with_the_run(db: Database, jsonl: File, bring: Bring) -> None:
    result = bring(jsonl({"id": "1", "body": ""}))
    assert result.rejections == [Rejection(1, "subject", "subject and body must not both be empty", "")]
    with db.read() as session:
        run = session.get_one(ImportRun, result.run_id)
        assert (run.state, run.rows_total, run.rows_rejected) == ("finished", 1, 1)
