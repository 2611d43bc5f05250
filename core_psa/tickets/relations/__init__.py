"""How tickets belong together: links of several kinds, and what was merged into what.

Only `core_psa.desk` writes here (`links`, `merging`, `members`). A merge is a record of its own: it names every entry
that was copied, so that it can be taken back, and it is followed by whatever arrives for a merged ticket.
"""
