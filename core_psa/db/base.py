"""The declarative base and the column types both engines share."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


# SQLite numbers rows by itself only for a column declared INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")


def to_micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (value - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite, where it sorts and indexes as a number."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return to_micros(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return from_micros(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Duration(TypeDecorator[timedelta]):
    """A length of time, exact: whole microseconds, a number on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


_ESCAPE = "\U0010fffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\U0010fffd]")
_ESCAPED = re.compile(f"{_ESCAPE}([0-9a-f]{{6}})")


class RawText(TypeDecorator[str]):
    """Text exactly as it came, NUL and lone surrogates included.

    PostgreSQL stores no NUL and neither engine a lone surrogate; those code points (and the escape itself) are written
    as U+10FFFD followed by six hexadecimal digits, and read back as they were.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else escape_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or _ESCAPE not in value:
            return value
        return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value)


def escape_text(value: str) -> str:
    """What `RawText` stores for this text; bulk writers that bypass the type call it themselves."""
    if value.isascii() and "\x00" not in value:
        return value
    return _UNSTORABLE.sub(lambda m: f"{_ESCAPE}{ord(m[0]):06x}", value)


class Base(DeclarativeBase):
    """Whole numbers are 64 bit, instants aware UTC, text exactly as it came."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {int: Key, datetime: Instant, str: RawText}
    # Alembic can drop a constraint on SQLite only if it has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
