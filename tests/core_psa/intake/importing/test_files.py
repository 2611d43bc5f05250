"""Files as they really come: dialects, encodings, types; and texts that few programs survive."""

import codecs
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core_psa.db import Database
from core_psa.db.fields import MAX_NAME
from core_psa.errors import Invalid
from core_psa.intake.importing import Options, Result, import_file
from core_psa.tickets.store import tags_of
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import SYSTEM

Bring = Callable[..., Result]
File = Callable[..., Path]
Look = Callable[..., dict[str, Any]]

NASTY = [
    "a\x00b\x01",
    "\ud800 alone \udfff",
    "w" * 100_000,
    "😀👩‍👩‍👧‍👦 \U0010fffd",
    "\u202eשלום עולם\u202c مرحبا",
    "'; DROP TABLE ticket; --\t\r\n\\N\\.",
    "<script>alert(1)</script>",
]


def _bodies(db: Database) -> list[str | None]:
    with db.read() as session:
        first = select(Action.body).join(Ticket, Ticket.id == Action.ticket_id).where(Action.kind == "created")
        return list(session.scalars(first.order_by(Ticket.id)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_spreadsheets_are_read_in_any_dialect(
    sheet: File, bring: Bring, ticket: Look, delimiter: str, encoding: str
) -> None:
    rows = [{"id": 1, "subject": "Größe; a, b | c", "body": 'two\nlines "quoted"'}]
    result = bring(sheet(rows, encoding=encoding, delimiter=delimiter))
    assert (result.created, result.remarks) == (1, ())
    assert ticket("1")["subject"] == "Größe; a, b | c"


def test_lines_that_are_not_utf8_are_read_as_windows_wrote_them_and_that_is_said(
    tmp_path: Path, bring: Bring, ticket: Look
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(b"id,subject\n1,\x80 5 f\xfcr Gr\xf6\xdfe\n2," + "Größe".encode() + b"\n3,\x81\n")
    result = bring(file)
    assert [ticket(i)["subject"] for i in "123"] == ["€ 5 für Größe", "Größe", "\x81"]
    assert result.remarks == ("old.csv: 2 lines are not UTF-8 and were read as Windows-1252",)


def test_a_row_with_too_many_cells_is_reported_and_one_with_too_few_is_filled(tmp_path: Path, bring: Bring) -> None:
    file = tmp_path / "old.csv"
    file.write_text("id,subject,body\n1,a\n2,a,b,c\n3,a,b,\n\n4,a,b\n", encoding="utf-8")
    result = bring(file)
    assert (result.rows, result.created) == (4, 3)
    assert [(r.row, r.field, r.reason) for r in result.rejections] == [(2, "row", "has 4 cells, the header 3")]


def test_parquet_types_are_understood(tmp_path: Path, bring: Bring, ticket: Look) -> None:
    zoned = pa.array([datetime(2024, 1, 1, 12, tzinfo=UTC), None], pa.timestamp("ns", "America/New_York"))
    table = pa.table(
        {
            "id": pa.array([1.0, 2.0]),
            "subject": pa.array(["a", "b"]).dictionary_encode(),
            "body": pa.array([b"bytes\xff", b"x"]),
            "created_at": zoned,
            "resolved_at": pa.array([date(2024, 1, 2), None]),
            "tags": pa.array([["x", "y"], None]),
            "group": pa.array([7, None]),
            "ignored": pa.array([{"a": 1}, None]),
        }
    )
    file = tmp_path / "old.parquet"
    pq.write_table(table, file)
    assert bring(file).created == 2
    found = ticket("1")
    assert found["created_at"] == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert found["resolved_at"] == datetime(2024, 1, 2, tzinfo=UTC)
    assert (found["team"], ticket("2")["team"]) == ("7", None)


@pytest.mark.parametrize(
    "given_time",
    [
        "2024-01-02T03:04:05",
        "2024-01-02 03:04:05Z",
        "2024-01-02T04:04:05+01:00",
        "20240102T030405",
        1704164645,
        1704164645.0,
        "1704164645",
        1704164645000,
        1704164645000000,
        1704164645000000000,
    ],
)
def test_times_are_read_as_iso_8601_or_as_an_epoch(jsonl: File, bring: Bring, ticket: Look, given_time: Any) -> None:
    bring(jsonl({"id": 1, "body": "x", "created_at": given_time}))
    assert ticket("1")["created_at"] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_nasty_texts_are_stored_as_they_came(db: Database, jsonl: File, bring: Bring) -> None:
    bring(jsonl(*({"id": i, "subject": text, "body": text} for i, text in enumerate(NASTY))))
    assert _bodies(db) == NASTY
    with db.read() as session:
        assert list(session.scalars(select(Ticket.subject).order_by(Ticket.id))) == NASTY


def test_no_ticket_is_refused_for_its_tags(db: Database, jsonl: File, bring: Bring) -> None:
    bring(jsonl({"id": 1, "body": "x", "tags": ["mail, slow", " \x00 ", "a\nb", "c" * 600]}))
    with db.read() as session:
        assert tags_of(session, [1])[1] == ["a b", "c" * MAX_NAME, "mail", "slow"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.text(st.characters(codec=None)), min_size=1, max_size=30))
def test_every_text_comes_back(db: Database, jsonl: File, bodies: list[str]) -> None:
    rows = [{"id": i, "subject": "s", "body": body, "tags": [body]} for i, body in enumerate(bodies)]
    before = len(_bodies(db))
    assert import_file(db, SYSTEM, "tickets", jsonl(*rows), Options(f"round {before}")).created == len(bodies)
    assert _bodies(db)[before:] == bodies


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("old.csv", b""),
        ("old.jsonl", b""),
        ("old.jsonl", b"[1, 2]\n"),
        ("old.parquet", b"PAR1 no"),
        ("old.parquet", b""),
        ("old.xlsx", b"PK"),
        ("old.csv", b"colour\nred\n"),
        ("old.csv", codecs.BOM_UTF8),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(
    tmp_path: Path, bring: Bring, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Invalid):
        bring(file)
