"""What may be done to a ticket of a type: its statuses, the actions people take, where each leads, and what must be true before.

`rules` decides over plain values, `gates` are the conditions on entering a status, `builtin` is what a type does that
nobody has given a workflow of its own, `store.book_of` reads all of it for one type, `actions` changes it.
"""
