"""Heavy computing that stands back for what people wait for, in a thread of its own.

Whoever holds the store's turn to write must get a core at once, or everybody behind waits with them. So a process stays
at its priority, and only what it computes between its transactions stands back.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Aside:
    """One thread at a lower priority (`nice`, as much as by the shell's command); threads that its work starts have it too."""

    def __init__(self, nice: int) -> None:
        self._thread = ThreadPoolExecutor(1, "aside", initializer=_stand_back, initargs=(nice,))

    def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the call returns or raises; waits for it."""
        return self.begin(call, *args, **kwargs).result()

    def begin(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        return self._thread.submit(call, *args, **kwargs)

    def close(self) -> None:
        """Waits for what was begun."""
        self._thread.shutdown()


def _stand_back(nice: int) -> None:
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
