"""`fifthcall doctor`: check the installation, say what is wrong and what to do."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from server.cli.options import Data, Json, console, print_json, settings_of

if TYPE_CHECKING:
    from server.doctor import Finding

_SIGNS = {"ok": "[green]ok[/green]", "warning": "[yellow]warning[/yellow]", "problem": "[red]problem[/red]"}


def doctor(data: Data = None, json: Json = False) -> None:
    """Check the installation and the desk, say what is wrong and what to do; ends with 1 if there is a problem."""
    from server.doctor import examine
    from server.logs import configure

    settings = settings_of(data)
    configure(settings)
    findings = examine(settings)
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


def _show(findings: "Sequence[Finding]") -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        advice = f"\n[bold]{escape(finding.advice)}[/bold]" if finding.advice else ""
        table.add_row(finding.check, _SIGNS[finding.state], escape(finding.text) + advice)
    console().print(table)
