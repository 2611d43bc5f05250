"""From an article's Markdown to HTML that is safe to show, and to plain words.

Authors may be tricked into pasting anything, so the HTML is safe twice over: the parser escapes raw HTML, and what it
makes is cleaned down to the few elements that an article needs.
"""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
# Pictures would be fetched from elsewhere, telling it who reads.
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def render(markdown: str) -> str:
    """Clean HTML: no script, no style, no picture, links to https, http, mailto and tel alone. Headings begin at h2."""
    tokens = _parser.parse(_CONTROLS.sub("\ufffd", markdown.replace("\r\n", "\n")))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")


def plain(markdown: str) -> str:
    """The words alone, one line a block, for search and excerpts."""
    return "\n".join(line for line in _lines(_parser.parse(_CONTROLS.sub(" ", markdown))) if line.strip())


def _lines(tokens: Sequence[Token]) -> list[str]:
    return [_words(token) for token in tokens if token.type in ("inline", "fence", "code_block")]


def _words(token: Token) -> str:
    if token.children is None:
        return token.content.rstrip()
    return "".join(_of_child(child) for child in token.children)


def _of_child(child: Token) -> str:
    return " " if child.type in ("softbreak", "hardbreak") else child.content
