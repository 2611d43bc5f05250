"""What one desk's configuration was and is now: its rows are known by their ids, so another name is one change. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from core_psa.configuration.kinds import KINDS, Kind
from core_psa.configuration.rules import Difference, Document, differences, written_key

Ids = Mapping[str, Mapping[str, int]]
"""By table, from a row's key to its id."""

Standing = tuple[Document, Ids]
Renamed = Mapping[tuple[str, Any], Any]
"""From a table and what one of its rows was called to what it is called now."""


def differences_of_one_desk(before: Standing, after: Standing) -> list[Difference]:
    """As `differences`, but what names a record that has got another name since is the same, and so is that record."""
    (document, ids), (now, ids_now) = before, after
    renamed = {pair: name for kind in KINDS for pair, name in _renamed(kind, document, ids, now, ids_now)}
    same: dict[str, dict[str, str]] = {}
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for kind in KINDS:
        rows = document["configuration"][kind.name]
        tables[kind.name] = [_in_names_of_now(kind, row, renamed) for row in rows]
        keys = {record_id: key for key, record_id in ids_now.get(kind.name, {}).items()}
        known = [ids.get(kind.name, {}).get(written_key(kind, row)) for row in rows]
        pairs = zip(tables[kind.name], known, strict=True)
        same[kind.name] = {written_key(kind, row): keys[i] for row, i in pairs if i in keys}
    return differences({**document, "configuration": tables}, now, same)


def _renamed(
    kind: Kind, document: Document, ids: Ids, now: Document, ids_now: Ids
) -> Iterator[tuple[tuple[str, Any], Any]]:
    was, called = _called(kind, document, ids), _called(kind, now, ids_now)
    return (((kind.name, name), called[i]) for i, name in was.items() if i in called and called[i] != name)


def _called(kind: Kind, document: Document, ids: Ids) -> dict[int, Any]:
    """By id, what other rows name it by."""
    known = ids.get(kind.name, {})
    rows = document["configuration"][kind.name]
    return {known[key]: row.get(kind.called) for row in rows if (key := written_key(kind, row)) in known}


def _in_names_of_now(kind: Kind, row: Mapping[str, Any], renamed: Renamed) -> Mapping[str, Any]:
    def name(table: str, value: Any) -> Any:
        return renamed.get((table, value), value) if isinstance(value, str) else value

    return {column: _value(kind, column, value, name) for column, value in row.items()}


def _value(kind: Kind, column: str, value: Any, name: Any) -> Any:
    if value is None:
        return None
    if column in kind.inside:
        return kind.inside[column](value, name)
    points_to = kind.points_to.get(column)
    return name(points_to, value) if points_to else value
