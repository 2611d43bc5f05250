import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from server.jobs import Jobs, Scheduled, executor_id
from server.settings import Settings

EVERY_SECOND = "* * * * * *"


@pytest.fixture
def fired() -> threading.Event:
    return threading.Event()


@pytest.fixture
def jobs(settings: Settings, fired: threading.Event) -> Iterator[Jobs]:
    jobs = Jobs(settings, [Scheduled("tick", EVERY_SECOND, fired.set)])
    jobs.start()
    yield jobs
    jobs.stop()


def test_a_schedule_fires_and_its_firings_are_forgotten_later(jobs: Jobs, fired: threading.Event) -> None:
    assert fired.wait(60)
    fired.clear()
    assert fired.wait(60)
    assert jobs.forget_finished(datetime.now(UTC)) > 0


def test_schedules_go_on_after_a_restart(jobs: Jobs, settings: Settings, fired: threading.Event) -> None:
    assert fired.wait(60)
    jobs.stop()
    again = threading.Event()
    jobs = Jobs(settings, [Scheduled("tick", EVERY_SECOND, again.set)])
    jobs.start()
    assert again.wait(60)


def test_an_executor_keeps_its_name(settings: Settings) -> None:
    assert executor_id(settings) == executor_id(replace(settings))
