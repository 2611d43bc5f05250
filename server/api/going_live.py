"""Taking the desk into service over the API: the set-up guide, the acceptance tests, sign-offs, and the first week."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from core_psa.going_live import actions, store
from core_psa.going_live.acceptance import Result
from core_psa.going_live.first_week import review
from core_psa.going_live.rules import STEPS
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    NOT_GIVEN,
    Body,
    Cursor,
    Limit,
    Listed,
    Moment,
    Record,
    RecordId,
    Text,
    listed,
)
from server.api.router import api_router

router = api_router("going live")

StepName = Annotated[str, Path(max_length=40, json_schema_extra={"enum": [step.name for step in STEPS]})]


class LackOut(BaseModel):
    """Something that is not there. What is not `needed` does not keep the step from being done."""

    words: str
    needed: bool


class StepOut(BaseModel):
    """One step, computed from the desk as it is; `address` is the page where it is done."""

    name: str
    title: str
    about: str
    address: str
    state: Literal["missing", "begun", "done"]
    there: str
    lacks: list[LackOut]
    owner_id: int | None
    owner: str | None
    due_on: date | None
    overdue: bool
    note: str

    @classmethod
    def of(cls, standing: store.Standing) -> "StepOut":
        step = standing.step
        own = {name: getattr(standing, name) for name in cls.model_fields if hasattr(standing, name)}
        own["lacks"] = [LackOut(words=lack.words, needed=lack.needed) for lack in standing.lacks]
        return cls(name=step.name, title=step.title, about=step.about, address=step.address, **own)


class GuideOut(BaseModel):
    """Every step, in the order in which one needs the other."""

    items: list[StepOut]


class StepBody(Body):
    owner_id: RecordId | None = NOT_GIVEN
    due_on: date | None = NOT_GIVEN
    note: Text = NOT_GIVEN


class ResultOut(BaseModel):
    """How one acceptance test went."""

    name: str
    passed: bool
    words: str


class TrialOut(BaseModel):
    passed: bool
    results: list[ResultOut]

    @classmethod
    def of(cls, results: list[Result]) -> "TrialOut":
        told = [ResultOut(name=r.name, passed=r.passed, words=r.words) for r in results]
        return cls(passed=all(r.passed for r in results), results=told)


class SignOffBody(Body):
    note: Annotated[Text, Field(description="must be given where a test did not pass")] = ""


class SignOffOut(Record):
    id: int
    at: datetime
    agent_id: int | None
    by: str
    passed: bool
    note: str
    results: list[ResultOut]


class WaitingOut(Record):
    """A ticket that nobody has taken."""

    id: int
    subject: str
    created_at: datetime


class WeekOut(BaseModel):
    """Seven days, or those until now: counts by channel, kind of clock, kind of decision and state of mail."""

    since: datetime
    until: datetime
    received: int
    came_in: dict[str, int]
    solved: int
    missed: dict[str, int]
    unassigned: int
    waiting: list[WaitingOut]
    decisions: dict[str, int]
    accepted_share: float | None
    mails: dict[str, int]


@router.get("/set-up")
def read_guide(api: Api) -> GuideOut:
    """What is set up and what still lacks, in words."""
    posted = bool(api.desk.settings.smtp_host)
    with api.db.read() as session:
        today = store.today_of(session, api.now)
        return GuideOut(items=[StepOut.of(s) for s in store.guide(session, api.viewer, today, posted=posted)])


@router.patch("/set-up/{step}")
def arrange_step(api: Api, step: StepName, body: StepBody) -> GuideOut:
    """Who sees to a step, and until when."""
    with api.db.work() as w:
        actions.arrange_step(w, api.viewer, step, **body.given())
    return read_guide(api)


@router.post("/go-live/test")
def test_desk(api: Api) -> TrialOut:
    """Sends one message all the way through the real parts. Nothing of it is kept, no mail leaves."""
    return TrialOut.of(actions.try_out(api.db, api.viewer))


@router.get("/go-live/sign-offs")
def list_sign_offs(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[SignOffOut]:
    """The newest first."""
    with api.db.read() as session:
        return listed(store.sign_offs(session, api.viewer, cursor, limit), SignOffOut.of)


@router.post("/go-live/sign-offs", status_code=201)
def sign_off(api: Api, body: SignOffBody) -> SignOffOut:
    """Tests once more and keeps how it went, with the caller's word on it."""
    results = actions.try_out(api.db, api.viewer)
    with api.db.work() as w:
        return SignOffOut.of(actions.sign_off(w, api.viewer, results, body.note))


@router.get("/first-week")
def read_first_week(
    api: Api, since: Annotated[Moment | None, Query(description="the last sign-off, unless given")] = None
) -> WeekOut:
    with api.db.read() as session:
        week = review(session, api.viewer, api.now, since)
    told = {name: getattr(week, name) for name in WeekOut.model_fields if name != "waiting"}
    return WeekOut(**told, waiting=[WaitingOut.of(ticket) for ticket in week.waiting])
