"""Checks of the program itself: what it runs on and what was made at set-up."""

import platform
import sys
from collections.abc import Iterator

from server.assets import broken_files
from server.doctor.finding import Finding, ok, problem, warning
from server.settings import Settings

_PYTHON = (3, 11)


def python(_settings: Settings) -> Iterator[Finding]:
    version = platform.python_version()
    if sys.version_info < _PYTHON:
        yield problem("python", f"Python {version}", "install Python 3.11 or newer and set the program up again")
    else:
        yield ok("python", f"Python {version}")


def sqlite(settings: Settings) -> Iterator[Finding]:
    import pysqlite3.dbapi2

    from core_psa.db.database import WAL_SAFE_SQLITE, wal_is_safe

    version = pysqlite3.dbapi2.sqlite_version
    if settings.sqlite_file is None or wal_is_safe(pysqlite3.dbapi2.sqlite_version_info):
        yield ok("sqlite", f"SQLite {version}")
    else:
        newest = ".".join(map(str, WAL_SAFE_SQLITE))
        yield warning(
            "sqlite", f"SQLite {version} can lose writes in its log, so a slower journal is used",
            f"install the package pysqlite3 with SQLite {newest} or newer",
        )  # fmt: skip


def pages(_settings: Settings) -> Iterator[Finding]:
    broken = broken_files()
    if broken:
        yield problem(
            "pages", f"styles or scripts are missing or changed: {', '.join(broken[:3])}", "run 'make assets'"
        )
    else:
        yield ok("pages", "styles and scripts are in place")


def encoder(settings: Settings) -> Iterator[Finding]:
    from embeddings.errors import EmbeddingsError
    from embeddings.manifest import read_checked
    from server.wiring import encoder_folder

    if settings.encoder == "hashing":
        yield warning("encoder", "the hashing encoder is for tests", "unset FIFTHCALL_ENCODER")
        return
    try:
        manifest = read_checked(encoder_folder(settings))
    except EmbeddingsError as error:
        yield problem("encoder", str(error), "run 'make encoder'; until then tickets come in without suggestions")
    else:
        yield ok("encoder", f"{manifest.id}, {manifest.dim} numbers a text; all files as exported")
