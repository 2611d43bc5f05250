"""Bringing a desk to what a document says, all of it or nothing, by the actions of the areas.

In one transaction: first everything is created and changed, in the order of KINDS, then what the document does not name is retired
or removed, the other way round. What cannot be retired stays. On a desk that has no tickets yet nothing has a past
worth keeping, and what the document does not name is deleted. In the end the desk is read again: what is still not as the document
says is refused like everything else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core_psa.configuration import store
from core_psa.configuration.kinds import KINDS, SINGLE, Kind
from core_psa.configuration.names import Names, Unknown
from core_psa.configuration.reading import Unreadable, stored
from core_psa.configuration.renaming import Ids, differences_of_one_desk
from core_psa.configuration.rules import (
    Difference,
    Document,
    by_key,
    configuration_of,
    differences,
    key_of,
    written_key,
)
from core_psa.configuration.ways import WAYS, Values, Way, Whole, in_order
from core_psa.db import Work
from core_psa.errors import Conflict, FieldError, Invalid, NotFound
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer

_TOLD = 100


@dataclass(frozen=True)
class Outcome:
    """What an import does. `staying` is what the document does not name and the desk cannot do without or let go of."""

    changes: list[Difference]
    staying: list[Difference]


def bring_about(w: Work, viewer: Viewer, document: Document, ids: Ids | None = None) -> Outcome:
    """Raises Invalid naming each record and field that cannot be as the document says; nothing may be committed then.

    With `ids`, those of this desk when the document was written, a row that has got another name since is found again.
    """
    before = store.standing(w.session, viewer)
    bringing = _Bringing(w, viewer, configuration_of(document), ids or {})
    bringing.run()
    now = store.standing(w.session, viewer)
    after = now[0]
    left = differences(after, document)
    bringing.refuse_all(_left(left))
    if bringing.refused:
        raise Invalid(*bringing.refused[:_TOLD])
    # What a desk has one of it always has.
    several = [d for d in left if d.state == "removed" and _kind(d.kind).key != SINGLE]
    staying = [d for d in several if not _is_off(after, d)]
    return Outcome(differences_of_one_desk(before, now), staying)


class _Bringing:
    def __init__(self, w: Work, viewer: Viewer, wanted: Mapping[str, Any], ids: Ids) -> None:
        self._w, self._viewer, self._wanted, self._ids = w, viewer, wanted, ids
        self._names = Names(w.session)
        self._to_retire: list[tuple[Kind, Mapping[str, Any]]] = []
        self.refused: list[FieldError] = []

    def run(self) -> None:
        kinds = [kind for kind in KINDS if kind.name in self._wanted]
        for kind in kinds:
            self._bring(kind)
        self._retire()
        for kind in reversed(kinds):
            self._take_away(kind)
        if "routing_rule" in self._wanted:
            self._order_rules()

    def refuse_all(self, errors: Iterator[FieldError]) -> None:
        """Only where nothing was refused before, for one refusal leads to others."""
        if not self.refused:
            self.refused.extend(errors)

    # What a document names.

    def _bring(self, kind: Kind) -> None:
        way = WAYS[kind.name]
        if isinstance(way, Whole):
            self._replace(kind, way)
        else:
            self._bring_rows(kind, way)
        self._names.forget(kind.name)

    def _bring_rows(self, kind: Kind, way: Way) -> None:
        there = store.present(self._w.session, kind, self._names)
        by_name = {written_key(kind, plain): (row, plain) for row, plain in there}
        known = self._ids.get(kind.name, {})
        named = set(by_key(kind, self._wanted[kind.name]))
        by_id = {row.id: (row, plain) for row, plain in there if known and written_key(kind, plain) not in named}
        # What stands above others has the shorter key: parents come first.
        for given in sorted(self._wanted[kind.name], key=lambda row: len(written_key(kind, row))):
            key = written_key(kind, given)
            found = by_name.get(key) or by_id.get(known.get(key, 0))
            if found and _is_so(kind, given, found[1]):
                continue
            self._attempt(kind, given, lambda given=given, found=found: self._one(kind, way, given, found))  # type: ignore[misc]

    def _one(self, kind: Kind, way: Way, given: Mapping[str, Any], found: tuple[Any, dict[str, Any]] | None) -> None:
        values = stored(kind, given, self._names)
        off = way.off if _goes_off(way, values, found) else None
        if off:
            del values[off[0]]
            self._to_retire.append((kind, given))
        if found is None:
            values.pop(kind.ranked, None)
            made = self._in_use_first(off, values, lambda v: way.create(self._w, self._viewer, v))
            if hasattr(made, "id") and kind.called in given:
                self._names.learn(kind.name, made.id, given[kind.called])
            return
        row, plain = found
        changed = {name: value for name, value in values.items() if plain[name] != given[name] and name != kind.ranked}
        for name in way.for_good:
            if name in changed:
                raise Invalid(FieldError(name, f"is '{plain[name]}' for good on this desk, not '{given[name]}'"))
        # It leaves one row with its coming to another.
        if changed.get("is_default") is False:
            del changed["is_default"]
        if changed:
            self._in_use_first(off, changed, lambda v: way.change(self._w, self._viewer, row, v))
            self._names.forget(kind.name)

    def _in_use_first(self, off: tuple[str, Any] | None, values: Values, do: Callable[[Values], Any]) -> Any:
        """What is retired by the document is so in the end, for others may name it until then; unless it names what is
        retired on this desk: then it rests at once."""
        if off is None:
            return do(values)
        try:
            with self._w.session.begin_nested():
                return do({**values})
        except Invalid:
            return do(values | dict([off]))

    def _replace(self, kind: Kind, whole: Whole) -> None:
        rows: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
        owners = _owners(kind, whole)
        # Whoever has none in the document has none.
        for owner in self._wanted.get(owners, ()) if owners else [{}]:
            rows[owner.get("name")] = []
        for given in self._wanted[kind.name]:
            rows[given.get(whole.owner)].append(given)
        for owner_name, given_rows in rows.items():
            first = given_rows[0] if given_rows else {whole.owner: owner_name}
            self._attempt(
                kind,
                first,
                lambda n=owner_name, r=given_rows: self._replace_one(kind, whole, owners, n, r),  # type: ignore[misc]
            )

    def _replace_one(self, kind: Kind, whole: Whole, owners: str, name: Any, rows: list[Mapping[str, Any]]) -> None:
        if any(e.field.startswith(_place(owners, [name])) for e in self.refused):
            return  # the owner's own refusal says it
        owner_id = self._names.find(owners, name) if owners else 0
        values = [stored(kind, given, self._names) for given in rows]
        whole.replace(self._w, self._viewer, owner_id, values)

    # What it says is retired, and what it does not name.

    def _retire(self) -> None:
        for kind, given in reversed(self._to_retire):
            self._attempt(kind, given, lambda kind=kind, given=given: self._retire_one(kind, given))  # type: ignore[misc]

    def _retire_one(self, kind: Kind, given: Mapping[str, Any]) -> None:
        way, row = WAYS[kind.name], self._rows(kind).get(written_key(kind, given))
        if isinstance(way, Way) and way.off and row is not None:
            way.change(self._w, self._viewer, row, dict([way.off]))

    def _take_away(self, kind: Kind) -> None:
        way = WAYS[kind.name]
        if isinstance(way, Whole) or kind.key == SINGLE:
            return
        named = set(by_key(kind, self._wanted[kind.name]))
        for row, plain in store.present(self._w.session, kind, self._names):
            if written_key(kind, plain) not in named:
                self._attempt(kind, plain, lambda row=row, plain=plain: self._take_away_one(way, row, plain))  # type: ignore[misc]

    def _take_away_one(self, way: Way, row: Any, plain: Mapping[str, Any]) -> None:
        if way.remove:
            way.remove(self._w, self._viewer, row)
            return
        if way.off and not _off(way, plain):
            self._switch_off(way, row)
        if self._is_new():
            self._delete(way, row)

    def _switch_off(self, way: Way, row: Any) -> None:
        try:
            with self._w.session.begin_nested():
                way.change(self._w, self._viewer, row, dict([way.off] if way.off else []))
        except Invalid:
            if not way.lingers:
                raise

    def _delete(self, way: Way, row: Any) -> None:
        """Unless something points to it after all."""
        try:
            with self._w.session.begin_nested():
                for part, column in way.parts:
                    self._w.session.execute(delete(part).where(getattr(part, column) == row.id))
                self._w.session.execute(delete(type(row)).where(type(row).id == row.id))
        except IntegrityError:
            return

    def _is_new(self) -> bool:
        """Nothing was ever done on this desk, and the document describes all of it."""
        complete = all(kind.name in self._wanted for kind in KINDS)
        return complete and self._w.session.scalar(select(Ticket.id).limit(1)) is None

    def _order_rules(self) -> None:
        rules = sorted(self._wanted["routing_rule"], key=lambda row: row.get("position") or 0)
        there = self._rows(_kind("routing_rule"))
        found = [there.get(written_key(_kind("routing_rule"), rule)) for rule in rules]
        in_order(self._w, self._viewer, [row.id for row in found if row is not None])

    def _rows(self, kind: Kind) -> dict[str, Any]:
        """The rows as they are by now, by key."""
        return {written_key(kind, plain): row for row, plain in store.present(self._w.session, kind, self._names)}

    def _attempt(self, kind: Kind, named: Mapping[str, Any], do: Callable[[], None]) -> None:
        """One record's own, taken back where it is refused, so that every refusal is told and not the first alone."""
        place = _place(kind.name, key_of(kind, named))
        try:
            with self._w.session.begin_nested():
                do()
        except Invalid as invalid:
            self.refused.extend(FieldError(f"{place}.{e.field}", e.message, e.allowed) for e in invalid.errors)
        except Unreadable as unreadable:
            self.refused.append(FieldError(f"{place}.{unreadable.column}", str(unreadable)))
        except (Conflict, NotFound, Unknown) as error:
            self.refused.append(FieldError(place, str(error)))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self.refused.append(FieldError(place, f"is not written as an export writes it: {str(error)[:200]}"))


def _left(left: Sequence[Difference]) -> Iterator[FieldError]:
    """What could not be brought about although nothing was refused."""
    for difference in left:
        place = _place(difference.kind, difference.key)
        if difference.state == "added":
            yield FieldError(place, "could not be created as the document says")
        for column, (now, wanted) in difference.changes.items():
            yield FieldError(f"{place}.{column}", f"stays {now}: it could not become {wanted}")


def _is_so(kind: Kind, given: Mapping[str, Any], plain: Mapping[str, Any]) -> bool:
    return all(name in plain and plain[name] == value for name, value in given.items() if name != kind.ranked)


def _place(kind: str, key: Sequence[Any]) -> str:
    """What a refusal names the record by."""
    return ".".join([kind, *(["/".join(str(part)[:100] for part in key if part is not None)] if any(key) else [])])


def _is_off(after: Document, difference: Difference) -> bool:
    """Whether what the document does not name is retired already."""
    way = WAYS[difference.kind]
    kind = _kind(difference.kind)
    if isinstance(way, Whole):
        return False
    rows = by_key(kind, after["configuration"][kind.name])
    row = next((row for row in rows.values() if key_of(kind, row) == difference.key), {})
    return _off(way, row)


def _goes_off(way: Way, values: Values, found: tuple[Any, dict[str, Any]] | None) -> bool:
    """Whether the document retires what was in use, or not there, until now."""
    return _off(way, values) and (found is None or not _off(way, found[1]))


def _off(way: Way, plain: Mapping[str, Any]) -> bool:
    return way.off is not None and plain.get(way.off[0]) == way.off[1]


def _owners(kind: Kind, whole: Whole) -> str:
    """The table of those whose rows are replaced together; empty where they are the desk's."""
    if not whole.owner:
        return ""
    return kind.points_to[whole.owner]


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)
