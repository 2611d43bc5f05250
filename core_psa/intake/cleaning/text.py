"""The one text of a ticket, and its name."""

import re
from hashlib import sha256

from core_psa.intake.cleaning import phrases
from core_psa.intake.cleaning.characters import composed, folded_lines, visible, without_gaps
from core_psa.intake.cleaning.markup import html_to_text, is_html
from core_psa.intake.cleaning.message import Title, first_message
from core_psa.intake.cleaning.notices import without_notices

TEXT_VERSION = 1

# What lies further on is not read: no step below may cost more than these lengths, whatever it is given.
HTML_LIMIT = 400_000
TEXT_LIMIT = 50_000
SUBJECT_LIMIT = 1_000

_PREFIX = re.compile(
    rf"\s*(?:(?P<tag>\[(?:{'|'.join(phrases.BANNER_TAGS)})\])"
    rf"|(?:(?P<reply>{'|'.join(phrases.REPLY_PREFIXES)})|(?P<forward>{'|'.join(phrases.FORWARD_PREFIXES)}))"
    r"\s?(?:[\[(]\d{1,3}[\])])?\s?[:\uff1a])\s*",
    re.IGNORECASE,
)
# What mail programs put into the text beside their HTML.
_LEFT_BY_HTML = re.compile(
    r"\[(?:cid:[^\]\s]{1,200}|image: [^\]\n]{1,200})\]|<mailto:[^>\s]{1,200}>|<tel:[^>\s]{1,100}>"
)


def clean(subject: str, body: str) -> str:
    """Subject and first message as triage and search read them: the subject on the first line, the message below.

    Empty only if neither holds a visible character. A message that begins with its own subject is not told it twice.
    """
    title = _title(subject)
    message = _clean_body(body, title)
    if message.casefold().startswith(title.text.casefold()):
        return message
    return f"{title.text}\n{message}" if message else title.text


def clean_body(body: str) -> str:
    """The first message of `body`, read as a reply is. If nothing of it would be left, all of it."""
    return _clean_body(body, Title("", "reply"))


def text_hash(text: str) -> str:
    """Names a cleaned text together with the version of its cleaning: sha256 in hex."""
    return sha256(f"{TEXT_VERSION}\n{text}".encode(errors="surrogatepass")).hexdigest()


def _title(subject: str) -> Title:
    whole = " ".join(composed(visible(subject)[:SUBJECT_LIMIT]).split())
    at, kinds = 0, []
    while found := _PREFIX.match(whole, at):
        at = found.end()
        kinds.append(found.lastgroup)
    outermost = next((kind for kind in kinds if kind != "tag"), None)
    return Title(whole[at:] or whole, "reply" if outermost == "reply" else "forward" if outermost else "new")


def _clean_body(body: str, title: Title) -> str:
    whole = folded_lines(_plain(body))
    lines = first_message(without_notices(whole), title)
    return "\n".join(without_gaps(lines)) or "\n".join(whole)


def _plain(body: str) -> str:
    text = visible(body)
    if is_html(text[:HTML_LIMIT]):
        text = visible(html_to_text(text[:HTML_LIMIT])) or text
    text = text[:TEXT_LIMIT]
    if "[" in text or "<" in text:
        text = _LEFT_BY_HTML.sub("", text).strip() or text
    return composed(text)
