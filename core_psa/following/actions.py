"""Starting and ceasing to follow a ticket. Doing either twice does nothing."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from core_psa.db import Work
from core_psa.db.records import save
from core_psa.following import store
from core_psa.following.rules import addresses
from core_psa.following.tables import Favourite, Watcher


def add(
    w: Work,
    ticket_id: int,
    *,
    agents: Collection[int] = (),
    users: Collection[int] = (),
    bare: Collection[str] = (),
) -> bool:
    """Lets these watch the ticket; whether anybody is new."""
    there = w.session.execute(
        select(Watcher.agent_id, Watcher.user_id, Watcher.address).where(Watcher.ticket_id == ticket_id)
    ).all()
    rows = [(a, None, None) for a in agents] + [(None, u, None) for u in users] + [(None, None, b) for b in bare]
    fresh = [row for row in dict.fromkeys(rows) if row not in [tuple(known) for known in there]]
    save(
        w.session,
        *(Watcher(ticket_id=ticket_id, agent_id=a, user_id=u, address=b, since=w.now) for a, u, b in fresh),
    )
    return bool(fresh)


def add_addresses(w: Work, ticket_id: int, given: Sequence[str]) -> bool:
    """Lets whoever was copied watch the ticket: an agent or a user where the address is theirs, else the bare address."""
    copied = addresses(given)
    agents, users = store.owners_of(w.session, copied)
    bare = [address for address in copied if address not in agents and address not in users]
    return add(w, ticket_id, agents=agents.values(), users=users.values(), bare=bare)


def remove(w: Work, ticket_id: int, watcher_id: int) -> None:
    w.session.execute(delete(Watcher).where(Watcher.ticket_id == ticket_id, Watcher.id == watcher_id))


def remove_agent(w: Work, ticket_id: int, agent_id: int) -> None:
    w.session.execute(delete(Watcher).where(Watcher.ticket_id == ticket_id, Watcher.agent_id == agent_id))


def keep(w: Work, agent_id: int, ticket_id: int) -> None:
    if w.session.get(Favourite, (agent_id, ticket_id)) is None:
        save(w.session, Favourite(agent_id=agent_id, ticket_id=ticket_id, since=w.now))


def drop(w: Work, agent_id: int, ticket_id: int) -> None:
    w.session.execute(delete(Favourite).where(Favourite.agent_id == agent_id, Favourite.ticket_id == ticket_id))
