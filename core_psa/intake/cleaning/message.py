"""The first message of a mail: what its sender typed, and what it quotes where that is what the mail is about."""

import re
from dataclasses import dataclass
from typing import Literal

from core_psa.intake.cleaning import phrases, quotes
from core_psa.intake.cleaning.signatures import without_greeting, without_signature

MAILS_DEEP = 5
# In words. A short message may point to what it quotes; the few words that open a new ticket above a mail pass it on.
SHORT_MESSAGE, FEW_WORDS = 50, 12

_ADDRESS = re.compile(r"[\w.+-]{1,100}@[\w.-]{1,100}")
_WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Title:
    """A subject without its prefixes, and what these said of the mail."""

    text: str
    kind: Literal["new", "reply", "forward"]


def first_message(lines: list[str], title: Title, deep: int = MAILS_DEEP) -> list[str]:
    """The lines of the first message, without its greeting and signature; those of the mail it passes on below them."""
    chain = quotes.split(lines)
    own = without_greeting(without_signature(chain.typed))
    if not chain.quoted or not deep:
        return own
    if title.kind == "forward" or chain.forwards or _passes_on(own, title):
        return [*own, "", *first_message(chain.quoted, Title(title.text, "reply"), deep - 1)]
    return own


def _passes_on(lines: list[str], title: Title) -> bool:
    """Whether a message says too little to be the problem itself, or points to what it quotes."""
    words = [word.lower() for word in _WORDS.findall(_ADDRESS.sub("", "\n".join(lines)[:5000]))]
    if title.kind == "new" and len(words) <= FEW_WORDS:
        return True
    if len(words) <= SHORT_MESSAGE and not phrases.BELOW.isdisjoint(words):
        return True
    told = {word.lower() for word in _WORDS.findall(title.text)}
    return phrases.POINTERS.issuperset(words) or told.issuperset(words)
