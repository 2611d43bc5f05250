"""What happens to a text between head and keyboard: typos, lost capitals, lost apostrophes, shouting."""

import re
from random import Random

from demo.voices import Voice

_NEIGHBOURS = dict(zip("abcdefghijklmnoprstuvwy", "svxsrfghujklnmiotdriuxet", strict=False))
_SHORT = {"please": "pls", "thanks": "thx", "because": "cos", "you": "u", "tomorrow": "tmrw", "problem": "prob"}
_SELF = re.compile(r"(^|so |and |\. |, )I (?=\w)")
_MINE = re.compile(r"\b[Mm]y\b")
_WORD = re.compile(r"[a-z]{4,}")
SHORTENED = 0.6


def roughen(text: str, voice: Voice, rng: Random) -> str:
    """The text as this person would have typed it."""
    if not voice.apostrophes:
        text = text.replace("'", "")
    if voice.lower:
        text = text.lower()
    if voice.typos:
        text = _WORD.sub(lambda word: _mistyped(word.group(), voice.typos, rng), text)
    return text.upper() if rng.random() < voice.shouts * 0.3 else text


def reported(text: str) -> str:
    """What a caller said of himself as the agent takes it down: `I have no sound on my phone` -> `have no sound ...`."""
    return _MINE.sub(lambda own: "Their" if own.group()[0] == "M" else "their", _SELF.sub(r"\1", text))


def shouted(subject: str, voice: Voice, rng: Random) -> str:
    """A subject line, sometimes with more urgency than it deserves."""
    if rng.random() < voice.shouts:
        subject = subject.upper()
    return subject + rng.choice(("!!", "!", "!!!")) if rng.random() < 0.02 + voice.shouts else subject


def _mistyped(word: str, share: float, rng: Random) -> str:
    if rng.random() >= share:
        return word
    if word in _SHORT and rng.random() < SHORTENED:
        return _SHORT[word]
    at = 1 + int(rng.random() * (len(word) - 2))
    slip = rng.random()
    if slip < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip < 0.65:
        return word[:at] + word[at + 1 :]
    if slip < 0.85:
        return word[:at] + word[at] + word[at:]
    return word[:at] + _NEIGHBOURS.get(word[at], word[at]) + word[at + 1 :]
