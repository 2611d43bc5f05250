"""Lists a page at a time: whole, without repetition, whatever is written meanwhile."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core_psa.audit.actions import record
from core_psa.audit.tables import AuditEntry
from core_psa.db import Database
from core_psa.db.paging import Page, decode, encode, page
from core_psa.errors import Invalid
from core_psa.organisation.tables import Skill
from core_psa.viewer import SYSTEM

NAMES = ("Ärger", "Ändern", "backup", "Backup", "mail", "Mail 2", "障害", "z\x00", "z")


@pytest.fixture
def skills(db: Database) -> Database:
    with db.work() as w:
        w.session.add_all(Skill(name=name) for name in NAMES)
    return db


def skill_page(db: Database, cursor: str | None, *, descending: bool = False) -> Page[Skill]:
    with db.read() as session:
        return page(session, select(Skill), (Skill.name, Skill.id), cursor, 2, descending=descending)


@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_hold_every_row_once_in_order(skills: Database, descending: bool) -> None:
    with skills.read() as session:
        in_order = session.scalars(select(Skill.name).order_by(Skill.name, Skill.id)).all()
    seen, cursor = list[str](), None
    while True:
        rows, cursor = skill_page(skills, cursor, descending=descending)
        seen += [skill.name for skill in rows]
        if cursor is None:
            break
    assert seen == (list(reversed(in_order)) if descending else list(in_order))


def test_a_row_that_comes_in_before_the_cursor_repeats_nothing(skills: Database) -> None:
    first = skill_page(skills, None)
    with skills.work() as w:
        w.session.add(Skill(name=first.rows[0].name + "\u0001"))
    second = skill_page(skills, first.next_cursor)
    assert not {s.id for s in first.rows} & {s.id for s in second.rows}


def test_the_last_page_has_no_cursor(skills: Database) -> None:
    with skills.read() as session:
        assert page(session, select(Skill), (Skill.id,), None, len(NAMES)).next_cursor is None


def test_instants_are_keys_to_the_microsecond(db: Database) -> None:
    with db.work() as w:
        for _ in range(3):
            record(w, SYSTEM, "created", "skill", None)
    with db.read() as session:
        keys = (AuditEntry.at, AuditEntry.id)
        first = page(session, select(AuditEntry), keys, None, 2)
        rest = page(session, select(AuditEntry), keys, first.next_cursor, 200)
        everything = set(session.scalars(select(AuditEntry.id)))
    assert {entry.id for entry in (*first.rows, *rest.rows)} == everything


def test_a_cursor_gives_back_what_it_was_made_of() -> None:
    values = ["NUL \x00 and \ud800", 7, datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=UTC)]
    assert decode(encode(values), 3) == values


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WzFd", "e30", "bnVsbA", "WyJhIiwgIngiXQ", "W1tdLCAxXQ"])
def test_a_cursor_that_was_never_given_out_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(Invalid):
        skill_page(db, cursor)


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_limit_outside_1_to_200_is_refused(db: Database, limit: int) -> None:
    with db.read() as session, pytest.raises(Invalid):
        page(session, select(Skill), (Skill.id,), None, limit)
