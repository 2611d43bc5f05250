"""Finding the people mentioned in a text, and addresses nobody reads. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_UNREAD = re.compile(
    r"(mailer-daemon|postmaster|abuse|root|bounces?|no-?reply|do-?not-?reply|noreply)([+._-].*)?", re.IGNORECASE
)


class Person(NamedTuple):
    id: int
    name: str
    email: str


class Mention(NamedTuple):
    """Where somebody is mentioned: `text` is what was written, without the @."""

    person: int
    text: str


def mentions(text: str, people: Sequence[Person]) -> list[Mention]:
    """Everybody mentioned as @their name, @their first name where only one has it, or @the part of their address before the @."""
    known = _by_word(people)
    found: dict[int, Mention] = {}
    for at in _AT.finditer(text):
        mention = _mention(text[at.end() : at.end() + 120], known)
        if mention is not None:
            found.setdefault(mention.person, mention)
    return list(found.values())


def _by_word(people: Sequence[Person]) -> dict[str, int]:
    """What somebody may be called by, longest first, so that 'Ada Quell' wins over 'Ada'."""
    names: dict[str, int] = {}
    first = Counter(person.name.split()[0].lower() for person in people if person.name.split())
    for person in people:
        words = [person.name.lower(), person.email.partition("@")[0].lower()]
        words += [w for w in person.name.lower().split()[:1] if first[w] == 1]
        for word in words:
            names.setdefault(word, person.id)
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _mention(rest: str, known: dict[str, int]) -> Mention | None:
    lowered = rest.lower()
    for word, person in known.items():
        if word and lowered.startswith(word) and not _goes_on(rest, len(word)):
            return Mention(person, rest[: len(word)])
    return None


def _goes_on(rest: str, end: int) -> bool:
    """Whether the word written is longer than the one known: @adamant mentions no Ada, and neither does @ada.k@x.example."""
    return bool(re.match(r"\w|[.+-]\w|@", rest[end:]))


def addresses(given: Iterable[str], own: Iterable[str] = ()) -> list[str]:
    """Addresses as they are kept: lower case, each once, without our own and those that nobody reads."""
    ours = {address.lower() for address in own}
    cleaned = (address.strip().lower() for address in given)
    return [a for a in dict.fromkeys(cleaned) if a and a not in ours and not nobody_reads(a)]


def nobody_reads(address: str) -> bool:
    """Whether this is an address such as postmaster@ or no-reply@, which is never written to by itself."""
    return _UNREAD.fullmatch(address.partition("@")[0]) is not None
