"""`fifthcall init`: a new desk, or an older one brought up to this program."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from core_psa.db import Database
    from server.settings import Settings

Email = Annotated[str, typer.Option(help="Address of the first administrator; asked for when it is needed.")]
Name = Annotated[str, typer.Option(help="Name of the first administrator.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="Where the password stands; - reads it."),
]
Organisation = Annotated[str, typer.Option(help="What the desk's organisation is called.")]
Timezone = Annotated[str, typer.Option(help="Zone of the business calendar, such as Europe/Berlin.")]


def init(
    admin_email: Email = "",
    admin_name: Name = "Administrator",
    password_file: PasswordFile = None,
    organisation: Organisation = "Service desk",
    timezone: Timezone = "UTC",
    data: Data = None,
    json: Json = False,
) -> None:
    """Create a desk with its first administrator, or bring an existing one up to this version."""
    settings = settings_of(data)
    person: dict[str, str] = {}
    if not _has_administrators(settings):  # asked and checked before anything is written
        asked = {"admin_email": admin_email or _asked_email(), "admin_name": admin_name}
        person = _checked({**asked, "organisation": organisation, "timezone": timezone}, password_file)
    before = _upgrade(settings, person)
    _answer(settings, before, person.get("admin_email"), as_json=json)
    if admin_email and not person:
        typer.echo("It has an administrator already, so --admin-email was not used: they create agents.", err=True)


def _has_administrators(settings: "Settings") -> bool:
    """Whether somebody can let people into this desk already."""
    from core_psa import migrations
    from core_psa.db import Database
    from core_psa.organisation.actions import administrators

    file = settings.sqlite_file
    if file and not file.exists():
        return False
    with closing(Database.open(settings.store_url)) as db:
        if migrations.version_of(db) is None:
            return False
        with db.read() as session:
            return bool(administrators(session))


def _checked(given: dict[str, str], password_file: Path | None) -> dict[str, str]:
    """What was given, cleaned. Raises Invalid naming every option that cannot be accepted."""
    from core_psa.access.rules import MIN_PASSWORD_LENGTH
    from core_psa.db import fields
    from core_psa.db.forms import Form

    parsers = {"admin_email": fields.email, "admin_name": fields.name, "organisation": fields.name}
    form = Form(given, {**parsers, "timezone": fields.timezone})
    form.accepted()
    password = _password(password_file)
    if len(password) < MIN_PASSWORD_LENGTH:
        form.refuse("password", f"needs at least {MIN_PASSWORD_LENGTH} characters")
    return {**form.accepted(), "password": password}


def _upgrade(settings: "Settings", person: dict[str, str]) -> str | None:
    """Brings the store to the newest step, with its defaults and first administrator; returns the step it was at."""
    from core_psa import defaults, migrations
    from core_psa.access.sealing import kept, seal_all
    from core_psa.db import Database
    from server import secret_key
    from server.store import make_folder

    make_folder(settings.data)
    with closing(Database.open(settings.store_url, vault=secret_key.vault(settings))) as db:
        before = migrations.version_of(db)
        if before != migrations.NEWEST:
            migrations.upgrade(db)
            migrations.require_newest(db)
        if person:
            _install(db, person)
        with db.work() as w:
            defaults.refresh_roles(w)
            if not kept(w.session)["lost"]:  # a new key would not open them
                secret_key.make(settings)
                seal_all(w)
    return before


def _install(db: "Database", person: dict[str, str]) -> None:
    from sqlalchemy import select

    from core_psa import defaults
    from core_psa.organisation.tables import Organisation as Installed

    with db.work() as w:
        if w.session.scalar(select(Installed.id)) is None:
            defaults.install(w, person["organisation"], person["timezone"])
        defaults.first_administrator(w, person["admin_name"], person["admin_email"], person["password"])


def _asked_email() -> str:
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked: give the administrator's address", param_hint="--admin-email")
    return str(typer.prompt("Address of the first administrator"))


def _password(file: Path | None) -> str:
    if file is not None:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return text.removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody can be asked: name a file with the password", param_hint="--password-file")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _answer(settings: "Settings", before: str | None, administrator: str | None, *, as_json: bool) -> None:
    from core_psa.migrations import NEWEST

    if as_json:
        facts = {"data": str(settings.data), "step_before": before, "step": NEWEST, "administrator": administrator}
        print_json(facts)
        return
    if before is None:
        typer.echo(f"The desk stands in {settings.data}.")
    elif before != NEWEST:
        typer.echo(f"The desk in {settings.data} was brought from step {before} to {NEWEST}.")
    else:
        typer.echo(f"The desk in {settings.data} is up to date.")
    if administrator:
        typer.echo(f"{administrator} may sign in. Start the desk with: fifthcall serve --data {settings.data}")
