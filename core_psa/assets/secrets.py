"""Whether a text looks as if it held a secret. Secrets belong into a password manager; the desk keeps the way there."""

import re
from urllib.parse import parse_qsl, urlsplit

_NAMES = r"pass(?:word|wort|phrase|wd)?|pwd|pw|kennwort|secret|api[-_ ]?key|access[-_ ]?key|token|pin|recovery key"
_PATTERNS = (
    ("a password", re.compile(rf"\b(?:{_NAMES})\b\s*(?:is|ist|=|:|->|→)\s*(?!\[|see\b|in\b|<)\S{{3,}}", re.IGNORECASE)),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    (
        "a key of a cloud service",
        re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bsk-[A-Za-z0-9_-]{20,}\b"),
    ),
    ("a token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}")),
    ("a recovery key", re.compile(r"\b\d{6}(?:-\d{6}){7}\b")),
)
_SECRET_PARAMETERS = re.compile(rf"^(?:{_NAMES}|sig|signature|auth|key|code|sas)$", re.IGNORECASE)


def found_in(text: str) -> str | None:
    """What it looks like, in words, or None."""
    return next((what for what, pattern in _PATTERNS if pattern.search(text)), None)


def found_in_address(url: str) -> str | None:
    """The same for an address: also a name and password before the host, and parameters that let somebody in."""
    parts = urlsplit(url)
    if parts.password or (parts.username and "@" in parts.netloc):
        return "a name and password before the host"
    names = [name for name, value in parse_qsl(parts.query) + parse_qsl(parts.fragment) if value]
    let_in = next((name for name in names if _SECRET_PARAMETERS.match(name)), None)
    return f"a secret in its parameter '{let_in}'" if let_in else found_in(url)
