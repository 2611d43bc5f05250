"""Watchers that a ticket gets by what happens to it, rather than by somebody's hand."""

from collections.abc import Collection

from core_psa.db import Work
from core_psa.following import actions
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket


def add_watchers(w: Work, ticket: Ticket, agents: Collection[int]) -> None:
    """Has these agents watch, but for those beyond their wall. Twice is as good as once."""
    actions.add(w, ticket.id, agents=sorted(store.agents_who_see(w.session, ticket, set(agents))))
