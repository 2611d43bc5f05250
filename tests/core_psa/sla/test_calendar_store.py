"""Calendars as they are stored, changed, chosen for a ticket and kept compiled."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core_psa.audit.tables import AuditEntry
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.db.weeks import Hours
from core_psa.errors import Forbidden, Invalid, NotFound
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.sla import actions, store
from core_psa.sla.choice import Calendars
from core_psa.sla.holidays import OwnHoliday, PublicHolidays
from core_psa.sla.tables import Calendar
from core_psa.viewer import SYSTEM, Viewer

LEAD = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["team lead"])
MANAGER = Viewer("agent", 9, "Mira Castell", BUILTIN_ROLES["manager"])
MONDAY_NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def night_id(db: Database) -> int:
    """Open around midnight on Mondays and Tuesdays, in Lisbon."""
    with db.work() as w:
        calendar_id = actions.create_calendar(w, MANAGER, name="Nights", timezone="Europe/Lisbon").id
        actions.set_windows(w, MANAGER, calendar_id, [Hours(1, 0, 240), Hours(0, 1200, 1440)])
    return calendar_id


def version(db: Database, calendar_id: int) -> int:
    with db.read() as session:
        return session.get_one(Calendar, calendar_id).version


def test_a_stored_calendar_counts_as_it_was_written(db: Database, night_id: int) -> None:
    with db.work() as w:
        actions.set_holidays(w, MANAGER, night_id, [OwnHoliday(date(2026, 3, 9), "Regatta")])
    with db.read() as session:
        compiled = store.CompiledCalendars().of(session, night_id)
    assert compiled.elapsed(MONDAY_NINE, MONDAY_NINE + timedelta(days=7)) == timedelta(hours=8)
    assert compiled.elapsed(MONDAY_NINE, MONDAY_NINE + timedelta(days=14)) == timedelta(hours=12)


def test_every_change_raises_the_version_and_none_does_not(db: Database, night_id: int) -> None:
    before = version(db, night_id)
    with db.work() as w:
        actions.update_calendar(w, MANAGER, night_id, timezone="Europe/Dublin")
        actions.update_calendar(w, MANAGER, night_id, timezone="Europe/Dublin")
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 60)])
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 60)])
        actions.set_holidays(w, MANAGER, night_id, [OwnHoliday(date(2026, 3, 9), "Regatta")])
        actions.set_holidays(w, MANAGER, night_id, [OwnHoliday(date(2026, 3, 9), "Regatta")])
    assert version(db, night_id) == before + 3


def test_windows_are_replaced_as_a_whole_and_told_in_words(db: Database, night_id: int) -> None:
    with db.work() as w:
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 1200, 1440), Hours(4, 540, 600)])
    with db.read() as session:
        changes = session.scalars(select(AuditEntry.changes).order_by(AuditEntry.id.desc())).first()
    assert changes == {
        "windows": [
            ["Monday 20:00 to 24:00", "Tuesday 00:00 to 04:00"],
            ["Monday 20:00 to 24:00", "Friday 09:00 to 10:00"],
        ]
    }


def test_windows_that_overlap_or_lie_outside_the_day_are_refused(db: Database, night_id: int) -> None:
    for week in ([Hours(0, 0, 60), Hours(0, 59, 90)], [Hours(0, 60, 1500)], [Hours(9, 0, 60)]):
        with pytest.raises(Invalid), db.work() as w:
            actions.set_windows(w, MANAGER, night_id, week)


def test_public_holidays_are_stored_for_the_years_around_now(db: Database, night_id: int) -> None:
    with db.work() as w:
        actions.set_holidays(w, MANAGER, night_id, public=PublicHolidays("PT"))
    with db.read() as session:
        days = [row.day for row in store.holidays_of(session, [night_id])[night_id]]
    assert {day.year for day in days} == {2025, 2026, 2027, 2028, 2029}
    assert date(2026, 4, 25) in days


def test_a_holiday_without_a_name_or_out_of_all_years_is_refused(db: Database, night_id: int) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.set_holidays(w, MANAGER, night_id, [OwnHoliday(date(2026, 1, 1), " "), OwnHoliday(date.max, "Never")])
    assert {e.field for e in refused.value.errors} == {"holidays.0.name", "holidays.1.day"}


def test_there_is_one_default_at_any_time(db: Database, night_id: int) -> None:
    with db.work() as w:
        actions.update_calendar(w, MANAGER, night_id, is_default=True)
    with pytest.raises(Invalid), db.work() as w:
        actions.update_calendar(w, MANAGER, night_id, is_default=False)
    with db.work() as w:
        newest = actions.create_calendar(w, MANAGER, name="Always", timezone="UTC", always_open=True, is_default=True)
    with db.read() as session:
        assert session.scalars(select(Calendar.id).where(Calendar.is_default)).all() == [newest.id]


def test_a_team_lead_sees_calendars_and_changes_none(db: Database, night_id: int) -> None:
    with db.read() as session:
        assert [c.name for c in store.calendar_page(session, LEAD).rows] == ["Business hours", "Nights"]
    with pytest.raises(Forbidden), db.work() as w:
        actions.set_windows(w, LEAD, night_id, [])


def test_the_customers_calendar_counts_before_the_teams_and_that_before_the_default(
    db: Database, night_id: int
) -> None:
    with db.work() as w:
        weekend = actions.create_calendar(w, MANAGER, name="Weekend", timezone="UTC")
        own = customers.create_customer(w, SYSTEM, name="Larkfield Dairy", calendar_id=night_id)
        plain = customers.create_customer(w, SYSTEM, name="Tidewater Freight")
        team = organisation.create_team(w, SYSTEM, name="Field", calendar_id=weekend.id)
        desk = organisation.create_team(w, SYSTEM, name="Service Desk")
    with db.read() as session:
        calendars = Calendars(session, store.CompiledCalendars())
        names = [
            calendars.of(customer_id, team_id).spec.name
            for customer_id, team_id in ((own.id, team.id), (plain.id, team.id), (plain.id, desk.id), (None, None))
        ]
    assert names == ["Nights", "Weekend", "Business hours", "Business hours"]


def test_a_compiled_calendar_is_kept_until_its_version_changes(db: Database, night_id: int) -> None:
    kept = store.CompiledCalendars()
    with db.read() as session:
        first = kept.of(session, night_id)
        assert kept.of(session, night_id) is first
    with db.work() as w:
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 60)])
    with db.read() as session:
        assert kept.of(session, night_id).elapsed(MONDAY_NINE, MONDAY_NINE + timedelta(days=7)) == timedelta(hours=1)


def test_the_least_recently_used_calendar_is_forgotten(db: Database, night_id: int) -> None:
    kept = store.CompiledCalendars(kept=1)
    with db.read() as session:
        default_id = session.scalars(select(Calendar.id).where(Calendar.is_default)).one()
        first = kept.of(session, night_id)
        default = kept.of(session, default_id)
        assert kept.of(session, default_id) is default
        assert kept.of(session, night_id) is not first


def test_a_calendar_that_does_not_exist_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound), db.read() as session:
        store.CompiledCalendars().of(session, 99)


def test_a_changed_calendar_is_still_known_as_it_was(db: Database, night_id: int) -> None:
    old = version(db, night_id)
    with db.work() as w:
        actions.set_holidays(w, MANAGER, night_id, [OwnHoliday(date(2026, 3, 9), "Regatta")])
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 60)])
    with db.read() as session:
        weeks = [
            store.compiled(session, night_id, old + n).elapsed(MONDAY_NINE, MONDAY_NINE + timedelta(days=14))
            for n in range(3)
        ]
        assert [after for _, after in store.changes_since(session, night_id, old)] == [old + 1, old + 2]
    assert weeks == [timedelta(hours=16), timedelta(hours=12), timedelta(hours=1)]


def test_what_was_never_committed_is_not_kept(db: Database, night_id: int) -> None:
    """Another change may get the same version later."""
    now = version(db, night_id)
    with contextlib.suppress(NotFound), db.work() as w:
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 60)])
        store.compiled(w.session, night_id, now + 1)
        raise NotFound("reason", "to go on")
    with db.work() as w:
        actions.set_windows(w, MANAGER, night_id, [Hours(0, 0, 120)])
    with db.work() as w:
        later = store.compiled(w.session, night_id, now + 1)
    assert later.elapsed(MONDAY_NINE, MONDAY_NINE + timedelta(days=7)) == timedelta(hours=2)
