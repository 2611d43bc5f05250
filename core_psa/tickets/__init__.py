"""Tickets and what they are made of: types, statuses, priorities, categories, the timeline of actions, their cleaned text.

Only `core_psa.desk` changes a ticket; the functions here read, and write rows when the desk says so.
"""
