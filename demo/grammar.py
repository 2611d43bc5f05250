"""Templates with nested alternatives and named slots, compiled once, filled thousands of times a second.

`[a|b|c]` takes one of its alternatives, `{name}` a phrase (itself a template) or, where no phrase has that name, a fact
of the ticket. `\\n` is a line break.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

from demo.data_files import lines, read

_TOKEN = re.compile(r"[\[\]|]|\{\w+\}|[^\[\]|{}]+")
_WORD = re.compile(r"\w{4,}")
_SPACES = re.compile(r" {2,}")
_BEFORE = re.compile(r",? +(?=[.,\n]|$)")

TRIES = 4


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


Sequence = list["str | Slot | Alternatives"]
Alternatives = tuple[Sequence, ...]


class Template:
    """One or more variants of a text; `fill` picks and completes one of them."""

    __slots__ = ("_variants",)

    def __init__(self, variants: tuple[str, ...]) -> None:
        self._variants: Alternatives = tuple(_sequence(_tokens(variant)) for variant in variants)

    def fill(self, rng: Random, facts: Mapping[str, str]) -> str:
        """The same fact keeps its value within one mapping, so a text stays true to itself."""
        out: list[str] = []
        _expand(_pick(self._variants, rng), rng, facts, out)
        return _tidy("".join(out))

    def fitting(self, text: str, rng: Random, facts: Mapping[str, str]) -> str:
        """Of a few fillings the one that shares most words with `text`, so that a subject suits its body."""
        said = _words(text)
        return max((self.fill(rng, facts) for _ in range(TRIES)), key=lambda filled: len(said & _words(filled)))


def _tidy(text: str) -> str:
    """What empty alternatives leave behind: doubled blanks, blanks and commas before a full stop."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return _BEFORE.sub("", text).strip()


@lru_cache(maxsize=64)
def _words(text: str) -> set[str]:
    """Beginnings of the longer words, so that printing meets printer."""
    return {word[:5] for word in _WORD.findall(text.lower())}


def _pick(variants: Alternatives, rng: Random) -> Sequence:
    return variants[int(rng.random() * len(variants))]


def _expand(parts: Sequence, rng: Random, facts: Mapping[str, str], out: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Slot):
            out.append(facts[part.name])
        else:
            _expand(_pick(part, rng), rng, facts, out)


def _tokens(text: str) -> list[str]:
    """Reversed, so that the next token is popped from the end."""
    return _TOKEN.findall(text.replace("\\n", "\n"))[::-1]


def _sequence(tokens: list[str]) -> Sequence:
    parts: Sequence = []
    while tokens and tokens[-1] not in {"|", "]"}:
        part = tokens.pop()
        if part.startswith("["):
            parts.append(_alternatives(tokens))
        elif part.startswith("{"):
            parts.append(_named(part[1:-1]))
        else:
            parts.append(part)
    return parts


def _alternatives(tokens: list[str]) -> Alternatives:
    options = [_sequence(tokens)]
    while tokens.pop() == "|":
        options.append(_sequence(tokens))
    return tuple(options)


def _named(name: str) -> "Slot | Alternatives":
    return _phrases(name) if name in read("phrases") else Slot(name)


@cache
def _phrases(name: str) -> Alternatives:
    return tuple(_sequence(_tokens(line)) for line in lines(read("phrases")[name]))


@cache
def phrase(name: str) -> Template:
    """A phrase of `phrases.toml` by its name."""
    return Template(lines(read("phrases")[name]))
