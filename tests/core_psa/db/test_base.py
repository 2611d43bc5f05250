"""Column types that keep what they are given, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.customers.tables import Customer
from core_psa.db import Database
from core_psa.db.base import RawText, escape_text, from_micros, to_micros

INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda d: d.replace(tzinfo=UTC))  # noqa: DTZ001
ANY_TEXT = st.text(st.characters(codec=None) | st.just("\U0010fffd"))


@given(INSTANTS)
def test_an_instant_survives_as_microseconds(at: datetime) -> None:
    assert from_micros(to_micros(at)) == at


@given(ANY_TEXT)
def test_any_text_survives_escaping(text: str) -> None:
    stored = escape_text(text)
    stored.encode()
    assert "\x00" not in stored
    assert RawText().process_result_value(stored, None) == text  # type: ignore[arg-type]


def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(db: Database) -> None:
    at = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    with db.work() as w:
        w.session.add(Customer(name="Quay", created_at=at))
    with db.read() as session:
        assert session.scalars(select(Customer.created_at)).one().isoformat() == "2026-03-29T01:30:00+00:00"


def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), db.work() as w:
        w.session.add(Customer(name="Quay", created_at=datetime(2026, 3, 29)))  # noqa: DTZ001


def test_json_keeps_control_characters_and_lone_surrogates(db: Database) -> None:
    changes = {"name": ["\x00", "\ud800"]}
    with db.work() as w:
        entry = AuditEntry(
            at=w.now, actor_kind="system", actor_name="x", action="updated", record_kind="customer", changes=changes
        )
        w.session.add(entry)
    with db.read() as session:
        newest = select(AuditEntry.changes).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalars(newest).one() == changes
