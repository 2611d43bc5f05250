"""Tickets that are resolved together: a parent's children, and the incidents behind which stands one problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.errors import ActionRefused, DomainError, FieldError, Invalid
from core_psa.tickets.relations import store
from core_psa.viewer import Viewer

Choice = Literal["resolve", "reply", "note", "leave"]
CHOICES: tuple[str, ...] = get_args(Choice)


@dataclass(frozen=True)
class MemberResult:
    """What became of one member; `reasons` say why nothing did."""

    ticket_id: int
    done: bool
    reasons: tuple[str, ...] = ()


def resolve_with_members(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    resolution: str,
    members: str,
    status_id: int | None = None,
    expected_version: int | None = None,
) -> Sequence[MemberResult]:
    """Resolves the ticket, and with it everything open below it as chosen.

    Members are resolved with the same words, told them in a reply or a note, or left alone. Each is validated by itself:
    one that refuses is reported and stays as it was.
    """
    if members not in CHOICES:
        raise Invalid(FieldError("members", f"'{members[:100]}' is not a choice", CHOICES))
    below = [] if members == "leave" else store.open_members(w.session, ticket_id)
    results = [_attempt(w, viewer, member, resolution, members, status_id) for member in below]
    desk.resolve(w, viewer, ticket_id, resolution=resolution, status_id=status_id, expected_version=expected_version)
    return results


def _attempt(w: Work, viewer: Viewer, member_id: int, words: str, choice: str, status_id: int | None) -> MemberResult:
    try:
        with w.session.begin_nested():
            _act(w, viewer, member_id, words, choice, status_id)
    except ActionRefused as refused:
        return MemberResult(member_id, done=False, reasons=refused.reasons)
    except DomainError as error:
        return MemberResult(member_id, done=False, reasons=(str(error),))
    return MemberResult(member_id, done=True)


def _act(w: Work, viewer: Viewer, member_id: int, words: str, choice: str, status_id: int | None) -> None:
    if choice == "resolve":
        desk.resolve(w, viewer, member_id, resolution=words, status_id=status_id)
    elif choice == "reply":
        desk.reply(w, viewer, member_id, body=words)
    else:
        desk.note(w, viewer, member_id, body=words)
