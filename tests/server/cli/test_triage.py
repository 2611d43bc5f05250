import json
from pathlib import Path

from tests.server.cli.conftest import Program

RUN = ("-m", "server.cli.main", "triage")


def test_a_ticket_is_answered_in_the_shape_of_the_api(program: Program, data: Path) -> None:
    found = program(*RUN, "--subject", "Printer jams", "--json", "--data", data)
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    assert set(answer["fields"]) == {"category", "priority", "team", "assignee"}
    assert answer["fields"]["category"]["reason"]


def test_each_line_of_a_file_is_answered_or_told_what_is_wrong(program: Program, data: Path) -> None:
    lines = [
        '{"id": "a", "subject": "Printer jams"}',
        "not JSON",
        "",
        '{"id": "b"}',
        '{"subject": "x", "team": "Nobody"}',
    ]
    found = program(*RUN, "--file", "-", "--data", data, feed="\n".join(lines))
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [answer.get("id") for answer in answers] == ["a", None, "b", None]
    assert ["fields" in answer for answer in answers] == [True, False, False, False]
    assert "Nobody" in answers[3]["error"]
    assert found.returncode == 1


def test_nothing_to_triage_is_a_wrong_argument(program: Program, data: Path) -> None:
    found = program(*RUN, "--data", data)
    assert found.returncode == 2
    assert "--subject" in found.stderr
