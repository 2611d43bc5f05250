"""How pressing a ticket is: the desk's matrix of impact and urgency gives a priority, VIPs get the next more urgent one.

Severity A, for mass outages, stands beside the priority as a mark of its own: such a ticket has the most urgent
priority and comes before all others in every queue (rank 0), whatever priority it is given afterwards.
"""
