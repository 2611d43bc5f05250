"""What the desk does to tickets by itself, over the API: recurring tickets, closing after silence, replies to finished tickets."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, NaiveDatetime

from core_psa.db.fields import MAX_NAME
from core_psa.intake.recurring import actions as recurring
from core_psa.intake.recurring import store as recurring_store
from core_psa.intake.replies import actions as replies
from core_psa.intake.replies import store as reply_store
from core_psa.tickets.waiting import actions as waiting
from core_psa.tickets.waiting import store as waiting_store
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    Wanted,
    Zone,
    listed,
)
from server.api.router import api_router

router = api_router("by itself")

Rule = Annotated[str, Field(max_length=MAX_NAME, description="RFC 5545", examples=["FREQ=MONTHLY;BYDAY=1MO"])]
WallClock = Annotated[NaiveDatetime, Field(description="by the clock on the wall, without a zone")]
Tags = Annotated[list[Annotated[str, Field(max_length=MAX_NAME)]], Field(max_length=MAX_LISTED)]
Days = Annotated[int, Field(ge=1, le=waiting.MOST_DAYS)]
Hours = Annotated[int, Field(ge=1, le=87_600)]
Times = Annotated[int, Field(ge=1, le=100)]


class RecurringChange(Body):
    """Fields left out stay as they are. Another rhythm begins with the next occurrence from now on."""

    name: Name = NOT_GIVEN
    rule: Rule = NOT_GIVEN
    starts: WallClock = NOT_GIVEN
    timezone: Zone = NOT_GIVEN
    subject: Name = NOT_GIVEN
    body: Text = NOT_GIVEN
    customer_id: RecordId | None = NOT_GIVEN
    site_id: RecordId | None = NOT_GIVEN
    requester_id: RecordId | None = NOT_GIVEN
    type_id: RecordId | None = NOT_GIVEN
    category_id: RecordId | None = NOT_GIVEN
    priority_id: RecordId | None = NOT_GIVEN
    team_id: RecordId | None = NOT_GIVEN
    assignee_id: RecordId | None = NOT_GIVEN
    tags: Tags = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewRecurring(RecurringChange):
    name: Name
    rule: Rule
    starts: WallClock
    timezone: Zone
    subject: Name


class RecurringOut(Record):
    """`next_at` is null where nothing comes any more; `trouble` is why the last occurrence could not be opened, or what
    it had to do without."""

    id: int
    name: str
    rule: str
    starts: datetime
    timezone: str
    subject: str
    body: str
    customer_id: int | None
    site_id: int | None
    requester_id: int | None
    type_id: int | None
    category_id: int | None
    priority_id: int | None
    team_id: int | None
    assignee_id: int | None
    tags: list[str]
    active: bool
    next_at: AwareDatetime | None
    trouble: str | None


class RunOut(Record):
    """`missed` counts the earlier occurrences that a standstill swallowed."""

    occurrence: AwareDatetime
    ticket_id: int
    opened_at: AwareDatetime
    missed: int


class AutoCloseChange(Body):
    """Fields left out stay as they are. Without a team or type the rule is for all; the most exact rule counts."""

    name: Name = NOT_GIVEN
    team_id: RecordId | None = NOT_GIVEN
    type_id: RecordId | None = NOT_GIVEN
    status_id: RecordId = NOT_GIVEN
    inactive_days: Days = NOT_GIVEN
    warning_days: Days | None = NOT_GIVEN
    target_status_id: RecordId = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewAutoClose(AutoCloseChange):
    name: Name
    status_id: RecordId
    inactive_days: Days
    target_status_id: RecordId


class AutoCloseOut(Record):
    id: int
    name: str
    team_id: int | None
    type_id: int | None
    status_id: int
    inactive_days: int
    warning_days: int | None
    target_status_id: int
    active: bool


class FollowUpChange(Body):
    """Fields left out stay as they are. `team_id` null is the desk's own setting, for every team without one."""

    team_id: RecordId | None = None
    reopening: bool = NOT_GIVEN
    cutoff_hours: Hours | None = NOT_GIVEN
    reopen_status_id: RecordId | None = NOT_GIVEN
    reopens_an_hour: Times = NOT_GIVEN


class FollowUpOut(Record):
    """Later than `cutoff_hours` after the end a reply opens a new ticket."""

    id: int
    team_id: int | None
    reopening: bool
    cutoff_hours: int | None
    reopen_status_id: int | None
    reopens_an_hour: int


class FollowUpsOut(Body):
    """One for each team that has its own, and the desk's: there is one page."""

    items: list[FollowUpOut]
    next_cursor: None = None


@router.get("/recurring-tickets")
def list_recurring(api: Api, wanted: Wanted) -> Listed[RecurringOut]:
    return wanted.page(api, recurring_store.recurring_page, RecurringOut.of)


@router.post("/recurring-tickets", status_code=201)
def create_recurring(api: Api, body: NewRecurring) -> RecurringOut:
    """The first ticket comes with the first occurrence that lies in the future."""
    with api.db.work() as w:
        return RecurringOut.of(recurring.create_recurring(w, api.viewer, **body.given()))


@router.get("/recurring-tickets/{recurring_id}")
def get_recurring(api: Api, recurring_id: Key) -> RecurringOut:
    with api.db.read() as session:
        return RecurringOut.of(recurring_store.recurring(session, api.viewer, recurring_id))


@router.patch("/recurring-tickets/{recurring_id}")
def change_recurring(api: Api, recurring_id: Key, body: RecurringChange) -> RecurringOut:
    with api.db.work() as w:
        return RecurringOut.of(recurring.update_recurring(w, api.viewer, recurring_id, **body.given()))


@router.get("/recurring-tickets/{recurring_id}/runs")
def list_runs(api: Api, recurring_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[RunOut]:
    """What it has opened, the newest first."""
    with api.db.read() as session:
        return listed(recurring_store.run_page(session, api.viewer, recurring_id, cursor, limit), RunOut.of)


@router.get("/auto-close-rules")
def list_auto_close(api: Api, wanted: Wanted) -> Listed[AutoCloseOut]:
    return wanted.page(api, waiting_store.rule_page, AutoCloseOut.of)


@router.post("/auto-close-rules", status_code=201)
def create_auto_close(api: Api, body: NewAutoClose) -> AutoCloseOut:
    """Tickets that have been silent for long already are warned first, if the rule warns."""
    with api.db.work() as w:
        return AutoCloseOut.of(waiting.create_rule(w, api.viewer, **body.given()))


@router.patch("/auto-close-rules/{rule_id}")
def change_auto_close(api: Api, rule_id: Key, body: AutoCloseChange) -> AutoCloseOut:
    with api.db.work() as w:
        return AutoCloseOut.of(waiting.update_rule(w, api.viewer, rule_id, **body.given()))


@router.get("/follow-up-settings")
def list_follow_up(api: Api) -> FollowUpsOut:
    with api.db.read() as session:
        return FollowUpsOut(items=[FollowUpOut.of(row) for row in reply_store.settings(session, api.viewer)])


@router.put("/follow-up-settings")
def set_follow_up(api: Api, body: FollowUpChange) -> FollowUpOut:
    """Says what replies to finished tickets do: comment, reopen, or open a new ticket."""
    given = body.given()
    team_id = given.pop("team_id", None)
    with api.db.work() as w:
        return FollowUpOut.of(replies.set_follow_up(w, api.viewer, team_id, **given))
