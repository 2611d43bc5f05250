"""Who has which page open, and what they are writing there: advice for people, never a lock.

A row per open tab, kept alive by its heartbeat, so that several processes know of each other's and a tab that died is
forgotten by itself.
"""
