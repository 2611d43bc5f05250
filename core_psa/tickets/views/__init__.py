"""Saved views of the queue: what to show, in which order, with which columns. One's own, a team's or the desk's.

A view keeps the queue's address as it was when it was saved, parameter by parameter; what these mean is the queue's
business. Sharing one needs `tickets.share_views`. Beside them stands which parts of a ticket's page an agent keeps open.
"""
