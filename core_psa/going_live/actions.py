"""Giving steps to people, and signing the desk off."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, Unpack

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Database, Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import save
from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.going_live.acceptance import Result, run
from core_psa.going_live.rules import BY_NAME
from core_psa.going_live.store import PERMISSION
from core_psa.going_live.tables import SetUpStep, SignOff
from core_psa.viewer import Viewer


class StepFields(TypedDict, total=False):
    """`due_on` as a day, or as it is written: 2027-03-31."""

    owner_id: int | None
    due_on: date | str | None
    note: str


_STEP: Mapping[str, fields.Parser] = {
    "owner_id": fields.optional(fields.record_id),
    "due_on": fields.optional(lambda day: day if isinstance(day, date) else _day(day)),
    "note": fields.text,
}


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise fields.Refused(f"'{value[:100]}' is not a day such as 2027-03-31") from None


def arrange_step(w: Work, viewer: Viewer, step: str, **given: Unpack[StepFields]) -> SetUpStep:
    """Says who sees to a step, until when. Raises NotFound for a step there is not."""
    viewer.require(PERMISSION)
    if step not in BY_NAME:
        raise NotFound("step of the set-up guide", step)
    form = Form(given, _STEP)
    form.refers(w.session, SetUpStep.owner_id)
    values = form.accepted()
    row = w.session.get(SetUpStep, step)
    return create(w, viewer, SetUpStep(step=step, **values)) if row is None else update(w, viewer, row, values)


def try_out(db: Database, viewer: Viewer) -> list[Result]:
    """Runs every acceptance test on the desk's real parts; nothing of it is kept."""
    viewer.require(PERMISSION)
    with db.trial() as w:
        return run(w)


def sign_off(w: Work, viewer: Viewer, results: list[Result], note: str = "") -> SignOff:
    """Keeps somebody's word on these results. What did not pass needs a note on why the desk goes live all the same."""
    viewer.require(PERMISSION)
    said = Form({"note": note}, {"note": fields.text}).accepted()["note"].strip()
    passed = all(result.passed for result in results)
    if not passed and not said:
        raise Invalid(FieldError("note", "say why the desk goes live although not every test passed"))
    row = SignOff(
        at=w.now,
        agent_id=viewer.agent_id,
        by=viewer.name,
        passed=passed,
        note=said,
        results=[{"name": r.name, "passed": r.passed, "words": r.words} for r in results],
    )
    save(w.session, row)
    audit.record(w, viewer, "signed off", "desk", row.id, {"passed": [None, passed], "note": [None, said]})
    return row
