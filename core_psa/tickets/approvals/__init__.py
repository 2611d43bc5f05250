"""Approvals: somebody is asked, by name, by role or as the customer's contact, and approves, refuses, or lets it expire.

The rows are written by `core_psa.desk.approvals`, as every answer stands on the ticket's timeline too.
"""
