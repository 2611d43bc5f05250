"""Greetings above and signatures below a message. A signature begins within the last lines, or is none."""

import re

from core_psa.intake.cleaning import phrases

SIGNATURE_LINES = 12
_CLOSING = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, phrases.CLOSINGS), key=len, reverse=True))})(?!\w)(.*)")
_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in phrases.CLOSINGS) | {
    phrase.split()[0] for phrase in phrases.LONE_CLOSINGS
}
_GREETING = re.compile(rf"(?:{'|'.join(phrases.GREETINGS)})(?: [^\W\d_][\w.'-]*){{0,4}} ?([,!:.]*)$")
_CODE = re.compile(
    r"[{};=\\]|\bat [\w.$]+\(|exception|error|failed|^\W|^\d+[.)]\s|\?$|^ps\b|^p\.s|\d.*\.$", re.IGNORECASE
)
_CONTACT = re.compile(r"[|•·]|\+?\d[\d ()/.-]{6,}|@|www\.|https?:")


def without_signature(lines: list[str]) -> list[str]:
    """The lines up to the closing of the letter, without what a phone adds."""
    lines = without_device_line(lines)
    for at in range(max(len(lines) - SIGNATURE_LINES, 0), len(lines)):
        if lines[at] and _closes(lines[at]) and all(map(_is_signature_like, lines[at + 1 :])):
            return _without_empty_end(lines[:at])
    return lines


def without_greeting(lines: list[str]) -> list[str]:
    if not lines or len(lines[0]) > 60:
        return lines
    greeting = _GREETING.match(lines[0].lower())
    if greeting and (greeting[1] or len(lines[0].split()) == 1 or lines[0].lower().split()[-1] in phrases.GREETED):
        return lines[1:]
    return lines


def without_device_line(lines: list[str]) -> list[str]:
    tail = max(len(lines) - SIGNATURE_LINES, 0)
    if not any(map(_is_device_line, lines[tail:])):
        return lines
    return _without_empty_end(lines[:tail] + [line for line in lines[tail:] if not _is_device_line(line)])


def _is_device_line(line: str) -> bool:
    return 0 < len(line) <= 100 and line.lower().startswith(phrases.DEVICE_LINES)


def _closes(line: str) -> bool:
    if line in ("--", "—", "__"):
        return True
    if len(line) > 80:
        return False
    low = line.lower().strip(" ,.!;:-*_")
    if low in phrases.LONE_CLOSINGS:
        return True
    if low.split(" ", 1)[0].rstrip(",!") not in _FIRST_WORDS:
        return False
    closing = _CLOSING.match(low)
    return bool(closing and len(closing[1].split()) <= 4)


def _is_signature_like(line: str) -> bool:
    """Names, titles, addresses and numbers: short, and neither a sentence nor code."""
    if len(line) > 160:
        return False
    if _CONTACT.search(line):
        return True
    return len(line) <= 80 and len(line.split()) <= 8 and not _CODE.search(line)


def _without_empty_end(lines: list[str]) -> list[str]:
    last = len(lines)
    while last and not lines[last - 1]:
        last -= 1
    return lines[:last]
