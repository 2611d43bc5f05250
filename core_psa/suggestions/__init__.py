"""What triage proposed and what people decided, kept apart for ever. Knows nothing of how a proposal is made.

A `Triage` row in state `waiting` is the queue: whoever claims it holds a lease, and a crash leaves it to be claimed again.
"""
