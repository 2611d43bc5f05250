"""Canned answers and call scripts over the API."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from core_psa.knowledge import canned_actions, canned_store, script_actions
from core_psa.knowledge.rules import PLACEHOLDERS, SCOPES
from core_psa.knowledge.script_rules import ANSWERS
from core_psa.knowledge.tables import CallScript
from core_psa.reads.article_page import ready_answers
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
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
    listed,
)
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("knowledge")

Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]
Gapped = Annotated[Text, Field(description="may hold " + ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS))]
Questions = Annotated[
    list[dict[str, Any]],
    Field(
        max_length=200,
        description="each {text, answer, options: [{label, questions}], key?}; answer is one of " + ", ".join(ANSWERS),
    ),
]


class CannedChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    body: Gapped = NOT_GIVEN
    scope: Scope = NOT_GIVEN
    team_id: RecordId | None = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewCanned(CannedChange):
    name: Name
    body: Gapped


class CannedOut(Record):
    id: int
    name: str
    body: str
    scope: str
    agent_id: int | None
    team_id: int | None
    active: bool
    updated_at: AwareDatetime


class ReadyOut(Record):
    """`text` is the answer with the ticket's facts; a fact the ticket lacks stays as [its name]."""

    id: int
    name: str
    scope: str
    text: str


class ScriptChange(Body):
    """Fields left out stay as they are; other questions make another version."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    active: bool = NOT_GIVEN
    questions: Questions = NOT_GIVEN


class NewScript(ScriptChange):
    name: Name
    questions: Questions


class ScriptRow(Record):
    id: int
    name: str
    description: str
    active: bool
    version: int
    updated_at: AwareDatetime


class ScriptOut(ScriptRow):
    questions: list[dict[str, Any]]


class ScriptVersionOut(Record):
    version: int
    author: str
    at: AwareDatetime
    questions: list[dict[str, Any]]


@router.get("/canned-answers")
def list_canned(api: Api, wanted: Wanted) -> Listed[CannedOut]:
    """Those the caller may use or keep."""
    return wanted.page(api, canned_store.canned_page, CannedOut.of)


@router.post("/canned-answers", status_code=201)
def create_canned(api: Api, body: NewCanned) -> CannedOut:
    with api.db.work() as w:
        return CannedOut.of(canned_actions.create_canned(w, api.viewer, **body.given()))


@router.get("/canned-answers/{answer_id}")
def get_canned(api: Api, answer_id: Key) -> CannedOut:
    with api.db.read() as session:
        return CannedOut.of(canned_store.canned_answer(session, api.viewer, answer_id))


@router.patch("/canned-answers/{answer_id}")
def change_canned(api: Api, answer_id: Key, body: CannedChange) -> CannedOut:
    with api.db.work() as w:
        return CannedOut.of(canned_actions.update_canned(w, api.viewer, answer_id, **body.given()))


@router.get("/tickets/{key}/canned-answers")
def list_ready(api: Api, key: TicketKey) -> Listed[ReadyOut]:
    """The caller's canned answers as they would read on this ticket."""
    with api.db.read() as session:
        rows = ready_answers(session, api.viewer, ticket_id(key))
    return Listed(items=[ReadyOut(id=r.id, name=r.name, scope=r.scope, text=r.text) for r in rows], next_cursor=None)


@router.get("/call-scripts")
def list_scripts(api: Api, wanted: Wanted) -> Listed[ScriptRow]:
    return wanted.page(api, script_actions.script_page, ScriptRow.of)


@router.post("/call-scripts", status_code=201)
def create_script(api: Api, body: NewScript) -> ScriptOut:
    with api.db.work() as w:
        given = body.given()
        row = script_actions.create_script(w, api.viewer, given.pop("questions"), **given)
        return _script(w.session, api.viewer, row)


@router.get("/call-scripts/{script_id}")
def get_script(api: Api, script_id: Key) -> ScriptOut:
    with api.db.read() as session:
        return _script(session, api.viewer, script_actions.script(session, api.viewer, script_id))


@router.patch("/call-scripts/{script_id}")
def change_script(api: Api, script_id: Key, body: ScriptChange) -> ScriptOut:
    with api.db.work() as w:
        given = body.given()
        row = script_actions.update_script(w, api.viewer, script_id, given.pop("questions", None), **given)
        return _script(w.session, api.viewer, row)


@router.get("/call-scripts/{script_id}/versions")
def list_script_versions(
    api: Api, script_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT
) -> Listed[ScriptVersionOut]:
    with api.db.read() as session:
        return listed(
            script_actions.script_versions(session, api.viewer, script_id, cursor, limit), ScriptVersionOut.of
        )


def _script(session: Session, viewer: Viewer, row: CallScript) -> ScriptOut:
    return ScriptOut.of(row, questions=script_actions.questions_of(session, viewer, row.id))
