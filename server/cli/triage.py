"""`fifthcall triage`: what would be suggested for a ticket, without storing one."""

import json as json_lines
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, Json, print_json, settings_of

if TYPE_CHECKING:
    from server.api.deps import ApiContext

_AT_ONCE = 64

Subject = Annotated[str, typer.Option(help="The ticket's subject.")]
Body = Annotated[str, typer.Option(help="The ticket's first message.")]
File = Annotated[
    Path | None,
    typer.Option(help="Tickets, one JSON object a line; - reads them."),
]

Answer = dict[str, Any]


def triage(subject: Subject = "", body: Body = "", file: File = None, data: Data = None, json: Json = False) -> None:
    """Suggest category, priority, team, assignee and time to resolve, with the evidence; nothing is stored.

    A file is answered in JSON, line by line; a line that cannot be answered says why, and the command ends with 1.
    """
    if (file is None) == (not subject and not body):
        raise typer.BadParameter("give either a ticket (--subject, --body) or a --file of tickets")
    api = _desk(data)
    try:
        answers = _answers(api, [{"subject": subject, "body": body}]) if file is None else _of_file(api, file)
        failed = _print_lines(answers) if file else _print_one(next(iter(answers)), as_json=json)
    finally:
        api.desk.close()
    if failed:
        raise typer.Exit(1)


def _desk(data: Path | None) -> "ApiContext":
    """The desk as the API has it. Raises StoreUnavailable where triage cannot run."""
    from core_psa.errors import StoreUnavailable
    from core_psa.viewer import SYSTEM
    from server.api.deps import ApiContext
    from server.logs import configure
    from server.wiring import open_desk

    settings = settings_of(data)
    configure(settings)
    desk = open_desk(settings)
    if desk.triage.trouble:
        desk.close()
        raise StoreUnavailable("; ".join(desk.triage.trouble))
    return ApiContext(desk, SYSTEM)


def _of_file(api: "ApiContext", file: Path) -> Iterator[Answer]:
    with sys.stdin if str(file) == "-" else file.open(encoding="utf-8", errors="replace") as opened:
        lines = (line for line in opened if line.strip())
        while batch := list(islice(lines, _AT_ONCE)):
            yield from _answers(api, [_parsed(line) for line in batch])


def _parsed(line: str) -> Any:
    """The line's value, or the error that reading it gave."""
    try:
        return json_lines.loads(line)
    except ValueError as error:
        return error


def _answers(api: "ApiContext", rows: Sequence[Any]) -> Iterator[Answer]:
    """One answer a row, in their order: a suggestion in the API's shape, or what is wrong with the row."""
    from core_psa.errors import DomainError
    from server.api.suggestions import asked_of, suggested
    from server.api.tickets import new_ticket

    asked, errors = [], {}
    for position, row in enumerate(rows):
        try:
            asked.append(asked_of(api, new_ticket(_object(row))))
        except (ValueError, DomainError) as error:
            errors[position] = str(error)
    suggestions = iter(suggested(api, asked) if asked else ())
    for position, row in enumerate(rows):
        named = {"id": row["id"]} if isinstance(row, dict) and "id" in row else {}
        yield {**named, "error": errors[position]} if position in errors else {**named, **next(suggestions)}


def _object(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    raise ValueError(f"not a JSON object: {row}")


def _print_lines(answers: Iterable[Answer]) -> bool:
    """Prints one line an answer; returns whether some could not be given."""
    failed = 0
    for answer in answers:
        failed += not _is_suggestion(answer)
        typer.echo(json_lines.dumps(answer, default=str))
    if failed:
        typer.echo(
            f"Error: {failed} {'line' if failed == 1 else 'lines'} could not be answered; each says why", err=True
        )
    return failed > 0


def _print_one(answer: Answer, *, as_json: bool) -> bool:
    if not _is_suggestion(answer):
        typer.echo(f"Error: {answer['error']}", err=True)
    elif as_json:
        print_json(answer)
    else:
        from server.cli.panel import show

        show(answer)
    return not _is_suggestion(answer)


def _is_suggestion(answer: Answer) -> bool:
    return "fields" in answer
