"""Everything the console adds to the application."""

from fastapi import FastAPI

from server.console import (
    account,
    action_settings,
    administration_page,
    agents,
    agreements,
    aids,
    api_keys,
    approve,
    attachments,
    audit_log,
    background_work,
    belonging,
    blocked_senders,
    bulk,
    calendars,
    configuration,
    contacts,
    customers,
    dispatch,
    equipment,
    following,
    going_live,
    home,
    identity_providers,
    knowledge,
    live_socket,
    modes,
    new_ticket,
    panel,
    phrases,
    pop_ups,
    problem,
    queue,
    recurring,
    reports,
    roles,
    routing,
    saved_views,
    search,
    sign_in,
    sign_in_elsewhere,
    silence,
    sla_policies,
    suppliers,
    teams,
    ticket,
    ticket_changes,
    workflows,
)
from server.console.error_pages import error_page, http_error_page, wants_page
from server.console.notices import choices, inbox, outbox, texts
from server.console.static_files import VersionedFiles
from server.console.views import STATIC
from server.guesses import Guesses

__all__ = ["error_page", "http_error_page", "install", "wants_page"]

# The new ticket before the ticket: "new" is not a number, but the first route that fits answers.
ROUTERS = (
    sign_in.router,
    sign_in_elsewhere.router,
    approve.router,
    account.router,
    home.router,
    background_work.router,
    saved_views.router,
    dispatch.router,
    bulk.router,
    queue.router,
    search.router,
    new_ticket.router,
    ticket.router,
    ticket_changes.router,
    panel.router,
    pop_ups.router,
    attachments.router,
    aids.router,
    following.router,
    reports.router,
    inbox.router,
    choices.router,
    outbox.router,
    texts.router,
    knowledge.router,
    phrases.router,
    equipment.router,
    belonging.router,
    problem.router,
    modes.router,
    agents.router,
    teams.router,
    workflows.router,
    action_settings.router,
    customers.router,
    contacts.router,
    suppliers.router,
    administration_page.router,
    roles.router,
    routing.router,
    api_keys.router,
    identity_providers.router,
    audit_log.router,
    configuration.router,
    going_live.router,
    calendars.router,
    sla_policies.router,
    agreements.router,
    recurring.router,
    silence.router,
    blocked_senders.router,
    live_socket.router,
)


def install(app: FastAPI) -> None:
    """Adds the pages, their WebSocket and their static files."""
    app.state.guesses = Guesses()
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", VersionedFiles(directory=STATIC), name="static")
