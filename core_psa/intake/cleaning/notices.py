"""Banners of mail gateways above a message, disclaimers and printing footers below it."""

import re

from core_psa.intake.cleaning import phrases
from core_psa.intake.cleaning.phrases import any_in

BANNER_LINES = 8
_BANNER_TAG = re.compile(rf"^\W{{0,3}}[\[(*]\s?(?:{'|'.join(phrases.BANNER_TAGS)})\s?[\])*][\s:-]*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_BANNER_LABEL = re.compile(
    r"^\W*(?:caution|warning|attention|achtung|warnung|vorsicht|cuidado|atención|attenzione|let op|atenção|security|sicherheitshinweis)\b\W*$",
    re.IGNORECASE,
)


def without_notices(lines: list[str]) -> list[str]:
    """The lines without banners and disclaimers."""
    low = "\n".join(lines).lower()
    if any_in(low[:2000], phrases.BANNERS) or _BANNER_TAG.match(low):
        lines = _without_banner(lines)
    if any_in(low, phrases.FOOTERS):
        lines = [line for line in lines if not any_in(line.lower()[:400], phrases.FOOTERS)]
    if any_in(low, phrases.DISCLAIMER_WORDS):
        lines = _without_disclaimers(lines)
    return lines


def _without_banner(lines: list[str]) -> list[str]:
    """Drops sentences, not lines: some gateways put what was written on the line of their warning."""
    kept = []
    for line in lines[:BANNER_LINES]:
        sentences = _SENTENCE_END.split(_BANNER_TAG.sub("", line[:1000]))
        if any(any_in(sentence.lower(), phrases.BANNERS) for sentence in sentences):
            sentences = [s for s in sentences if not any_in(s.lower(), phrases.BANNERS) and not _BANNER_LABEL.match(s)]
        rest = " ".join(sentences) + line[1000:]
        if rest or not line:
            kept.append(rest)
    return kept + lines[BANNER_LINES:]


def _without_disclaimers(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for paragraph in _paragraphs(lines):
        kept.extend(_before_disclaimer(paragraph))
        kept.append("")
    return kept[:-1]


def _paragraphs(lines: list[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    return paragraphs


def _before_disclaimer(paragraph: list[str]) -> list[str]:
    """The lines of a paragraph up to the sentence with which a disclaimer begins."""
    if not any_in("\n".join(paragraph).lower(), phrases.DISCLAIMER_WORDS):
        return paragraph
    for at, line in enumerate(paragraph):
        sentences = _SENTENCE_END.split(line)
        for nth, sentence in enumerate(sentences):
            if _starts_disclaimer(sentence) and _is_disclaimer([*sentences[nth:], *paragraph[at + 1 :]]):
                return [*paragraph[:at], *filter(None, [" ".join(sentences[:nth])])]
    return paragraph


def _starts_disclaimer(sentence: str) -> bool:
    return sentence[:120].lower().lstrip(" *_-=[(|>#•").startswith(phrases.DISCLAIMER_STARTS)


def _is_disclaimer(sentences: list[str]) -> bool:
    """At least two of the words, or one beside nothing but a short notice: a person may well write one of them."""
    low = " ".join(sentences)[:2000].lower()
    return sum(word in low for word in phrases.DISCLAIMER_WORDS) >= 2
