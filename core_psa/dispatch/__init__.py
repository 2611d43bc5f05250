"""Who does what when: appointments of agents, in the office or at a customer's site, and notes from one shift to the next.

Planning a ticket for somebody assigns it to them through the desk, in the same transaction.
"""
