"""A call script as people write it: an indented outline, from and to the tree of `script_rules`.

    Is anybody else affected? [yes/no]
      - yes
        How many people? [number]
    What is it about? [choice]
      - Mail
        Does webmail work? [yes/no]
      - Printing
    What does it say? (message) [text]

A line without a kind of answer is answered by text; a key may stand in brackets before it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from core_psa.errors import FieldError, Invalid
from core_psa.knowledge.script_rules import ANSWERS, Question, checked

_STEP = "  "
_QUESTION = re.compile(r"(?P<text>.*?)(?:\s*\((?P<key>[a-z0-9_]{1,40})\))?(?:\s*\[(?P<answer>[^\[\]]*)\])?")


def written(questions: Sequence[Question], indent: str = "") -> str:
    """The outline of a tree; `read` gives the same tree back."""
    return "".join(f"{line}\n" for line in _lines(questions, indent))


def _lines(questions: Sequence[Question], indent: str) -> Iterator[str]:
    for question in questions:
        yield f"{indent}{question['text']} ({question['key']}) [{question['answer']}]"
        for option in question["options"]:
            if question["answer"] == "choice" or option["questions"]:
                yield f"{indent}{_STEP}- {option['label']}"
                yield from _lines(option["questions"], indent + _STEP * 2)


def read(outline: str) -> list[Question]:
    """The tree of an outline. Raises Invalid naming the line that cannot be read."""
    top: list[Any] = []
    # What a line deeper than this one hangs below: (its indent, the list it joins, is it an option's?).
    stack: list[tuple[int, list[Any]]] = [(-1, top)]
    for number, line in enumerate(outline.expandtabs(4).splitlines(), 1):
        words = line.strip()
        if not words:
            continue
        indent = len(line) - len(line.lstrip())
        while stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, _hang(words, stack[-1][1], number)))
    return checked(top)


def _hang(words: str, parent: list[Any], number: int) -> list[Any]:
    """Adds a line to what it hangs below; the list that what hangs below it joins."""
    is_option = words.startswith("- ") or words == "-"
    below_question = isinstance(parent, _Options)
    if is_option != below_question:
        advice = (
            "an option stands below a question" if is_option else "a question stands below an option, or at the top"
        )
        raise Invalid(FieldError("outline", f"line {number}: {advice}"))
    if is_option:
        option: dict[str, Any] = {"label": words[1:].strip(), "questions": []}
        parent.append(option)
        return option["questions"]  # type: ignore[no-any-return]
    question = _question(words, number)
    parent.append(question)
    return question["options"]  # type: ignore[no-any-return]


class _Options(list[Any]):
    """The options of a question."""


def _question(words: str, number: int) -> dict[str, Any]:
    match = _QUESTION.fullmatch(words)
    answer = (match and match["answer"]) or "text"
    if match is None or answer not in ANSWERS:
        raise Invalid(FieldError("outline", f"line {number}: [{answer[:60]}] is not a kind of answer", ANSWERS))
    question = {"text": match["text"], "answer": answer, "options": _Options()}
    return {**question, "key": match["key"]} if match["key"] else question
