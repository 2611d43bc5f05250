"""What a customer's reply does: a message on the ticket, its reopening, or a new ticket that follows the old one.

`rules` decides from plain facts, `actions.reply` carries it out. Every channel that hears a customer answer calls it.
"""
