"""How each person writes: some sign with half a page, some never found the shift key. It is theirs for good."""

from dataclasses import dataclass
from functools import cache
from random import Random


@dataclass(frozen=True, slots=True)
class Voice:
    """Shares are 0..1. `wordy` is how much gets said beyond the matter itself."""

    greets: float
    signs: str
    wordy: float
    typos: float
    lower: bool
    shouts: float
    airy: bool
    apostrophes: bool
    disclaimer: bool


SIGNS = ("none", "first", "first", "name", "full", "full", "full", "mobile")


@cache
def voice_of(email: str) -> Voice:
    rng = Random(f"voice of {email}")
    careless = rng.random() < 0.22
    return Voice(
        greets=rng.choice((0.1, 0.6, 0.9, 0.97)),
        signs=rng.choice(SIGNS),
        wordy=rng.choice((0.1, 0.25, 0.4, 0.55, 0.8)),
        typos=rng.choice((0.04, 0.07)) if careless else rng.choice((0.0, 0.0, 0.004, 0.012)),
        lower=careless and rng.random() < 0.5,
        shouts=0.3 if rng.random() < 0.06 else 0.01,
        airy=rng.random() < 0.45,
        apostrophes=not careless or rng.random() < 0.4,
        disclaimer=rng.random() < 0.6,
    )
