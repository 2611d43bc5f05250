"""Reads the words and weights of `data/`, once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def read(name: str) -> dict[str, Any]:
    """One file of `data/`, by its path without the suffix."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def names_in(folder: str) -> list[str]:
    """The files of a sub-folder, in a fixed order, as `read` takes them."""
    return sorted(f"{folder}/{file.stem}" for file in (FOLDER / folder).glob("*.toml"))


def lines(block: str) -> tuple[str, ...]:
    """The variants of a text block, one a line."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())
