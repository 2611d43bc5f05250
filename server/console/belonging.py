"""What an agent does on the ticket page with a ticket and others: link, merge, split, put aside, mark as spam."""

from datetime import datetime

from starlette.responses import Response

from core_psa.db import Work
from core_psa.desk import links, members, merging, snooze, spam, splitting
from core_psa.errors import FieldError, Invalid
from core_psa.intake import offspring
from core_psa.intake.senders import actions as senders
from server.console.forms import Form, Posted
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.ticket_changes import attempt
from server.console.ticket_key import Key, TicketKey

router = page_router("/tickets/{key}")


@router.post("/links")
def link(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        links.link(w, visit.viewer, int(key), form.text("relation"), _other(form, "ticket"))

    return attempt(visit, int(key), form, "links", change, checked=False)


@router.post("/links/{link_id}/remove")
def unlink(key: TicketKey, link_id: Key, form: Posted, visit: Console) -> Response:
    return attempt(
        visit, int(key), form, "links", lambda w: links.unlink(w, visit.viewer, int(key), link_id), checked=False
    )


@router.post("/merge")
def merge(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        merging.merge(w, visit.viewer, int(key), _other(form, "into"))

    return attempt(visit, int(key), form, "head", change)


@router.post("/unmerge")
def unmerge(key: TicketKey, form: Posted, visit: Console) -> Response:
    return attempt(visit, int(key), form, "head", lambda w: merging.undo_merge(w, visit.viewer, int(key)))


@router.post("/split")
def split(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Leads to the new ticket."""

    def change(w: Work) -> str:
        new = offspring.split_off(
            w, visit.viewer, int(key), form.number("from") or 0, subject=form.text("subject").strip()
        )
        w.after_commit(visit.desk.wake)
        return f"/tickets/{new.id}"

    return attempt(visit, int(key), form, "head", change)


@router.post("/unsplit")
def unsplit(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Leads to where the words are again."""

    def change(w: Work) -> str:
        return f"/tickets/{splitting.undo_split(w, visit.viewer, int(key))}"

    return attempt(visit, int(key), form, "head", change)


@router.post("/follow-on")
def follow_on(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Leads to the new ticket."""

    def change(w: Work) -> str:
        new = offspring.follow_on(
            w, visit.viewer, int(key), subject=form.text("subject").strip(), body=form.text("body")
        )
        w.after_commit(visit.desk.wake)
        return f"/tickets/{new.id}"

    return attempt(visit, int(key), form, "head", change, checked=False)


@router.post("/snooze")
def put_aside(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        linked = _other(form, "linked") if form.text("linked").strip() else None
        snooze.snooze(
            w,
            visit.viewer,
            int(key),
            until=_until(visit, form),
            on_reply=bool(form.text("on_reply")),
            linked_id=linked,
            note=form.text("note").strip(),
        )

    return attempt(visit, int(key), form, "head", change)


@router.post("/wake")
def wake(key: TicketKey, form: Posted, visit: Console) -> Response:
    return attempt(visit, int(key), form, "head", lambda w: snooze.wake(w, visit.viewer, int(key)), checked=False)


@router.post("/spam")
def mark_spam(key: TicketKey, form: Posted, visit: Console) -> Response:
    """With the sender blocked, if that was asked for."""

    def change(w: Work) -> None:
        spam.mark_spam(w, visit.viewer, int(key), form.text("reason", "spam"))
        if sender := form.text("block").strip():
            senders.block(w, visit.viewer, sender=sender, note=f"ticket {int(key):07d}")

    return attempt(visit, int(key), form, "head", change)


@router.post("/not-spam")
def not_spam(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        senders.take_back(w, visit.viewer, int(key))
        w.after_commit(visit.desk.wake)

    return attempt(visit, int(key), form, "head", change)


@router.post("/together")
def resolve_together(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        results = members.resolve_with_members(
            w, visit.viewer, int(key), resolution=form.text("resolution"), members=form.text("members")
        )
        # Here a person looks on: what refuses is said, and nothing is done by halves.
        if refused := [r for r in results if not r.done]:
            raise Invalid(*(FieldError(f"ticket {r.ticket_id:07d}", "; ".join(r.reasons)) for r in refused))

    return attempt(visit, int(key), form, "links", change)


def _other(form: Form, name: str) -> int:
    """A ticket's number as people write it. Raises Invalid."""
    written = form.text(name).strip().removeprefix("#")
    if not (written.isascii() and written.isdecimal() and 0 < len(written) <= 18):
        raise Invalid(FieldError(name, "must be the number of a ticket"))
    return int(written)


def _until(visit: Visit, form: Form) -> datetime | None:
    """A date and time by the agent's own clock. Raises Invalid."""
    written = form.text("until").strip()
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=visit.zone)
    except ValueError:
        raise Invalid(FieldError("until", "must be a date and a time")) from None
