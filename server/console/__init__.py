"""The agents' pages: server-rendered, refreshed in parts by htmx, told of changes over one WebSocket a tab.

Doors: `routes.install` adds everything to the application; `session.Console` is what every page gets (who is looking,
and that an unsafe request is really theirs). A page asks `core_psa.reads` for what it shows and `core_psa.desk`,
`core_psa.suggestions` or `core_psa.intake` for what it does; it never changes a ticket itself, never runs a model
while it is drawn (the preview of a new ticket is asked for by a click), and works without JavaScript.
"""
