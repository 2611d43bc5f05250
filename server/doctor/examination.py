"""All checks in order, each kept apart from the others."""

from collections.abc import Callable, Collection, Iterator

from server.doctor import data_folder, installation, store, triage
from server.doctor.finding import Finding, problem
from server.settings import Settings

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "python": installation.python,
    "sqlite": installation.sqlite,
    "pages": installation.pages,
    "encoder": installation.encoder,
    "data folder": data_folder.folder,
    "disk": data_folder.disk,
    "worker": data_folder.worker,
    "long work": data_folder.long_work,
    "jobs": data_folder.jobs,
    "store": store.store,
    "secrets": store.secrets,
    "sandbox": store.sandbox,
    "links": store.links,
    "triage": triage.waiting,
    "vectors": triage.vectors,
    "index": triage.index,
    "learned": triage.learned,
}


def examine(settings: Settings, only: Collection[str] = CHECKS.keys()) -> list[Finding]:
    return [f for name, check in CHECKS.items() if name in only for f in _isolated(name, check, settings)]


def _isolated(name: str, check: Check, settings: Settings) -> list[Finding]:
    """What a check found, up to where it broke."""
    found: list[Finding] = []
    try:
        found.extend(check(settings))
    except Exception as error:
        text = f"cannot be examined: {type(error).__name__}: {error}"
        found.append(problem(name, text, "see what the message names, then run 'fifthcall doctor' again"))
    return found
