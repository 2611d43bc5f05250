"""A suggestion, shown to a person in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from server.cli.options import console


def show(answer: Mapping[str, Any]) -> None:
    """Prints a suggestion in the API's shape."""
    out = console()
    out.print(_fields(answer["fields"]))
    out.print(f"\nTime to resolve: {_time(answer['eta'])}")
    if answer["neighbours"]:
        out.print("\nThe nearest solved tickets:")
        out.print(_neighbours(answer["neighbours"]))
    out.print(f"\n[dim]{answer['model_version']}, {answer['encoder']}[/dim]")


def _time(eta: Mapping[str, Any]) -> str:
    if eta["p50_hours"] is None:
        return escape(f"unknown: {eta['reason']}")
    return escape(f"{eta['p50_hours']:g} h, nine in ten within {eta['p90_hours']:g} h ({eta['calendar']})")


def _fields(fields: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("field", "suggestion", "confidence", "by", box=None, pad_edge=False)
    for name, field in fields.items():
        if field["value"] is None:
            table.add_row(name, f"[dim]none: {escape(field['reason'] or 'no reason given')}[/dim]")
        else:
            table.add_row(name, escape(field["label"]), f"{field['confidence']:.0%}", field["method"])
    return table


def _neighbours(neighbours: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("number", "similar", "subject", "category", "team", "solved in", box=None, pad_edge=False)
    for n in neighbours:
        texts = (escape(n[name] or "") for name in ("subject", "category", "team"))
        hours = "" if n["resolved_in_hours"] is None else f"{n['resolved_in_hours']:g} h"
        table.add_row(n["number"], f"{n['similarity']:.2f}", *texts, hours)
    return table
