"""Checklists: templates that are copied onto a ticket, and the items there with who ticked them and when.

A copy never follows its template again. `store.open_required` tells what still stands in the way of closing;
`core_psa.desk.checklists` is how people add and tick.
"""
