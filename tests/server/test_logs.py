"""The log, as another program reads it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from server.logs import configure
from server.settings import Settings


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_json_lines_carry_the_event_its_level_and_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_json=True))
    structlog.get_logger("server.test").warning("index.dropped", tickets=12)
    said = json.loads(capsys.readouterr().err)
    assert (said["event"], said["level"], said["tickets"]) == ("index.dropped", "warning", 12)
    assert said["timestamp"].endswith("Z")


def test_what_libraries_say_has_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_json=True))
    logging.getLogger("some.library").warning("no space left")
    logging.getLogger("some.library").info("still here")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "no space left"


def test_for_people_it_is_a_line_of_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_json=False))
    structlog.get_logger("server.test").info("worker.started", jobs=2)
    said = capsys.readouterr().err
    assert "worker.started" in said
    assert "jobs=2" in said
