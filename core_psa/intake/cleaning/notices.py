"""Banners of mail gateways above a message, disclaimers and printing footers below it."""

import re

from core_psa.intake.cleaning import phrases
from core_psa.intake.cleaning.phrases import any_in

BANNER_LINES = 8
_BANNER_TAG = re.compile(rf"^\W{{0,3}}[\[(*]\s?(?:{'|'.join(phrases.BANNER_TAGS)})\s?[\])*][\s:-]*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_BANNER_LABEL = re.compile(rf"\W*(?:{'|'.join(phrases.BANNER_LABELS)})\b\W*")


def without_notices(lines: list[str]) -> list[str]:
    """The lines without banners and disclaimers."""
    low = "\n".join(lines).lower()
    lines = _without_banner(lines)
    if any_in(low, phrases.FOOTERS):
        lines = [line for line in lines if not any_in(line.lower()[:400], phrases.FOOTERS)]
    if any_in(low, phrases.DISCLAIMER_WORDS):
        lines = _without_disclaimers(lines)
    return lines


def _without_banner(lines: list[str]) -> list[str]:
    """Drops sentences, not lines: some gateways put what was written on the line of their warning."""
    tag = _BANNER_TAG.match(lines[0][:100]) if lines else None
    if tag:
        lines = [lines[0][tag.end() :], *lines[1:]]
    head = [line[:1000] for line in lines[:BANNER_LINES]]
    if not _has_banner("\n".join(head).lower(), tagged=bool(tag)):
        return lines
    kept = []
    for line, start in zip(lines, head, strict=False):
        said = [sentence for sentence in _SENTENCE_END.split(start) if not _is_banner(sentence.lower())]
        rest = " ".join(said) + line[1000:]
        if rest or not line:
            kept.append(rest)
    return kept + lines[BANNER_LINES:]


def _has_banner(head: str, tagged: bool) -> bool:
    """One phrase beside a tag or a label, or two: people, too, write about mail from outside."""
    if not any_in(head, phrases.BANNERS):
        return False
    marks = tagged + bool(_BANNER_LABEL.match(head)) + sum(phrase in head for phrase in phrases.BANNERS)
    return marks >= 2


def _is_banner(sentence: str) -> bool:
    label = _BANNER_LABEL.match(sentence)
    return any_in(sentence, phrases.BANNERS) or bool(label and label.end() == len(sentence))


def _without_disclaimers(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for paragraph in _paragraphs(lines):
        kept.extend(_before_disclaimer(paragraph, opens=not any(kept)))
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


def _before_disclaimer(paragraph: list[str], opens: bool) -> list[str]:
    """The lines of a paragraph up to the sentence with which a disclaimer begins; it never `opens` a message."""
    if not any_in("\n".join(paragraph).lower(), phrases.DISCLAIMER_WORDS):
        return paragraph
    for at, line in enumerate(paragraph):
        sentences = _SENTENCE_END.split(line)
        for nth, sentence in enumerate(sentences):
            first = opens and at == nth == 0
            if not first and _starts_disclaimer(sentence) and _is_disclaimer([*sentences[nth:], *paragraph[at + 1 :]]):
                return [*paragraph[:at], *filter(None, [" ".join(sentences[:nth])])]
    return paragraph


def _starts_disclaimer(sentence: str) -> bool:
    return sentence[:120].lower().lstrip(" *_-=[(|>#•").startswith(phrases.DISCLAIMER_STARTS)


def _is_disclaimer(sentences: list[str]) -> bool:
    """At least two of the words: a person may well write one of them."""
    low = " ".join(sentences)[:2000].lower()
    return sum(word in low for word in phrases.DISCLAIMER_WORDS) >= 2
