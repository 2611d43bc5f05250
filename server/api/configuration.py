"""The desk's configuration over the API: taken out, compared, brought in, and gone back in."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from core_psa.configuration import store, versions
from core_psa.configuration.importing import Outcome
from core_psa.configuration.rules import Difference
from server.api.deps import Api
from server.api.models import DEFAULT, Body, Cursor, Key, Limit, Listed, Record, Text, listed
from server.api.router import api_router

router = api_router("configuration")


class DocumentBody(Body):
    """What an export gave, here or on another desk. Kinds that are left out are left alone."""

    format: int
    configuration: dict[str, list[dict[str, Any]]]
    note: Annotated[Text, Field(description="why, for the history")] = ""

    @property
    def document(self) -> dict[str, Any]:
        return {"format": self.format, "configuration": self.configuration}


class NoteBody(Body):
    note: Text = ""


class ChangeOut(BaseModel):
    """One record: `state` is added, changed or removed; `changes` maps a column to its value before and after."""

    kind: str
    key: list[Any]
    state: str
    changes: dict[str, list[Any]]

    @classmethod
    def of(cls, difference: Difference) -> "ChangeOut":
        changes = {name: list(pair) for name, pair in difference.changes.items()}
        return cls(kind=difference.kind, key=list(difference.key), state=difference.state, changes=changes)


class OutcomeOut(BaseModel):
    """What an import does, or did. `staying` is what the document does not name and the desk cannot let go of."""

    changes: list[ChangeOut]
    staying: list[ChangeOut]
    version: int | None = None

    @classmethod
    def of(cls, outcome: Outcome, version: int | None = None) -> "OutcomeOut":
        changes, staying = ([ChangeOut.of(d) for d in found] for found in (outcome.changes, outcome.staying))
        return cls(changes=changes, staying=staying, version=version)


class VersionOut(Record):
    """The configuration as it stood once; `reason` is kept, imported, rolled back or before an import."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    reason: str
    note: str


class WholeVersionOut(VersionOut):
    document: dict[str, Any]


@router.get("/configuration")
def read_configuration(api: Api) -> dict[str, Any]:
    """Everything administrators have arranged, with names instead of ids; without people, customers, tickets and secrets."""
    with api.db.read() as session:
        return dict(store.document(session, api.viewer))


@router.post("/configuration/check")
def check_configuration(api: Api, body: DocumentBody) -> OutcomeOut:
    """A dry run: what an import would do. Nothing is changed; 422 names each record and field that stands in the way."""
    return OutcomeOut.of(versions.try_out(api.db, api.viewer, body.document))


@router.post("/configuration/import")
def import_configuration(api: Api, body: DocumentBody) -> OutcomeOut:
    """All of it or nothing. What was before is kept as a version."""
    with api.db.work() as w:
        row, outcome = versions.import_document(w, api.viewer, body.document, body.note)
    return OutcomeOut.of(outcome, row.id)


@router.get("/configuration/versions")
def list_versions(api: Api, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[VersionOut]:
    """The newest first."""
    with api.db.read() as session:
        return listed(versions.version_page(session, api.viewer, cursor, limit), VersionOut.of)


@router.post("/configuration/versions", status_code=201)
def keep_version(api: Api, body: NoteBody) -> VersionOut:
    """A save point: the configuration as it is now."""
    with api.db.work() as w:
        return VersionOut.of(versions.keep(w, api.viewer, body.note))


@router.get("/configuration/versions/{version_id}")
def read_version(api: Api, version_id: Key) -> WholeVersionOut:
    with api.db.read() as session:
        return WholeVersionOut.of(versions.version(session, api.viewer, version_id))


@router.post("/configuration/versions/{version_id}/check")
def check_going_back(api: Api, version_id: Key) -> OutcomeOut:
    """A dry run: what going back to this version would do."""
    return OutcomeOut.of(versions.try_going_back(api.db, api.viewer, version_id))


@router.post("/configuration/versions/{version_id}/roll-back")
def roll_back(api: Api, version_id: Key, body: NoteBody) -> OutcomeOut:
    """Makes the configuration what it was then. What was before is kept as a version."""
    with api.db.work() as w:
        row, outcome = versions.go_back(w, api.viewer, version_id, body.note)
    return OutcomeOut.of(outcome, row.id)
