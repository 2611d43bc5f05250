"""What a call script may hold: a tree of questions, each with the kind of answer it takes.

A question is `{"key", "text", "answer": "text" | "number" | "yes/no" | "choice", "options": [{"label", "questions"}]}`. The
options of a yes/no question are yes and no. What is asked after an option hangs below it, and so on, MAX_DEPTH deep. A key
names a question within its script and its versions, so that answers can be counted later.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core_psa.errors import FieldError, Invalid

ANSWERS = ("text", "number", "yes/no", "choice")
MAX_QUESTIONS, MAX_DEPTH, MAX_OPTIONS, MAX_TEXT = 200, 6, 20, 500

Question = dict[str, Any]


def checked(questions: Any) -> list[Question]:
    """The tree as it is stored: keys given where they are missing, nothing in it that means nothing. Raises Invalid."""
    check = _Check()
    tree = check.questions(questions, "questions", 1)
    if not tree:
        check.refuse("questions", "needs at least one question")
    if len(check.keys) > MAX_QUESTIONS:
        check.refuse("questions", f"has {len(check.keys)} questions, at most {MAX_QUESTIONS} are asked")
    if check.errors:
        raise Invalid(*check.errors)
    return tree


def walk(questions: Sequence[Question]) -> Iterator[Question]:
    """Every question of the tree in the order in which it is asked."""
    for question in questions:
        yield question
        for option in question["options"]:
            yield from walk(option["questions"])


class _Check:
    """Gathers everything that is wrong with a tree."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []
        self.keys: set[str] = set()

    def refuse(self, field: str, message: str, allowed: tuple[str, ...] = ()) -> None:
        self.errors.append(FieldError(field, message, allowed))

    def questions(self, given: Any, place: str, depth: int) -> list[Question]:
        if not isinstance(given, list) or not all(isinstance(question, Mapping) for question in given):
            self.refuse(place, "must be a list of questions")
            return []
        if depth > MAX_DEPTH and given:
            self.refuse(place, f"lies deeper than {MAX_DEPTH} questions")
            return []
        return [self._question(question, f"{place}.{i}", depth) for i, question in enumerate(given)]

    def _question(self, given: Mapping[str, Any], place: str, depth: int) -> Question:
        text = self._line(given.get("text"), f"{place}.text")
        answer = given.get("answer", "text")
        if answer not in ANSWERS:
            self.refuse(f"{place}.answer", f"'{str(answer)[:100]}' is not a kind of answer", ANSWERS)
            answer = "text"
        options = self._options(given.get("options") or [], f"{place}.options", answer, depth)
        return {"key": self._key(given.get("key"), text, place), "text": text, "answer": answer, "options": options}

    def _options(self, given: Any, place: str, answer: str, depth: int) -> list[dict[str, Any]]:
        if not isinstance(given, list) or not all(isinstance(option, Mapping) for option in given):
            self.refuse(place, "must be a list of options")
            return []
        labels = [self._line(option.get("label"), f"{place}.{i}.label") for i, option in enumerate(given)]
        self._check_labels(labels, place, answer)
        below = [
            self.questions(o.get("questions") or [], f"{place}.{i}.questions", depth + 1) for i, o in enumerate(given)
        ]
        if answer == "yes/no":
            asked = dict(zip((label.lower() for label in labels), below, strict=True))
            return [{"label": label, "questions": asked.get(label, [])} for label in ("yes", "no")]
        return [{"label": label, "questions": asked} for label, asked in zip(labels, below, strict=True)]

    def _check_labels(self, labels: Sequence[str], place: str, answer: str) -> None:
        lowered = [label.lower() for label in labels]
        if len(set(lowered)) < len(lowered):
            self.refuse(place, "has the same option twice")
        if answer == "choice" and not 2 <= len(labels) <= MAX_OPTIONS:
            self.refuse(place, f"a choice needs 2 to {MAX_OPTIONS} options")
        elif answer == "yes/no" and not set(lowered) <= {"yes", "no"}:
            self.refuse(place, "is yes or no", ("yes", "no"))
        elif answer in ("text", "number") and labels:
            self.refuse(place, f"a question answered by {answer} has no options")

    def _line(self, given: Any, place: str) -> str:
        # A line that begins with a dash is an option in an outline.
        text = " ".join(given.split()).lstrip("- ") if isinstance(given, str) else ""
        if not text or len(text) > MAX_TEXT:
            self.refuse(place, f"must be a line of 1 to {MAX_TEXT} characters")
        return text

    def _key(self, given: Any, text: str, place: str) -> str:
        if given is not None and not (isinstance(given, str) and re.fullmatch(r"[a-z0-9_]{1,40}", given)):
            self.refuse(f"{place}.key", "is made of up to 40 small letters, digits and _")
            given = None
        if given in self.keys:
            self.refuse(f"{place}.key", f"'{given}' names another question already")
        key = given or self._free(re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:36] or "question")
        self.keys.add(key)
        return key

    def _free(self, wanted: str) -> str:
        numbers = (f"{wanted}_{n}" for n in range(2, MAX_QUESTIONS + 3))
        return wanted if wanted not in self.keys else next(key for key in numbers if key not in self.keys)
