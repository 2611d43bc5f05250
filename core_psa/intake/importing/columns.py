"""Which column of the file is which field of ours, and which of its values are which of ours."""

from collections.abc import Mapping, Sequence

from core_psa.errors import FieldError, Invalid

# What the desk calls a team, exchange files call a group.
SAME = {"team": "group"}

Chosen = dict[str, str]


def choose(theirs: Sequence[str], mapped: Mapping[str, str], fields: Sequence[str]) -> Chosen:
    """The file's column by our field. What is mapped wins over a column that merely has our name; the rest is ignored.

    Raises Invalid for a mapping from a column the file lacks, or to a field that there is not.
    """
    errors = []
    chosen: Chosen = {}
    for column, field in ((c, our_name(f)) for c, f in mapped.items()):
        if column not in theirs:
            errors.append(FieldError("map", f"the file has no column '{column[:100]}'", tuple(theirs)))
        elif field not in fields:
            errors.append(FieldError("map", f"'{field[:100]}' is not a field", tuple(fields)))
        elif field in chosen:
            errors.append(FieldError("map", f"'{chosen[field]}' and '{column}' are both mapped to '{field}'"))
        else:
            chosen[field] = column
    if errors:
        raise Invalid(*errors)
    for column in theirs:
        if column not in mapped and our_name(column) in fields:
            chosen.setdefault(our_name(column), column)
    return chosen


def our_name(column: str) -> str:
    name = column.strip().casefold()
    return SAME.get(name, name)


def require(chosen: Chosen, theirs: Sequence[str], *alternatives: Sequence[str]) -> None:
    """Raises Invalid unless of each group of fields at least one is there."""
    missing = [group for group in alternatives if not any(field in chosen for field in group)]
    if missing:
        errors = (
            FieldError(" or ".join(group), "the file has no such column: map one", tuple(theirs)) for group in missing
        )
        raise Invalid(*errors)


class ValueMap:
    """By field, the file's values as ours; the file's own spelling wins over another case."""

    def __init__(self, values: Mapping[str, Mapping[str, str]]) -> None:
        self._values = {
            our_name(field): {**{theirs.casefold(): ours for theirs, ours in mapped.items()}, **mapped}
            for field, mapped in values.items()
        }

    def ours(self, field: str, theirs: str) -> str:
        mapped = self._values.get(field)
        return theirs if mapped is None else mapped.get(theirs, mapped.get(theirs.casefold(), theirs))
