"""How tickets belong together, over the API: links, chains, merges, splits, problems and what is resolved with them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY, MAX_NAME
from core_psa.desk import links, members, merging, splitting
from core_psa.desk.members import CHOICES
from core_psa.intake import offspring
from core_psa.reads import related
from core_psa.reads.ticket_page import ticket as ticket_view
from core_psa.tickets.relations.rules import NAMES
from server.answers import ExactJson
from server.api import documented, shapes
from server.api.deps import Api, ApiContext
from server.api.models import Body, Key, RecordId, Text
from server.api.router import api_router
from server.api.tickets import IfMatch, TicketKey, ticket_id, version_of

router = api_router("tickets that belong together", "/tickets")

Subject = Annotated[str, Field(max_length=MAX_NAME)]
Relation = Annotated[str, Field(json_schema_extra={"enum": list(NAMES)})]
_WITHOUT_BODY = 204


class NewLink(Body):
    """How this ticket stands to `ticket`, the id of the other."""

    relation: Relation
    ticket: RecordId


class OtherOut(BaseModel):
    id: int
    number: str
    subject: str
    state: str
    status: str
    customer: str | None


class LinkOut(BaseModel):
    """`words` is the verb between this ticket and the other."""

    id: int
    relation: str
    words: str
    ticket: OtherOut
    by: str
    at: AwareDatetime


class LinksOut(BaseModel):
    """A ticket has few links: there is one page."""

    items: list[LinkOut]
    next_cursor: None = None


class ChainTicketOut(BaseModel):
    ticket: OtherOut
    created_at: AwareDatetime
    resolved_at: AwareDatetime | None
    business_minutes: int
    hours: float


class ChainOut(BaseModel):
    """From the first ticket on. Minutes are business minutes of each ticket's own calendar, hours plain ones; so far, while `running`."""

    items: list[ChainTicketOut]
    business_minutes: int
    hours: float
    running: bool


class MergeInto(Body):
    into: Annotated[int, Field(ge=1, le=MAX_KEY, description="id of the ticket that lives on")]


class Split(Body):
    """`from_action` is the message to begin with; without a subject the new ticket has the old one's."""

    from_action: RecordId
    subject: Subject = ""


class FollowOn(Body):
    """Without a subject the new ticket has the old one's."""

    subject: Subject = ""
    body: Text = ""


class NewProblem(Body):
    incidents: Annotated[list[RecordId], Field(min_length=1, max_length=offspring.MOST_INCIDENTS)]
    subject: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    body: Text = ""


class ResolveTogether(Body):
    """What becomes of open children and incidents: resolved too, told by reply or note, or left alone."""

    resolution: Text
    members: Annotated[str, Field(json_schema_extra={"enum": list(CHOICES)})]


class MemberOut(BaseModel):
    ticket_id: int
    done: bool
    reasons: list[str]


class ResolvedOut(BaseModel):
    members: list[MemberOut]


@router.get("/{key}/links")
def list_links(api: Api, key: TicketKey) -> LinksOut:
    """The links to tickets that the caller may see."""
    with api.db.read() as session:
        return LinksOut(items=[_link(view) for view in related.links(session, api.viewer, ticket_id(key))])


@router.post("/{key}/links", status_code=201)
def link(api: Api, key: TicketKey, body: NewLink) -> LinkOut:
    """Saying it twice changes nothing."""
    number = ticket_id(key)
    with api.db.work() as w:
        made = links.link(w, api.viewer, number, body.relation, body.ticket)
        _seen(api, w)
        return next(_link(v) for v in related.links(w.session, api.viewer, number) if v.id == made.id)


@router.delete("/{key}/links/{link_id}", status_code=_WITHOUT_BODY)
def unlink(api: Api, key: TicketKey, link_id: Key) -> None:
    with api.db.work() as w:
        links.unlink(w, api.viewer, ticket_id(key), link_id)
        _seen(api, w)


@router.get("/{key}/chain")
def get_chain(api: Api, key: TicketKey) -> ChainOut:
    """The chain of tickets that grew out of each other, with how long each took and all together."""
    with api.db.read() as session:
        found = related.chain(session, api.viewer, ticket_id(key), api.now)
    items = [
        ChainTicketOut(
            ticket=_other(entry.ticket),
            created_at=entry.created_at,
            resolved_at=entry.resolved_at,
            business_minutes=int(entry.business.total_seconds() // 60),
            hours=round(entry.plain.total_seconds() / 3600, 2),
        )
        for entry in found.tickets
    ]
    minutes, hours = int(found.business.total_seconds() // 60), round(found.plain.total_seconds() / 3600, 2)
    return ChainOut(items=items, business_minutes=minutes, hours=hours, running=found.running)


@router.post("/{key}/follow-ons", status_code=201, responses=documented.TICKET_201)
def follow_on(api: Api, key: TicketKey, body: FollowOn) -> Response:
    """A new ticket out of this one: the same customer, user, site and type, the first message quoted, chained to it."""
    with api.db.work() as w:
        new = offspring.follow_on(w, api.viewer, ticket_id(key), subject=body.subject, body=body.body)
        return _ticket(api, w, new.id, 201)


@router.post("/{key}/split", status_code=201, responses=documented.TICKET_201)
def split(api: Api, key: TicketKey, body: Split) -> Response:
    """Moves a message, and what was said after it, to a new ticket, which is the answer."""
    with api.db.work() as w:
        new = offspring.split_off(w, api.viewer, ticket_id(key), body.from_action, subject=body.subject)
        return _ticket(api, w, new.id, 201)


@router.post("/{key}/unsplit", responses=documented.TICKET)
def unsplit(api: Api, key: TicketKey) -> Response:
    """Takes back that this ticket was split off; the answer is the ticket that has its words again."""
    with api.db.work() as w:
        return _ticket(api, w, splitting.undo_split(w, api.viewer, ticket_id(key)))


@router.post("/{key}/merge", responses=documented.TICKET)
def merge(api: Api, key: TicketKey, body: MergeInto) -> Response:
    """Merges this ticket into another; the answer is the ticket that lives on. Merging twice changes nothing."""
    with api.db.work() as w:
        made = merging.merge(w, api.viewer, ticket_id(key), body.into)
        return _ticket(api, w, made.target_id)


@router.post("/{key}/unmerge", responses=documented.TICKET)
def unmerge(api: Api, key: TicketKey) -> Response:
    """Takes back where this ticket was merged into; the answer is this ticket as it was."""
    with api.db.work() as w:
        merging.undo_merge(w, api.viewer, ticket_id(key))
        return _ticket(api, w, ticket_id(key))


@router.post("/{key}/resolve-together")
def resolve_together(api: Api, key: TicketKey, body: ResolveTogether, if_match: IfMatch = None) -> ResolvedOut:
    """Resolves a parent or problem with everything open below it, as chosen; a member that refuses is reported."""
    with api.db.work() as w:
        results = members.resolve_with_members(
            w,
            api.viewer,
            ticket_id(key),
            resolution=body.resolution,
            members=body.members,
            expected_version=version_of(if_match),
        )
        _seen(api, w)
        return ResolvedOut(members=_members(results))


@router.post("/problems", status_code=201, responses=documented.TICKET_201)
def open_problem(api: Api, body: NewProblem) -> Response:
    """A problem ticket behind several incidents, which it is the cause of from now on."""
    with api.db.work() as w:
        problem = offspring.problem_behind(w, api.viewer, body.incidents, subject=body.subject, body=body.body)
        return _ticket(api, w, problem.id, 201)


def _ticket(api: ApiContext, w: Work, number: int, status: int = 200) -> Response:
    w.session.flush()
    view = ticket_view(w.session, api.viewer, number)
    _seen(api, w)
    return ExactJson(shapes.ticket(view), status_code=status, headers={"etag": f'"{view.version}"'})


def _seen(api: ApiContext, w: Work) -> None:
    w.after_commit(api.desk.live.look_now)


def _link(view: related.LinkView) -> LinkOut:
    return LinkOut(
        id=view.id, relation=view.relation, words=view.words, ticket=_other(view.ticket), by=view.by, at=view.at
    )


def _other(other: related.Other) -> OtherOut:
    return OtherOut(
        id=other.id,
        number=other.number,
        subject=other.subject,
        state=other.state,
        status=other.status,
        customer=other.customer,
    )


def _members(results: Sequence[members.MemberResult]) -> list[MemberOut]:
    return [MemberOut(ticket_id=r.ticket_id, done=r.done, reasons=list(r.reasons)) for r in results]
