"""The assets of customers, devices and systems: what they are, where they stand, what they hang on, what was done from a ticket.

Doors: `store` reads assets, their history (the audit log's entries of one asset) and links; `actions` changes them;
`remote_actions` keeps remote-access tools and sessions, and the links to documentation. No secret is kept here:
a note or an address that looks like one is refused.

A customer's own users do not come in here: assets are for the desk.
"""
