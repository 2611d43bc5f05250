"""Departments, skills, roles, calendars and SLA policies that are used no more: they stay where they were, and come nowhere new.

`uses` finds what hangs on such a record today, wherever in the store that is; `actions` retires what nothing hangs on, and brings
it back. That nothing new is given a retired one is each area's own to see to (`Form.offers`).
"""
