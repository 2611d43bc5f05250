"""Chains of mails: where the first message ends and what it quotes begins."""

import re
from dataclasses import dataclass

from core_psa.intake.cleaning import phrases

# A text without any of these quotes nothing: most end here.
_MARKS = (
    *(f"{label}{colon}" for label in sorted(phrases.FROM_LABELS) for colon in (":", " :")),
    *("wrote", "schrieb", "crit", "escribi", "schreef", "escreveu"),
    *("----", "forwarded", "weitergeleitet", "réexpédié", "reenviado", "doorgestuurd", "inoltrato", "encaminhada"),
    *(">:", "\n>"),
)
_LABEL = re.compile(r"^[*_ ]*([^\W\d_][^:*\n]{0,18}?)[*_ ]*:(?![/\\:])")
_MORE_ADDRESSES = (";", ",")
_LONGEST_ATTRIBUTION = 300
_WHEN = re.compile(r"\d{1,2}[:.h]\d\d|\b\d{4}\b|@")
_DATED = re.compile(r"\d{4}[-/.]\d\d[-/.]\d\d \d\d?:\d\d")
_CODE = re.compile(r"[;{}=|$<\\\[\]]")
_SEPARATOR = re.compile(r"^[\W_]{5,}$")


@dataclass(frozen=True, slots=True)
class Chain:
    """`typed` above (and between) what is quoted, `quoted` without its marks, and whether it says that it forwards."""

    typed: list[str]
    quoted: list[str]
    forwards: bool = False


def split(lines: list[str]) -> Chain:
    """The chain at its first header; without one, the lines but for blocks of quoted prose."""
    low = "\n".join(["", *lines]).lower()
    if not phrases.any_in(low, _MARKS):
        return Chain(lines, [])
    lows = low.split("\n")[1:]
    for at, line in enumerate(lows):
        if ":" in line or "-" in line:
            header = _header(lows, at)
            if header:
                return _split_at(lines, *header)
    return Chain(_without_quoted_prose(lines), [])


def _split_at(lines: list[str], first: int, after: int, forwards: bool) -> Chain:
    typed, rest = _stripped(lines[:first]), lines[after:]
    following = next((line for line in rest if line), "")
    if not following.startswith(">"):
        return Chain(typed, _stripped(rest), forwards)
    between = [line for line in rest if not line.startswith(">")]
    return Chain(_stripped([*typed, *_stripped(between)]), _unquoted(rest), forwards)


def _header(lows: list[str], at: int) -> tuple[int, int, bool] | None:
    """Its first line, the line after it, and whether it forwards, if a header of a quoted mail begins or ends at `at`."""
    line = lows[at].strip("-_*=> :\t")
    if lows[at] != line and (line in phrases.FORWARDED_MESSAGE or line in phrases.ORIGINAL_MESSAGE):
        return at, _after_labels(lows, at + 1), line in phrases.FORWARDED_MESSAGE
    if _is_label_block(lows, at):
        return at, _after_labels(lows, at), False
    if lows[at].endswith(":"):
        return _attribution(lows, at)
    return None


def _is_label_block(lows: list[str], at: int) -> bool:
    """From, then a date or subject, and three labels at least, within a few lines."""
    if _label(lows[at]) not in phrases.FROM_LABELS:
        return False
    labels = {_label(line) for line in lows[at : at + 8]} - {""}
    known = labels & (phrases.DATE_LABELS | phrases.SUBJECT_LABELS)
    return bool(known) and len(known) + len(labels & phrases.OTHER_LABELS) >= 2


def _after_labels(lows: list[str], at: int) -> int:
    """The line after the block of labels that stands there, empty lines between them allowed; `at` if none does."""
    after, seen = at, set[str]()
    for nth in range(at, min(at + 20, len(lows))):
        label = _label(lows[nth])
        if label in phrases.LABELS - seen:
            seen.add(label)
            after = nth + 1
        elif len(seen) >= 3 if not lows[nth] else not lows[nth - 1].endswith(_MORE_ADDRESSES):
            break
    return after


def _label(low: str) -> str:
    found = _LABEL.match(low.lstrip("> "))
    return found[1].strip() if found else ""


def _attribution(lows: list[str], last: int) -> tuple[int, int, bool] | None:
    """The attribution that ends at `last`; mail programs break it over up to three lines."""
    for first in range(last, max(last - 3, -1), -1):
        said = " ".join(lows[first : last + 1]).lstrip("> ")
        if len(said) > _LONGEST_ATTRIBUTION:
            return None
        if _is_attribution(said):
            return first, last + 1, False
    quoted_next = next((line for line in lows[last + 1 : last + 3] if line), "").startswith(">")
    if quoted_next and _says_wrote(lows[last]):
        return last, last + 1, False
    return None


def _is_attribution(said: str) -> bool:
    if _DATED.match(said):
        return "@" in said and said.endswith((">:", "):"))
    return said.startswith(phrases.ATTRIBUTION_STARTS) and _says_wrote(said) and bool(_WHEN.search(said))


def _says_wrote(said: str) -> bool:
    return said.endswith(phrases.ATTRIBUTION_ENDS) or any(verb in said for verb in phrases.ATTRIBUTION_VERBS)


def _unquoted(lines: list[str]) -> list[str]:
    return _stripped([line[1:].lstrip(" ") for line in lines if line.startswith(">")])


def _without_quoted_prose(lines: list[str]) -> list[str]:
    """Shell prompts and code may begin with '>' too: only two lines of prose or more in a row are a quote."""
    kept: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(">"):
            block.append(line)
            continue
        if not _is_prose(block):
            kept.extend(block)
        block = []
        kept.append(line)
    return kept[:-1]


def _is_prose(block: list[str]) -> bool:
    lines = [text for line in block if (text := line.lstrip("> "))]
    words = sum(len(line.split()) for line in lines)
    return len(block) >= 2 and words >= 4 * len(lines) > 0 and not any(map(_CODE.search, lines))


def _stripped(lines: list[str]) -> list[str]:
    """Without empty lines and ruled lines at either end."""
    first, last = 0, len(lines)
    while first < last and _is_blank(lines[first]):
        first += 1
    while last > first and _is_blank(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _is_blank(line: str) -> bool:
    return not line or bool(_SEPARATOR.match(line[:200]) and len(line) < 200)
