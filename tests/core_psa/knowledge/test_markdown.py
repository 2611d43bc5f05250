"""From an author's text to what a reader's browser is given."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.knowledge.markdown import plain, render

ALLOWED = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
PIECES = (
    *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)"),
    *("[a](", ")", "<", ">", '"', "'", "`", "```", "\n", "![x](", "data:text/html,", "&lt;script&gt;", "JaVaScRiPt:"),
    *("<iframe srcdoc=", "<style>", "<!--", "-->", "<a href=", "\x00", "&#106;avascript:", "| a |\n|---|\n| b |", "# "),
)

# As a browser reads an address: a scheme begins with a letter, and white space and control characters do not count.
SCHEME, UNREAD = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE), re.compile(r"[\x00-\x20]")


class Elements(HTMLParser):
    """What a browser would find in a text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def elements(html: str) -> Elements:
    found = Elements()
    found.feed(html)
    found.close()
    return found


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=25).map("".join))
def test_no_script_survives_whatever_an_author_writes(text: str) -> None:
    found = elements(render(text))
    assert set(found.tags) <= ALLOWED
    assert {name for name, _ in found.attributes} <= {"href", "title", "rel", "start"}
    for name, value in found.attributes:
        if name == "href":
            scheme = SCHEME.match(UNREAD.sub("", value or ""))
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}, value


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<a href="x" onclick="y">z</a>',
        "![x](http://x.example/p)",
    ],
)
def test_what_could_run_or_fetch_is_words_or_nothing(text: str) -> None:
    found = elements(render(text))
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not {"onclick", "src"} & {name for name, _ in found.attributes}


def test_an_article_keeps_its_structure() -> None:
    html = render("# Outlook\n\n1. Close it\n2. Start **safe mode**\n\n| Key | What |\n|---|---|\n| F5 | again |\n")
    assert "<h2>Outlook</h2>" in html
    assert "<ol>" in html
    assert "<strong>safe mode</strong>" in html
    assert "<td>again</td>" in html


def test_a_link_to_elsewhere_tells_that_place_nothing() -> None:
    assert 'rel="noopener noreferrer"' in render("[help](https://help.example/a)")


def test_plain_words_have_no_markup() -> None:
    assert (
        plain("# Title\n\nSome *soft*\nwords and `code`.\n\n```\nipconfig\n```")
        == ("Title\nSome soft words and code.\nipconfig\n").strip()
    )
