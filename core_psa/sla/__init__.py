"""Business time: calendars, and how long a promise has left.

Doors: `rules` compiles a calendar and answers how much business time lies between two instants and when a budget
of it is used up. It is pure: it must never read a session, the clock or the network.
"""
