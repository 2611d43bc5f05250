"""Percentiles, tables and the name of the machine."""

import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, round(share * len(ordered) + 0.5) - 1))]


def summary(milliseconds: Sequence[float]) -> dict[str, float]:
    return {
        "n": len(milliseconds),
        "p50": round(statistics.median(milliseconds), 2),
        "p95": round(percentile(milliseconds, 0.95), 2),
        "p99": round(percentile(milliseconds, 0.99), 2),
        "max": round(max(milliseconds), 2),
    }


def machine() -> str:
    model = next((line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    cores = sum(line.startswith("processor") for line in _cpuinfo())
    return f"{cores} cores {model or platform.machine()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def report(name: str, figures: Mapping[str, Any], out: Path | None = None) -> None:
    """Prints the figures as JSON, with machine and date, and writes them where asked."""
    stamped = {"bench": name, "machine": machine(), "date": datetime.now(UTC).date().isoformat(), **figures}
    text = json.dumps(stamped, indent=2)
    print(text)
    if out:
        out.write_text(text + "\n")
