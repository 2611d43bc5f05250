"""A letter of the outbox as a mail: plain text and the same in HTML, with the headers that keep threads and loops in order."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from markupsafe import Markup, escape

from core_psa.notices.outbox import Letter

_LINK = re.compile(r"https?://[^\s<>\"']+")


def sender(mail_from: str) -> Address:
    """From 'Harbour IT <desk@harbour.example>' or the bare address. Raises ValueError."""
    name, address = parseaddr(mail_from)
    if "@" not in address:
        raise ValueError(f"FIFTHCALL_MAIL_FROM is '{mail_from}', which holds no e-mail address")
    return Address(name, addr_spec=address)


def compose(letter: Letter, from_address: Address) -> EmailMessage:
    """Raises ValueError for an address no mail can be sent to."""
    mail = EmailMessage()
    mail["From"] = from_address
    mail["To"] = _reader(letter)
    mail["Subject"] = _sendable(letter.subject)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = letter.message_id
    if letter.references:
        mail["In-Reply-To"] = letter.references[-1]
        mail["References"] = " ".join(letter.references)
    if not letter.personal:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    text = _sendable(letter.text)
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(as_html(text), subtype="html", cte="quoted-printable")
    return mail


def _reader(letter: Letter) -> Address:
    try:
        return Address(_sendable(letter.name), addr_spec=letter.address)
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(f"'{letter.address[:100]}' is not an address mail can be sent to") from error


def _sendable(text: str) -> str:
    """Without what no mail can carry: lone surrogates and control characters other than tab and line end."""
    readable = text.encode("utf-8", "replace").decode()
    return "".join(c for c in readable if c in "\t\n" or c >= " ")


def as_html(text: str) -> str:
    """The text as written, everything in it escaped; addresses of pages can be followed."""
    paragraphs = (_paragraph(part) for part in text.strip().split("\n\n"))
    return f'<!doctype html>\n<html><body style="font-family: sans-serif">\n{"".join(paragraphs)}</body></html>\n'


def _paragraph(text: str) -> str:
    pieces, at = [], 0
    for link in _LINK.finditer(text):
        pieces += [escape(text[at : link.start()]), Markup('<a href="{0}">{0}</a>').format(link[0])]
        at = link.end()
    written = "".join([*pieces, escape(text[at:])])
    return "<p>" + written.replace("\n", "<br>\n") + "</p>\n"
