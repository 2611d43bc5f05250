"""`fifthcall agents`: for the day on which nobody can let somebody in by the pages."""

from typing import Annotated

import typer

from server.cli.options import Data, Json, print_json, settings_of

app = typer.Typer(no_args_is_help=True, help="Agents who cannot sign in.")

Email = Annotated[str, typer.Argument(help="The agent's e-mail address.")]


@app.callback()
def _group() -> None:
    """Keeps the command below by its name, though it is the only one."""


@app.command("reset-second-factor")
def reset_second_factor(email: Email, data: Data = None, json: Json = False) -> None:
    """Take a lost second factor away; where a role asks for one, the next sign-in sets up another."""
    from core_psa.access import second_factor
    from core_psa.organisation.store import agent_by_email
    from core_psa.viewer import SYSTEM
    from server.store import open_store

    db = open_store(settings_of(data))
    try:
        with db.work() as w:
            agent = agent_by_email(w.session, email)
            had_one = second_factor.reset(w, SYSTEM, agent.id)
    finally:
        db.close()
    if json:
        print_json({"email": agent.email, "reset": had_one})
    else:
        done = "signs in with the password alone now" if had_one else "has no second factor"
        typer.echo(f"{agent.name} {done}.")
