"""What was agreed with a customer: from when to when, for which sites and kinds of work, under which SLA policy and calendar.

`store.covering` answers which agreement counts for a ticket. What is paid for it is not told here.
"""
