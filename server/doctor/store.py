"""Checks of the desk's database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError

from core_psa import migrations
from core_psa.access.sealing import kept
from core_psa.db import Database
from core_psa.db.locks import writers
from core_psa.errors import StoreUnavailable
from core_psa.notices.store import policy
from core_psa.organisation.store import is_sandbox
from server import secret_key
from server.doctor.finding import Finding, ok, problem, warning
from server.settings import Settings
from server.store import open_store

_RESTORE = "stop the server and restore the last backup: fifthcall restore DIR"
_PATIENCE = 1_000  # milliseconds


def store(settings: Settings) -> Iterator[Finding]:
    where = make_url(settings.store_url).render_as_string(hide_password=True)
    file = settings.sqlite_file
    if file and not file.exists():
        yield problem("store", f"there is no desk in {settings.data}", f"run 'fifthcall init --data {settings.data}'")
        return
    with closing(Database.open(settings.store_url)) as db:
        try:
            yield from _version(db, where)
            if file:
                yield from _sound(db)
                yield from _writable(db, file)
        except StoreUnavailable as error:
            yield _told(error)
        except DatabaseError as error:
            yield problem("store", str(error.orig), _RESTORE)


def sandbox(settings: Settings) -> Iterator[Finding]:
    """Said so that nobody takes one for the desk in production."""
    file = settings.sqlite_file
    if file and not file.exists():
        return
    with closing(open_store(settings)) as db, db.read() as session:
        if is_sandbox(session):
            yield ok("sandbox", "this desk is a sandbox: no mail leaves it")


def links(settings: Settings) -> Iterator[Finding]:
    """Whether mails can lead back to this desk."""
    file = settings.sqlite_file
    if file and not file.exists():
        return
    with closing(open_store(settings)) as db, db.read() as session:
        site = policy(session).site
    if site:
        yield ok("links", f"links in mails begin with {site}")
    else:
        advice = "set it in the console: Administration, Outbox, How this desk sends"
        text = "mails carry no links and customers cannot be asked for approval: the desk does not know its own address"
        yield warning("links", text, advice)


def secrets(settings: Settings) -> Iterator[Finding]:
    """Whether the key of stored secrets is there, and fits them."""
    file = settings.sqlite_file
    if file and not file.exists():
        return
    with closing(open_store(settings)) as db, db.read() as session:
        stored = kept(session)
    advice = f"put {settings.key_file} of this desk back, it is in its backups"
    if stored["lost"]:
        text = (
            f"{stored['lost']} of {sum(stored.values())} stored secrets cannot be read: their key is missing or another"
        )
        yield problem("secrets", text, f"{advice}; people without their second factor: fifthcall agents")
    elif stored["clear"]:
        yield warning("secrets", f"{stored['clear']} stored secrets are not sealed", "run 'fifthcall init'")
    else:
        yield from _key(settings, sum(stored.values()))


def _key(settings: Settings, sealed: int) -> Iterator[Finding]:
    try:
        secret_key.read(settings)
    except StoreUnavailable as error:
        yield warning("secrets", str(error).partition(":")[0], "run 'fifthcall init': none was stored yet")
    else:
        yield ok("secrets", f"the key is there, and opens all {sealed} stored secrets")


def _version(db: Database, where: str) -> Iterator[Finding]:
    try:
        migrations.require_newest(db)
    except StoreUnavailable as error:
        yield _told(error)
    else:
        yield ok("store", f"{where}, step {migrations.NEWEST}")


def _sound(db: Database) -> Iterator[Finding]:
    with db.read() as session:
        answer = session.scalar(text("PRAGMA quick_check(1)"))
    if answer == "ok":
        yield ok("store", "the file is sound")
    else:
        yield problem("store", f"the file is damaged: {answer}", _RESTORE)


def _writable(db: Database, file: Path) -> Iterator[Finding]:
    """Whether a transaction that writes can begin, and who keeps others from it."""
    with db.engine.connect() as connection:
        cast("Any", connection.connection).execute(f"PRAGMA busy_timeout={_PATIENCE}")
        try:
            connection.begin()
        except OperationalError as error:
            held = [who for suffix in ("", "-shm") for who in writers(file.with_name(file.name + suffix))]
            who = ", ".join(held) or "the program that holds it"
            yield problem("store", f"nothing can be written: {error.orig}", f"close {who}")
        else:
            yield ok("store", "can be written")


def _told(error: StoreUnavailable) -> Finding:
    """The error says what is, and after its last colon what to do."""
    text, _, advice = str(error).rpartition(": ")
    return problem("store", text, advice)
