"""Texts with gaps that facts fill: `Dear {{requester}},`. A gap names one of the declared facts; nothing is ever evaluated."""

import re
from collections.abc import Callable, Collection, Mapping

_GAP = re.compile(r"\{\{([^{}]*)\}\}")


def gaps(text: str) -> list[str]:
    """The names of the gaps in the order in which they first stand, known or not."""
    return list(dict.fromkeys(name.strip() for name in _GAP.findall(text)))


def unknown(text: str, declared: Collection[str]) -> list[str]:
    return [name for name in gaps(text) if name not in declared]


def _named(gap: str) -> str:
    return f"[{gap}]"


def fill(text: str, facts: Mapping[str, str], missing: Callable[[str], str] = _named) -> str:
    """One pass: what a fact says is never read as a gap again. A fact that is missing stays visible as [its name]."""
    return _GAP.sub(lambda gap: facts.get(gap[1].strip()) or missing(gap[1].strip()), text)
