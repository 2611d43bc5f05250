"""Keeping files, making them part of a message, and cleaning up what nobody holds any more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from core_psa.attachments import store
from core_psa.attachments.files import Files, Received
from core_psa.attachments.tables import Attachment, StoredFile
from core_psa.db import Work
from core_psa.db.full_text import on_sqlite
from core_psa.db.records import save
from core_psa.errors import FieldError, Invalid
from core_psa.viewer import Viewer

# What was sent and never became part of a message: somebody may still be writing it.
STAGED_FOR = timedelta(days=1)
# A content without an attachment may belong to a transaction that has not ended.
ORPHAN_AFTER = timedelta(hours=1)
_AT_ONCE = 500
_COPIED = ("sha256", "name", "size", "look", "media_type", "public", "by_kind", "by_id", "by", "at")


def stage(w: Work, viewer: Viewer, ticket_id: int, files: Files, file: Received) -> Attachment:
    """Keeps the content and remembers who sent it for which ticket."""
    _want(w, file)
    files.keep(file)
    row = Attachment(
        ticket_id=ticket_id,
        sha256=file.sha256,
        name=file.name,
        size=file.size,
        look=file.look.kind,
        media_type=file.look.media_type,
        public=False,
        by_kind=viewer.kind,
        by_id=viewer.id,
        by=viewer.name,
        at=w.now,
    )
    save(w.session, row)
    return row


def _want(w: Work, file: Received) -> None:
    """The row first: whoever cleans up waits for it, or has finished before the content is put in its place."""
    values = {"sha256": file.sha256, "size": file.size, "wanted_at": w.now}
    insert = sqlite.insert if on_sqlite(w.session) else postgresql.insert
    written = insert(StoredFile).values(values)
    w.session.execute(written.on_conflict_do_update(index_elements=[StoredFile.sha256], set_={"wanted_at": w.now}))


def attach(
    w: Work, viewer: Viewer, ticket_id: int, action_id: int, attachment_ids: Collection[int], *, public: bool
) -> Sequence[Attachment]:
    """Makes files that this viewer has staged part of a message. Raises Invalid naming those that are not theirs to attach."""
    rows = store.staged(w.session, viewer, ticket_id, attachment_ids)
    if missing := sorted(set(attachment_ids) - {row.id for row in rows}):
        raise Invalid(*(FieldError("attachments", f"there is no file {i} waiting for this message") for i in missing))
    for row in rows:
        row.action_id, row.public = action_id, public
    save(w.session, *rows)
    return rows


def copy_to(w: Work, ticket_id: int, messages: Mapping[int, int]) -> None:
    """Hangs the files of some messages (original: copy) on their copies on another ticket too; no content is kept twice."""
    for row in store.of_messages(w.session, messages):
        kept = {name: getattr(row, name) for name in _COPIED}
        w.session.add(Attachment(ticket_id=ticket_id, action_id=messages[row.action_id or 0], **kept))
    w.session.flush()


def move_to(w: Work, ticket_id: int, action_ids: Collection[int]) -> None:
    """Files go along with their messages to another ticket."""
    for row in store.of_messages(w.session, action_ids):
        row.ticket_id = ticket_id
    w.session.flush()


def drop(w: Work, action_ids: Collection[int]) -> None:
    """Takes the files off messages that are about to go; contents stay while anything else holds them."""
    for row in store.of_messages(w.session, action_ids):
        w.session.delete(row)
    w.session.flush()


def clean(w: Work, files: Files) -> int:
    """Forgets what was staged long ago and removes contents that nothing points to; returns how many of these went."""
    late = (Attachment.action_id.is_(None), Attachment.at < w.now - STAGED_FOR)
    w.session.execute(delete(Attachment).where(*late))
    held = exists().where(Attachment.sha256 == StoredFile.sha256)
    orphaned = (StoredFile.wanted_at < w.now - ORPHAN_AFTER, ~held)
    found = w.session.scalars(select(StoredFile.sha256).where(*orphaned).limit(_AT_ONCE)).all()
    # Asked again while deleting: somebody may have sent the same content meanwhile.
    gone = delete(StoredFile).where(StoredFile.sha256.in_(found), *orphaned).returning(StoredFile.sha256)
    removed = w.session.scalars(gone.execution_options(synchronize_session=False)).all()
    for sha256 in removed:
        files.remove(sha256)
    return len(removed)
