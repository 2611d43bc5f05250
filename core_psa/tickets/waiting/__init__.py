"""Tickets that wait: put aside until something happens, and closed by themselves after a silence.

`Snooze` and `PlannedClose` say what is waited for; `core_psa.desk.snooze` and `core_psa.desk.auto_close` act when it comes.
The rules of silence are configuration and changed by `actions` here.
"""
