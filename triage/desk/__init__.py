"""Triage on a desk: the only part of `triage` that knows the ticket store. To plug the engine into another one, write it again.

`DeskTriage` claims waiting tickets, asks the engine and saves what it said; `feed` keeps the indexes in step with the
store; `background` embeds history, builds the index and learns, in child processes.
"""

from triage.desk.desk_triage import DeskTriage, Preview

__all__ = ["DeskTriage", "Preview"]
