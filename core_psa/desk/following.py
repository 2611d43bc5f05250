"""Watching tickets and keeping favourites. Following changes nothing about a ticket; letting somebody else follow does."""

from collections.abc import Sequence

from core_psa.db import Work
from core_psa.desk.changes import apply
from core_psa.errors import FieldError, Forbidden, Invalid
from core_psa.following import actions, store
from core_psa.following.rules import mentions
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


def watch(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """The viewer watches from now on."""
    ticket = tickets.get(w.session, viewer, ticket_id)
    if viewer.kind == "user":
        actions.add(w, ticket.id, users=[viewer.id or 0])
    else:
        actions.add(w, ticket.id, agents=[_agent(viewer)])


def unwatch(w: Work, viewer: Viewer, ticket_id: int) -> None:
    actions.remove_agent(w, tickets.get(w.session, viewer, ticket_id).id, _agent(viewer))


def keep(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """Puts the ticket among the viewer's favourites."""
    actions.keep(w, _agent(viewer), tickets.get(w.session, viewer, ticket_id).id)


def drop(w: Work, viewer: Viewer, ticket_id: int) -> None:
    actions.drop(w, _agent(viewer), tickets.get(w.session, viewer, ticket_id).id)


def keep_for(w: Work, viewer: Viewer, ticket_id: int, agent_id: int) -> None:
    """Puts the ticket among an agent's favourites, for a program that works for them. Raises Invalid for one who may not
    see it."""
    ticket = _for_change(w, viewer, ticket_id)
    _must_see(w, ticket, {agent_id})
    actions.keep(w, agent_id, ticket.id)


def drop_for(w: Work, viewer: Viewer, ticket_id: int, agent_id: int) -> None:
    actions.drop(w, agent_id, _for_change(w, viewer, ticket_id).id)


def _agent(viewer: Viewer) -> int:
    if viewer.agent_id is None:
        raise Forbidden("being an agent")
    return viewer.agent_id


def let_watch(
    w: Work, viewer: Viewer, ticket_id: int, *, agents: Sequence[int] = (), addresses: Sequence[str] = ()
) -> None:
    """Lets others watch. Raises Invalid for an agent who may not see the ticket."""
    ticket = _for_change(w, viewer, ticket_id)
    _must_see(w, ticket, set(agents))
    before = _names(w, ticket_id)
    actions.add(w, ticket_id, agents=agents)
    actions.add_addresses(w, ticket_id, addresses)
    _tell(w, viewer, ticket, before)


def _must_see(w: Work, ticket: Ticket, agent_ids: set[int]) -> None:
    blind = agent_ids - tickets.agents_who_see(w.session, ticket, agent_ids)
    if blind:
        raise Invalid(*(FieldError("agent", f"agent {agent_id} may not see this ticket") for agent_id in sorted(blind)))


def stop_watching(w: Work, viewer: Viewer, ticket_id: int, watcher_id: int) -> None:
    """Takes somebody off the watchers."""
    ticket = _for_change(w, viewer, ticket_id)
    before = _names(w, ticket_id)
    actions.remove(w, ticket_id, watcher_id)
    _tell(w, viewer, ticket, before)


def _for_change(w: Work, viewer: Viewer, ticket_id: int) -> Ticket:
    ticket = tickets.for_change(w.session, viewer, ticket_id)
    viewer.require("tickets.edit")
    return ticket


def _names(w: Work, ticket_id: int) -> list[str]:
    return [watching.name for watching in store.watchers(w.session, ticket_id)]


def _tell(w: Work, viewer: Viewer, ticket: Ticket, before: list[str]) -> None:
    after = _names(w, ticket.id)
    if before != after:
        apply(w, viewer, ticket, "watchers", facts={"watchers": [before, after]})


def mentioned_in(w: Work, ticket: Ticket, body: str) -> dict[str, list[object]]:
    """The fact that people were mentioned, for the entry of what was written; agents who may not see the ticket are not."""
    if "@" not in body:
        return {}
    found = mentions(body, store.people(w.session))
    seeing = tickets.agents_who_see(w.session, ticket, {mention.person for mention in found}, "tickets.see_notes")
    told = [{"id": mention.person, "name": mention.text} for mention in found if mention.person in seeing]
    return {"mentions": [None, told]} if told else {}
