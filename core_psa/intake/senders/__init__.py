"""Senders whose messages are no tickets: addresses and domains that people have blocked.

Nothing is thrown away: what they send is filed as a ticket marked as spam, which can be taken back.
"""
