"""No history yet: compare the ticket with what the desk wrote about its own values.

A name, a path and a description are a poor stand-in for solved tickets, so confidence is low and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.neighbours import Value
from triage.votes import ALTERNATIVES, Options, Proposal

METHOD = "descriptions"

Encode = Callable[[list[str]], NDArray[np.float32]]

_TEMPERATURE = 0.07
_FLOOR = 0.15
_SUREST = 0.6  # a description that fits perfectly is still no solved ticket


def describe(name: str, path: Sequence[str] = (), description: str = "") -> str:
    """Return the text that stands for one value: its path, its name and what was written about it."""
    head = " / ".join([*path, name])
    return f"{head}. {description}".strip() if description else head


@dataclass(frozen=True, slots=True)
class Descriptions:
    """One field's values with a normalised vector each: `vectors` is (len(values), d)."""

    values: tuple[Value, ...]
    vectors: NDArray[np.float32]

    @classmethod
    def encoded(cls, texts: Mapping[Any, str], encode: Encode) -> "Descriptions":
        """Embed the text of each value that has one."""
        written = {value: text for value, text in texts.items() if text.strip()}
        vectors = encode(list(written.values())) if written else np.empty((0, 0), dtype=np.float32)
        return cls(tuple(written), vectors)

    def propose(self, vector: NDArray[np.float32], instead_of: Proposal, options: Options) -> Proposal:
        """Return the value whose description is nearest to `vector` (d,), or the abstention it would replace."""
        rows = [row for row, value in enumerate(self.values) if options.permit(value)]
        if len(rows) < 2:
            return instead_of
        cosines = self.vectors[rows] @ vector
        if cosines.max() < _FLOOR:
            return instead_of
        confidence = _confidence(cosines)
        order = np.argsort(-confidence, kind="stable")[:ALTERNATIVES]
        (value, sure), *others = [(self.values[rows[each]], float(confidence[each])) for each in order]
        return Proposal(instead_of.field, value, sure, METHOD, None, tuple(others))


def _confidence(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share by closeness, never above `_SUREST`, and less the farther away the nearest description is."""
    weights = np.exp((cosines - cosines.max()).astype(np.float64) / _TEMPERATURE)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares * _SUREST * min(1.0, max(0.0, float(cosines.max())) / _SUREST)
