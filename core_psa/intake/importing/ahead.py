"""The next batch of a file, read while the last one is being committed.

Two threads share one interpreter, and inserting row by row lets it go at every row: reading at that time would slow the
writing down. A commit lets it go for long.
"""

from concurrent.futures import Future
from typing import Self

from core_psa.aside import Aside
from core_psa.intake.importing.batches import Batch, Batches

# Whoever is answered comes first.
_NICE = 10


class Ahead:
    """Use as a context: leaving it waits for the reading that has begun."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._aside = Aside(_NICE)
        self._begun: Future[Batch] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._aside.close()

    def begin(self, most: int) -> None:
        """Says that from now on there is time to read up to `most` rows; once a batch is enough."""
        if self._begun is None:
            self._begun = self._aside.begin(self._batches.next, most)

    def next(self, most: int) -> Batch:
        """The batch that was begun, or else up to `most` rows read now; an empty batch is the end."""
        begun, self._begun = self._begun, None
        return begun.result() if begun else self._aside.run(self._batches.next, most)
