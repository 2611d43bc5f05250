"""Changing the matrix of priorities."""

from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.db.records import save
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.tables import Priority
from core_psa.tickets.urgency import store
from core_psa.tickets.urgency.rules import LEVELS
from core_psa.tickets.urgency.store import Cells
from core_psa.tickets.urgency.tables import PriorityCell
from core_psa.viewer import Viewer


def set_matrix(w: Work, viewer: Viewer, cells: Cells) -> Cells:
    """Sets these cells, (impact, urgency) to the id of a priority on offer; the others stay. Open tickets keep theirs."""
    viewer.require("settings.edit")
    before = store.matrix(w.session)
    changed = {at: priority_id for at, priority_id in cells.items() if before.get(at) != priority_id}
    _check(w, changed)
    for (impact, urgency), priority_id in changed.items():
        row = w.session.get(PriorityCell, (impact, urgency)) or PriorityCell(impact=impact, urgency=urgency)
        row.priority_id = priority_id
        save(w.session, row)
    if changed:
        said = {
            f"{impact} impact, {urgency} urgency": [before[impact, urgency], i]
            for (impact, urgency), i in changed.items()
        }
        audit.record(w, viewer, "updated", "priority matrix", None, said)
    return store.matrix(w.session)


def _check(w: Work, cells: Cells) -> None:
    offered = store.offered(w.session)
    errors = [
        FieldError(f"{impact} {urgency}"[:100], "must be two of the levels", LEVELS)
        for impact, urgency in cells
        if impact not in LEVELS or urgency not in LEVELS
    ]
    names = tuple(w.session.get_one(Priority, i).name for i in offered)
    errors += [
        FieldError(f"{impact} {urgency}"[:100], f"{i} is not the id of a priority on offer", names)
        for (impact, urgency), i in cells.items()
        if i not in offered
    ]
    if errors:
        raise Invalid(*errors)
