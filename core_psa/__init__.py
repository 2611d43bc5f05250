"""The ticket store: organisation, customers, tickets, their clocks and everything people decide about them.

Doors, from the outside in: `intake.receive` opens tickets, `desk` is the only way to change one, `reads` answers the
pages, one function per screen; `db.Database` gives the transaction all of them run in.

Every folder keeps the same few files: `tables` (mapped classes), `rules` (pure decisions), `store` (queries),
`actions` (what happens, in order, inside one transaction). Nothing here knows HTTP, a model or a vector index.
"""
