"""The set-up guide reads the desk as it is; on both engines."""

from datetime import date
from typing import Any

import pytest

from core_psa.access.actions import set_password
from core_psa.access.roles import set_roles
from core_psa.customers.actions import create_customer
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid, NotFound
from core_psa.going_live.actions import arrange_step
from core_psa.going_live.rules import STEPS, Facts, state
from core_psa.going_live.store import Standing, guide
from core_psa.notices.administration import set_policy
from core_psa.organisation.actions import create_agent, create_team, set_members, update_organisation
from core_psa.routing.actions import create_rule
from core_psa.viewer import SYSTEM, Viewer

TODAY = date(2026, 3, 2)


def standing(db: Database, name: str, *, posted: bool = False) -> Standing:
    with db.read() as session:
        return next(s for s in guide(session, SYSTEM, TODAY, posted=posted) if s.step.name == name)


def lacking(db: Database, name: str, **more: Any) -> str:
    return " ".join(lack.words for lack in standing(db, name, **more).lacks)


def test_a_desk_without_anything_lacks_everything() -> None:
    assert {step.name for step in STEPS if state(step, Facts()) == "done"} == {"workflows"}


def test_a_new_desk_has_its_promises_and_lacks_people(db: Database) -> None:
    assert {
        name: standing(db, name).state for name in ("organisation", "calendars", "policies", "teams", "customers")
    } == {
        "organisation": "done",
        "calendars": "done",
        "policies": "done",
        "teams": "missing",
        "customers": "missing",
    }
    assert "no holidays" in lacking(db, "calendars")


def test_a_team_without_members_is_begun(db: Database) -> None:
    with db.work() as w:
        team = create_team(w, SYSTEM, name="Network")
    assert standing(db, "teams").state == "begun"
    assert "Nobody is in Network." in lacking(db, "teams")
    with db.work() as w:
        set_members(w, SYSTEM, team.id, [create_agent(w, SYSTEM, name="Bo", email="bo@harbour.example").id])
    assert (standing(db, "teams").state, standing(db, "teams").there) == ("done", "1 team")
    assert "Nobody leads Network" in lacking(db, "teams")


def test_who_may_do_nothing_or_cannot_sign_in_is_named(db: Database) -> None:
    with db.work() as w:
        ids = [create_agent(w, SYSTEM, name=n, email=f"{n}@harbour.example").id for n in ("Bo", "Cy")]
        set_password(w, ids[0], "long enough for anybody")
        set_roles(w, SYSTEM, ids[1], ["agent"])
    assert lacking(db, "agents") == ("No role, so they may do nothing: Bo. Neither a password nor single sign-on: Cy.")


def test_a_customer_nobody_of_whom_is_known_is_told_of(db: Database) -> None:
    with db.work() as w:
        create_customer(w, SYSTEM, name="Alder Ltd")
    assert standing(db, "customers").state == "done"
    assert "1 customer has neither users nor a mail domain" in lacking(db, "customers")


def test_mail_needs_a_server_and_must_not_be_held(db: Database) -> None:
    assert "FIFTHCALL_SMTP_HOST" in lacking(db, "mail")
    assert standing(db, "mail", posted=True).state == "done"
    with db.work() as w:
        set_policy(w, SYSTEM, held=True)
    assert "held back" in lacking(db, "mail", posted=True)


def test_one_rule_is_routing_begun_and_done(db: Database) -> None:
    with db.work() as w:
        update_organisation(w, SYSTEM, name="Service desk")
        create_rule(w, SYSTEM, name="All", team_id=create_team(w, SYSTEM, name="Network").id)
    assert standing(db, "routing").state == "done"
    assert standing(db, "organisation").state == "missing"


def test_who_sees_to_a_step_and_until_when_is_kept(db: Database) -> None:
    with db.work() as w:
        owner = create_agent(w, SYSTEM, name="Bo", email="bo@harbour.example").id
        arrange_step(w, SYSTEM, "teams", owner_id=owner, due_on=date(2026, 3, 1))
        arrange_step(w, SYSTEM, "teams", note="ask the board")
    kept = standing(db, "teams")
    assert (kept.owner, kept.due_on, kept.overdue, kept.note) == ("Bo", date(2026, 3, 1), True, "ask the board")


def test_what_cannot_be_arranged_is_refused(db: Database) -> None:
    with db.work() as w:
        with pytest.raises(NotFound):
            arrange_step(w, SYSTEM, "moon", note="x")
        with pytest.raises(Invalid, match="owner_id"):
            arrange_step(w, SYSTEM, "teams", owner_id=99)
        with pytest.raises(Invalid, match="due_on"):
            arrange_step(w, SYSTEM, "teams", due_on="soon")


def test_only_whose_business_it_is_sees_the_guide(db: Database) -> None:
    with db.read() as session, pytest.raises(Forbidden):
        guide(session, Viewer("agent", 1, "Bo"), TODAY, posted=False)
