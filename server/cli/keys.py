"""`fifthcall keys`: API keys for other programs."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, Json, console, print_json, settings_of

if TYPE_CHECKING:
    from core_psa.access.tables import ApiKey
    from core_psa.db import Database

app = typer.Typer(no_args_is_help=True, help="API keys: create, list, revoke.")

Name = Annotated[str, typer.Argument(help="What the key is for.")]
RoleName = Annotated[str, typer.Option("--role", help="The role whose permissions the key has, such as agent.")]
Scopes = Annotated[
    list[str] | None, typer.Option("--scope", help="Only this permission of the role, such as tickets.see; repeatable.")
]
ExpiresDays = Annotated[int | None, typer.Option(min=1, help="Days until the key stops working; never, unless given.")]


@app.command()
def create(
    name: Name,
    role: RoleName,
    scope: Scopes = None,
    expires_days: ExpiresDays = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Create a key and print it, this once."""
    from core_psa.access import actions
    from core_psa.viewer import SYSTEM

    db = _store(data)
    with db.work() as w:
        ends = None if expires_days is None else w.now + timedelta(days=expires_days)
        row, key = actions.create_key(w, SYSTEM, name, role, ends, scope or None)
    db.close()
    if json:
        print_json({**_facts(row, role), "key": key})
    else:
        typer.echo(key)


@app.command("list")
def list_(data: Data = None, json: Json = False) -> None:
    """List all keys; what they open is their role's business, the keys themselves are stored nowhere."""
    from core_psa.access.store import api_keys
    from core_psa.viewer import SYSTEM

    db = _store(data)
    with db.read() as session:
        keys = [_facts(row, role) for row, role in api_keys(session, SYSTEM)]
    db.close()
    if json:
        print_json(keys)
    elif keys:
        _show(keys)
    else:
        typer.echo("There are no keys. Create one with: fifthcall keys create NAME --role ROLE")


@app.command()
def revoke(name: Name, data: Data = None, json: Json = False) -> None:
    """Revoke a key for good."""
    from core_psa.access import actions
    from core_psa.viewer import SYSTEM

    db = _store(data)
    with db.work() as w:
        actions.revoke_key(w, SYSTEM, name)
    db.close()
    if json:
        print_json({"name": name, "revoked": True})
    else:
        typer.echo(f"{name} is revoked.")


def _store(data: Path | None) -> "Database":
    from server.store import open_part

    return open_part(settings_of(data))


def _facts(row: "ApiKey", role: str) -> dict[str, Any]:
    times = {name: getattr(row, name) for name in ("created_at", "used_at", "expires_at", "revoked_at")}
    return {"name": row.name, "role": role, "scopes": row.scopes, "prefix": row.prefix, **times}


def _show(keys: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("name", "role", "begins with", "created", "last used", "expires", "revoked", box=None, pad_edge=False)
    for key in keys:
        days = (
            key[when].date().isoformat() if key[when] else ""
            for when in ("created_at", "used_at", "expires_at", "revoked_at")
        )
        table.add_row(key["name"], key["role"], key["prefix"], *days)
    console().print(table)
