"""How one configuration differs from another. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core_psa.configuration.kinds import KINDS, Kind
from core_psa.errors import FieldError, Invalid

Document = Mapping[str, Any]
FORMAT = 1


@dataclass(frozen=True)
class Difference:
    """One row that is not the same: `state` is added, removed or changed; `changes` maps a column to [before, after]."""

    kind: str
    key: tuple[Any, ...]
    state: str
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def differences(
    before: Document, after: Document, same: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> list[Difference]:
    """What would have to happen to get from one document to the other. Raises Invalid for what is no such document.

    `same` says by table of what key a row has become that had another.
    """
    old, new = configuration_of(before), configuration_of(after)
    return [
        found
        for kind in KINDS
        if kind.name in new
        for found in _of_kind(kind, old.get(kind.name, []), new[kind.name], same.get(kind.name, {}))
    ]


def _of_kind(kind: Kind, old: Any, new: Any, same: Mapping[str, str]) -> list[Difference]:
    was, now = {same.get(key, key): row for key, row in by_key(kind, old).items()}, by_key(kind, new)
    found = [Difference(kind.name, key_of(kind, row), "removed") for key, row in was.items() if key not in now]
    for key, row in now.items():
        if key not in was:
            found.append(Difference(kind.name, key_of(kind, row), "added"))
        elif changes := {c: [was[key].get(c), v] for c, v in row.items() if was[key].get(c) != v}:
            found.append(Difference(kind.name, key_of(kind, row), "changed", changes))
    return found


@dataclass(frozen=True)
class Line:
    """How a list of differences tells of one, or of `number` parts of one record that all came or all went."""

    difference: Difference
    number: int = 1


def in_lines(found: Iterable[Difference]) -> list[Line]:
    parts = {kind.name for kind in KINDS if kind.is_part}
    lines: dict[tuple[Any, ...], list[Difference]] = {}
    for one in found:
        together = one.kind in parts and one.state != "changed"
        lines.setdefault((one.kind, one.state, one.key[:1] if together else json.dumps(one.key)), []).append(one)
    return [Line(those[0], len(those)) for those in lines.values()]


def configuration_of(document: Document) -> Mapping[str, Any]:
    """The rows by table. Raises Invalid naming what is no such thing."""
    tables = document.get("configuration")
    if document.get("format") != FORMAT or not isinstance(tables, dict):
        raise Invalid(FieldError("format", f"this is no configuration of this version, which is {FORMAT}"))
    known = tuple(kind.name for kind in KINDS)
    wrong = [name for name, rows in tables.items() if name not in known or not _are_rows(rows)]
    if wrong:
        raise Invalid(
            *(FieldError(f"configuration.{name[:100]}", "must be a known list of rows", known) for name in wrong)
        )
    return tables


# Kinds whose every row is about somebody outside, and where others may name one.
_OF_CUSTOMERS = ("customer_policy", "blocked_sender")
_NAMING = ("customer_id", "site_id", "requester_id")
_ASKING = ("customer", "site", "requester")


def without_customers(document: Document) -> tuple[Document, tuple[str, ...]]:
    """The document without what speaks of customers, and what was left out of it."""
    tables, left_out = {}, []
    for kind in KINDS:
        rows = document["configuration"].get(kind.name, [])
        tables[kind.name] = [row for row in rows if not _speaks_of_customers(kind.name, row)]
        gone = [row for row in rows if row not in tables[kind.name]]
        left_out += [f"{kind.name.replace('_', ' ')} {row.get('name', key_of(kind, row)[0])}" for row in gone]
    return {**document, "configuration": tables}, tuple(left_out)


def _speaks_of_customers(kind: str, row: Mapping[str, Any]) -> bool:
    asked = {condition["field"] for condition in row.get("conditions") or ()}
    asked |= {name for name, value in (row.get("parameters") or {}).items() if value != "none"}
    named = any(row.get(column) is not None for column in _NAMING)
    return kind in _OF_CUSTOMERS or named or not asked.isdisjoint(_ASKING)


def _are_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def by_key(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {written_key(kind, row): row for row in rows}


def written_key(kind: Kind, row: Mapping[str, Any]) -> str:
    """What tells the row from the others of its kind, as one word."""
    return json.dumps(key_of(kind, row))


def key_of(kind: Kind, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(column) for column in kind.key)
