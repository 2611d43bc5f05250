"""From a row of a document to what the store holds: ids instead of names, days instead of their spelling."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, inspect

from core_psa.configuration.kinds import Kind
from core_psa.configuration.names import Names, Unknown


class Unreadable(ValueError):
    """What stands in a column cannot stand there."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def stored(kind: Kind, row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The values by column, of those that the row gives. Raises Unreadable."""
    columns = {c.name: c for c in inspect(kind.model).columns if c.name not in kind.hidden}
    if unknown := [name for name in row if name not in columns and name not in kind.more]:
        raise Unreadable(unknown[0][:100], "is no column of this kind")
    return {name: _value(kind, columns.get(name), name, value, names) for name, value in row.items()}


def _value(kind: Kind, column: Column[Any] | None, name: str, value: Any, names: Names) -> Any:
    if column is None or (value is None and column.nullable):
        return value
    try:
        if name in kind.inside:
            return kind.inside[name](value, names.find)
        if name in kind.points_to:
            return names.find(kind.points_to[name], value)
        return _READ[_type(column)](value)
    except Unknown as unknown:
        raise Unreadable(name, str(unknown)) from unknown
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Unreadable(name, f"cannot be {str(value)[:60]!r}") from error


def _type(column: Column[Any]) -> type:
    return object if isinstance(column.type, JSON) else column.type.python_type


def _exactly(*types: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in types:
            raise TypeError
        return value

    return read


_READ: Mapping[type, Callable[[Any], Any]] = {
    object: lambda value: value,
    str: _exactly(str),
    bool: _exactly(bool),
    int: _exactly(int),
    float: _exactly(float, int),
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
