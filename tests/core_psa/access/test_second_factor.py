"""Codes of an authenticator, on a clock that stands still."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from core_psa.access import second_factor
from core_psa.access.roles import set_roles
from core_psa.audit.tables import AuditEntry
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.errors import Conflict, Forbidden, Invalid
from core_psa.organisation import actions as organisation
from core_psa.organisation import store
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import SYSTEM, Viewer


@pytest.fixture
def mara(db: Database) -> Viewer:
    with db.work() as w:
        agent = organisation.create_agent(w, SYSTEM, name="Mara Castell", email="mara@harbour.example")
        return store.viewer_of(w.session, agent.id)


@pytest.fixture
def totp(db: Database, mara: Viewer, clock: StoppedClock) -> pyotp.TOTP:
    """Mara's authenticator; the code it was confirmed with is a minute old."""
    with db.work() as w:
        secret = pyotp.TOTP(second_factor.begin(w, mara.id or 0, "Harbour IT").secret)
        second_factor.confirm(w, mara.id or 0, secret.at(w.now))
    clock.advance(timedelta(minutes=1))
    return secret


def accepted(db: Database, viewer: Viewer, code: str) -> str | None:
    with db.work() as w:
        return second_factor.accept(w, viewer.id or 0, code)


def test_the_same_code_never_counts_twice(db: Database, mara: Viewer, totp: pyotp.TOTP, clock: StoppedClock) -> None:
    code = totp.at(clock.now())
    assert accepted(db, mara, code) == "authenticator"
    assert accepted(db, mara, code) is None


def test_a_code_older_than_one_that_was_used_counts_no_more(
    db: Database, mara: Viewer, totp: pyotp.TOTP, clock: StoppedClock
) -> None:
    old = totp.at(clock.now(), counter_offset=-1)
    accepted(db, mara, totp.at(clock.now()))
    assert accepted(db, mara, old) is None


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(
    db: Database, mara: Viewer, totp: pyotp.TOTP, clock: StoppedClock, steps: int, counts: bool
) -> None:
    assert (accepted(db, mara, totp.at(clock.now(), counter_offset=steps)) == "authenticator") == counts


def test_a_secret_that_was_never_confirmed_asks_for_nothing(db: Database, mara: Viewer) -> None:
    with db.work() as w:
        second_factor.begin(w, mara.id or 0, "Harbour IT")
        assert not second_factor.is_set_up(w.session, mara.id or 0)


def test_one_that_counts_is_not_overwritten(db: Database, mara: Viewer, totp: pyotp.TOTP) -> None:
    with pytest.raises(Conflict), db.work() as w:
        second_factor.begin(w, mara.id or 0, "Harbour IT")


def test_new_recovery_codes_replace_the_old_ones(
    db: Database, mara: Viewer, totp: pyotp.TOTP, clock: StoppedClock
) -> None:
    with db.work() as w:
        old = second_factor.renew_codes(w, mara, totp.at(clock.now()))
    clock.advance(timedelta(minutes=1))
    with db.work() as w:
        new = second_factor.renew_codes(w, mara, totp.at(clock.now()))
        assert second_factor.codes_left(w.session, mara.id or 0) == second_factor.RECOVERY_CODES
    assert accepted(db, mara, old[0]) is None
    assert accepted(db, mara, new[0]) == "recovery code"


def test_an_administrator_resets_what_somebody_lost_and_the_log_says_so(
    db: Database, mara: Viewer, totp: pyotp.TOTP
) -> None:
    manager = Viewer("agent", 9, "Kerensa", BUILTIN_ROLES["manager"])
    with pytest.raises(Forbidden), db.work() as w:
        second_factor.reset(w, manager, mara.id or 0)
    with db.work() as w:
        second_factor.reset(w, SYSTEM, mara.id or 0)
        assert not second_factor.is_set_up(w.session, mara.id or 0)
    with db.read() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.record_kind == "second factor")).all()
        assert [entry.action for entry in told] == ["set up", "reset"]


def test_a_role_that_asks_for_it_does_not_let_it_be_switched_off(
    db: Database, mara: Viewer, totp: pyotp.TOTP, clock: StoppedClock
) -> None:
    with db.work() as w:
        set_roles(w, SYSTEM, mara.id or 0, ["agent"])
        second_factor.require_of(w, SYSTEM, [1])
    with pytest.raises(Conflict), db.work() as w:
        second_factor.remove(w, mara, totp.at(clock.now()))


def test_a_wrong_code_confirms_nothing(db: Database, mara: Viewer) -> None:
    with db.work() as w:
        second_factor.begin(w, mara.id or 0, "Harbour IT")
    with pytest.raises(Invalid), db.work() as w:
        second_factor.confirm(w, mara.id or 0, "123456")
