"""Where a new ticket goes: ordered rules over what is known of it, before triage says anything.

`rules` decides over plain facts, `store` gathers them, `actions` keeps the rules and takes turns, `trial` shows what they
would have done with past tickets. `core_psa.desk.routed` asks when a ticket is opened.
"""
