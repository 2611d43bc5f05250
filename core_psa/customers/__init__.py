"""Whom the desk serves: customers, their sites, their users, the mail domains and telephone numbers they are known by; and
suppliers.

`actions` changes them, `store` reads them; `phones` knows telephone numbers, `pop_ups` what has to be known before work on
a ticket of theirs begins.
"""
