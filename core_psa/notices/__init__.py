"""Who is told what: notifications on the pages, mails in the outbox, their templates, and what each agent wants to hear.

One door: `actions.tell(w, event, ticket_id, facts, agents=…, users=…)` writes rows in the caller's transaction, so that
what is told is told exactly if it happened. `events` lists what can be told of, `wording` the texts a new desk starts
with. Nothing here sends: the worker takes mails from the outbox through `outbox`. A ticket is known by its number
alone; whatever else is to be said about it comes as plain facts.
"""
