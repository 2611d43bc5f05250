"""What this desk has learned, as a plain file that says what it is."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from triage import calibration
from triage.engine import Learned
from triage.times import Times, Watched

UNTAUGHT = "neighbours-1, nothing learned yet"


@dataclass(frozen=True)
class Taught:
    learned: Learned
    version: str


def load(path: Path) -> Taught:
    """What is in the file; a desk without one, or with a damaged one, uses the cautious defaults."""
    try:
        stored: dict[str, Any] = json.loads(path.read_text())
        times = stored["times"]
        watched = Watched(np.array(times["watched_hours"], dtype=np.float64))
        learned = Learned(
            calibration.from_json(stored["calibrations"]),
            Times(np.array(times["hours"], dtype=np.float64), watched),
        )
        return Taught(learned, stored["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return Taught(Learned(), UNTAUGHT)


def save(path: Path, learned: Learned, encoder_id: str, tickets: int, solved: int) -> str:
    """Writes the file in one piece; returns its version, a name for exactly this content.

    It was learned from `tickets` of the `solved` ones that the desk had then.
    """
    content = {
        "encoder": encoder_id,
        "tickets": tickets,
        "solved": solved,
        "calibrations": calibration.to_json(learned.calibrations),
        "times": {"hours": learned.times.hours.tolist(), "watched_hours": learned.times.watched.hours.tolist()},
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]
    version = f"neighbours-1, learned {digest}"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"version": version, **content}))
    part.replace(path)
    return version
