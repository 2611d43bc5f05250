"""Who follows which ticket: watchers (agents, users, bare mail addresses), favourites, and mentions in what agents write.

A ticket is known by its id alone. Who may follow it is decided by `core_psa.desk`, which also tells them.
"""
