"""Service levels: business time, what is promised to whom, and clocks that show their arithmetic.

Business time: `rules` compiles a calendar and answers how much of it lies between two instants and when a budget is used
up; `store` and `actions` keep calendars, each in all its versions; `choice` is for those who ask about many at once.

Promises: `policy_rules`, `policy_store` and `policy_actions` keep policies; `policy_choice` says which one counts, and
`agreement_actions` and `owner_actions` save the agreements, customers and teams that it asks.

Clocks: `clocks` is one clock and its ledger, `promises` what a ticket's three do when something happens, both pure.
`clock_actions` has the doors: `follow`, `review` and `catch_up`, called by the desk with plain facts, for nothing here
knows tickets; `unwinding` puts clocks back when what moved them is taken back. `what_if` walks the same road without writing; `ledger` is how people read it.
"""
