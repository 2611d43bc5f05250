"""HTML to text. Keeps lines and cells apart, and marks quotes and signatures as plain mail does."""

import re
from html import unescape

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:(?P<page>!doctype\s+html|html)|(?:head|body|meta|style|div|p|table|span|font|br|b|h[1-6]|ul|ol)\b)",
    re.IGNORECASE,
)
DEEPEST_QUOTE = 9
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_UNSEEN = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "head", "title", "template", "svg")
}
_LINE = {"p", "div", "br", "tr", "table", "ul", "ol", "pre", "hr", "section", "blockquote"} | {
    f"h{n}" for n in range(1, 7)
}
_QUOTE = re.compile(r"type\s*=\s*[\"']?cite|gmail_quote|yahoo_quoted", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:class|id)\s*=\s*[\"']?(?:gmail_signature|moz-signature|signature|ms-outlook-mobile-signature)", re.IGNORECASE
)


def is_html(text: str) -> bool:
    """Whether a body as a whole is HTML, rather than text in which somebody shows some."""
    start = _HTML_START.match(text)
    return bool(start and (start["page"] or text.rstrip().endswith(">")))


def html_to_text(html: str) -> str:
    """What a reader sees of `html`: a single pass, in which each search begins where the last one ended."""
    pieces: list[str] = []
    quotes: list[bool] = []  # for each open blockquote, whether it quotes a mail
    depth, at, as_typed = 0, 0, False
    while (opened := html.find("<", at)) >= 0:
        pieces.append(_words(html[at:opened], as_typed))
        at, name, attributes = _tag(html, opened)
        if name == "blockquote":
            quotes.append(bool(_QUOTE.search(attributes)))
            depth += quotes[-1]
        elif name == "/blockquote" and quotes:
            depth -= quotes.pop()
        elif name in ("pre", "/pre"):
            as_typed = name == "pre"
        elif name in _UNSEEN:
            end = _UNSEEN[name].search(html, at)
            at = _after(html, ">", end.end()) if end else len(html)
        pieces.append(_mark(name, attributes, min(depth, DEEPEST_QUOTE)))
    pieces.append(_words(html[at:], as_typed))
    return "".join(pieces)


def _words(data: str, as_typed: bool) -> str:
    """The data unescaped, its line breaks as spaces unless they count as typed."""
    return unescape(data if as_typed else data.replace("\n", " ")) if data else ""


def _tag(html: str, opened: int) -> tuple[int, str, str]:
    """Where the tag at `opened` ends, its name (with a slash if it closes), and its attributes. No tag: a name of "<"."""
    if html.startswith("<!--", opened):
        return _after(html, "-->", opened), "", ""
    if html.startswith(("<!", "<?"), opened):
        return _after(html, ">", opened), "", ""
    name = _TAG_NAME.match(html, opened + 1)
    if not name:
        return opened + 1, "<", ""
    end = _after(html, ">", name.end())
    return end, name[0].lower(), html[name.end() : min(end, name.end() + 500)]


def _after(html: str, mark: str, start: int) -> int:
    found = html.find(mark, start)
    return len(html) if found < 0 else found + len(mark)


def _mark(name: str, attributes: str, depth: int) -> str:
    if name == "<":
        return name
    if name.lstrip("/") in ("td", "th"):
        return " "
    line = "\n" + "> " * depth
    if attributes and _SIGNATURE.search(attributes):
        return f"{line}--{line}"
    if name == "li":
        return line + "- "
    return line if name.lstrip("/") in _LINE else ""
