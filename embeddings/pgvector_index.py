"""The vector index inside PostgreSQL (pgvector), where several nodes share one."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from typing import Any, LiteralString, Self

import numpy as np
import psycopg
from pgvector.psycopg import register_vector
from psycopg import sql

from embeddings.index import Ids, Vectors
from embeddings.scan import Answer, nobody, put

_SCHEMA = "fifthcall_vectors"
_EF_SEARCH = 200
# Fetched beyond k, so that equal vectors at the end of the answer can be put in the order of their ids.
_SPARE = 16


class PgvectorIndex:
    """One table for each pair of index name and encoder id; two encoders never meet in one.

    One connection, used by one thread at a time, and a new one where the server has ended it. Any number of processes
    may share the table: `alone` says who may write.
    """

    def __init__(self, conninfo: str, table: str, dim: int) -> None:
        self._conninfo = conninfo
        self._connection = _connect(conninfo)
        self._table = table
        self._dim = dim
        self._lock = Lock()

    @classmethod
    def open(cls, conninfo: str, name: str, encoder_id: str, dim: int) -> Self:
        """Connect (libpq string or URL), make extension, table and HNSW index where they are missing."""
        index = cls(conninfo, _table_name(name, encoder_id), dim)
        index._create()
        return index

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    @property
    def position(self) -> int:
        """How far in the store's change feed the table reaches, whichever process brought it there."""
        rows = self._rows("SELECT position FROM {positions} WHERE name = %s", [self._table])
        return int(rows[0][0]) if rows else 0

    @property
    def needs_rebuild(self) -> bool:
        """Never: the table takes changes in place."""
        return False

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process writes to the table now; none will until this is left."""
        [[alone]] = self._rows("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [self._table])
        try:
            yield bool(alone)
        finally:
            if alone:
                self._rows("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [self._table])

    def advance(self, position: int) -> None:
        """Remember, for every process, that the table reaches this far."""
        self._rows(
            "INSERT INTO {positions} VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position RETURNING position",
            [self._table, position],
        )

    def clear(self) -> None:
        """Take every vector out."""
        with self._lock:
            self._live().execute(self._sql("TRUNCATE {table}"))

    def __len__(self) -> int:
        [[held]] = self._rows("SELECT count(*) FROM {table}")
        return int(held)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put (n, dim) unit vectors under (n,) ids; a vector whose id is there is replaced."""
        with self._lock, self._live().transaction(), self._connection.cursor() as cursor:
            cursor.executemany(
                self._sql(
                    "INSERT INTO {table} VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET vector = EXCLUDED.vector"
                ),
                list(zip(ids.tolist(), vectors, strict=True)),
            )

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are ignored."""
        with self._lock:
            self._live().execute(self._sql("DELETE FROM {table} WHERE id = ANY(%s)"), [ids.tolist()])

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        found = nobody(len(queries), k)
        for row, query in enumerate(queries):
            best = self._rows(
                "SELECT id, -(vector <#> %s) FROM {table} ORDER BY vector <#> %s, id LIMIT %s",
                [query, query, k + _SPARE],
            )
            put(found, row, np.array([b[0] for b in best], np.int64), np.array([b[1] for b in best], np.float32))
        return found

    def _live(self) -> psycopg.Connection[Any]:
        if self._connection.closed:
            self._connection = _connect(self._conninfo)
        return self._connection

    def _create(self) -> None:
        self._connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(_SCHEMA)))
        self._connection.execute(
            self._sql("CREATE TABLE IF NOT EXISTS {positions} (name text PRIMARY KEY, position bigint NOT NULL)")
        )
        self._connection.execute(
            self._sql("CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, vector vector({dim}) NOT NULL)")
        )
        self._connection.execute(
            self._sql("CREATE INDEX IF NOT EXISTS {index} ON {table} USING hnsw (vector vector_ip_ops)")
        )

    def _rows(self, statement: LiteralString, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._live().execute(self._sql(statement), values).fetchall()

    def _sql(self, statement: LiteralString) -> sql.Composed:
        return sql.SQL(statement).format(
            table=sql.Identifier(_SCHEMA, self._table),
            positions=sql.Identifier(_SCHEMA, "positions"),
            index=sql.Identifier(f"{self._table}_hnsw"),
            dim=sql.Literal(self._dim),
        )


def _connect(conninfo: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(conninfo, autocommit=True, application_name="fifthcall index")
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(connection)
    # without it a filtered or deleted row silently shortens the answer
    connection.execute("SET hnsw.iterative_scan = strict_order")
    connection.execute(sql.SQL("SET hnsw.ef_search = {}").format(sql.Literal(_EF_SEARCH)))
    return connection


def _table_name(name: str, encoder_id: str) -> str:
    """Return a name that no other pair gets, within PostgreSQL's 63 bytes."""
    return f"vectors_{name[:24]}_{sha256(f'{name}/{encoder_id}'.encode()).hexdigest()[:16]}"
