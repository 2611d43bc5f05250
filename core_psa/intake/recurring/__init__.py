"""Tickets that come again and again: a template, a rule of recurrence (RFC 5545) and the time zone it is meant in.

`actions.open_due` opens what has come due, each occurrence once, and after a standstill once for all it missed.
"""
