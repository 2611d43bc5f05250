"""Where documentation of customers and their assets stands, over the API."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from core_psa.assets import remote_actions, store
from core_psa.db.fields import MAX_KEY, MAX_NAME
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
    listed,
)
from server.api.router import api_router

router = api_router("assets")

Address = Annotated[str, Field(max_length=MAX_NAME, examples=["https://docs.example.com/larkfield"])]


class DocumentChange(Body):
    """Fields left out stay as they are. An address that lets somebody in is refused."""

    asset_id: RecordId | None = NOT_GIVEN
    label: Name = NOT_GIVEN
    url: Address = NOT_GIVEN
    note: Text = NOT_GIVEN


class NewDocument(DocumentChange):
    label: Name
    url: Address


class DocumentOut(Record):
    id: int
    customer_id: int
    asset_id: int | None
    label: str
    url: str
    note: str


@router.get("/customers/{customer_id}/documents")
def list_documents(
    api: Api,
    customer_id: Key,
    asset: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Listed[DocumentOut]:
    """Where documentation stands, of the customer or of one of its assets."""
    with api.db.read() as session:
        page = store.document_page(session, api.viewer, cursor, limit, customer_id=customer_id, asset_id=asset)
        return listed(page, DocumentOut.of)


@router.post("/customers/{customer_id}/documents", status_code=201)
def create_document(api: Api, customer_id: Key, body: NewDocument) -> DocumentOut:
    with api.db.work() as w:
        return DocumentOut.of(remote_actions.create_document(w, api.viewer, customer_id, **body.given()))


@router.patch("/documents/{link_id}")
def change_document(api: Api, link_id: Key, body: DocumentChange) -> DocumentOut:
    with api.db.work() as w:
        return DocumentOut.of(remote_actions.update_document(w, api.viewer, link_id, **body.given()))


@router.delete("/documents/{link_id}", status_code=204)
def remove_document(api: Api, link_id: Key) -> None:
    with api.db.work() as w:
        remote_actions.remove_document(w, api.viewer, link_id)
