"""Schedules, on DBOS with a store of its own: a file in the data folder, or a schema beside the desk's on PostgreSQL.

What is scheduled is short and may be repeated: it looks at what the desk needs and starts a child process for anything
long. That a firing is kept in the store means that on PostgreSQL one of several workers takes it.
"""

import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pysqlite3.dbapi2
from dbos import DBOS, DBOSConfig

from server.settings import Settings

# Named here because the default, a hash of the sources, would leave everything behind that was queued before an upgrade.
_VERSION = "1"
_SCHEMA = "fifthcall_jobs"
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED"]


@dataclass(frozen=True)
class Scheduled:
    """`cron` has six fields, the first one seconds."""

    name: str
    cron: str
    run: Callable[[], None]


class Jobs:
    """The schedules of one worker. One instance a process, for that is what DBOS allows."""

    def __init__(self, settings: Settings, schedules: Sequence[Scheduled]) -> None:
        self._config = _config(settings)
        self._schedules = schedules

    def start(self) -> None:
        """Creates the store if need be, takes up what a crash left behind, and starts firing."""
        _hand_logging_over()
        DBOS(config=self._config)
        workflows = [(schedule, _workflow(schedule)) for schedule in self._schedules]
        DBOS.launch()
        DBOS.apply_schedules(
            [{"schedule_name": s.name, "workflow_fn": workflow, "schedule": s.cron} for s, workflow in workflows]
        )

    def stop(self) -> None:
        DBOS.destroy(destroy_registry=True)

    def forget_finished(self, before: datetime) -> int:
        """Drops finished firings that were created before this instant; returns how many."""
        until = before.isoformat()
        old = DBOS.list_workflows(status=_FINISHED, end_time=until, load_input=False, load_output=False)
        if old:
            DBOS.delete_workflows([workflow.workflow_id for workflow in old])
        return len(old)


def _workflow(schedule: Scheduled) -> Callable[[datetime, Any], None]:
    def fire(_at: datetime, _context: Any) -> None:
        DBOS.run_step({"name": schedule.name}, schedule.run)

    workflow: Callable[[datetime, Any], None] = DBOS.workflow(name=schedule.name)(fire)
    return workflow


def _config(settings: Settings) -> DBOSConfig:
    config = DBOSConfig(
        name="fifthcall",
        application_version=_VERSION,
        executor_id=executor_id(settings),
        log_level="WARNING",
        scheduler_polling_interval_sec=5.0,
        sys_db_pool_size=4,
        max_executor_threads=4,
    )
    if settings.sqlite_file:
        config["system_database_url"] = f"sqlite:///{settings.data.absolute() / 'jobs.db'}"
        config["db_engine_kwargs"] = {"module": pysqlite3.dbapi2}
    else:
        config["system_database_url"] = settings.database_url
        config["dbos_system_schema"] = _SCHEMA
    return config


def executor_id(settings: Settings) -> str:
    """Stays the same when the worker is started again, so that it takes up its own unfinished firings."""
    return f"{socket.gethostname()}:{settings.data.absolute()}"


def _hand_logging_over() -> None:
    """With a handler of its own, DBOS adds no other; what it has to say goes where everything goes."""
    logger = logging.getLogger("dbos")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = True
