"""Call scripts: trees of questions, written as outlines, kept as versions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.knowledge import script_actions
from core_psa.knowledge.script_outline import read, written
from core_psa.knowledge.script_rules import MAX_DEPTH, checked, walk
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import Viewer

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
LEAD = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["team lead"])

OUTLINE = """\
Is anybody else affected? [yes/no]
  - yes
    How many people? [number]
What is it about? [choice]
  - Mail
    Does webmail work? (webmail) [yes/no]
  - Printing
What does it say?
"""

words = st.text("abc xyzäß?", min_size=1, max_size=12).map(str.strip).filter(bool)


def tree(depth: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    below = tree(depth - 1) if depth else st.just([])
    option = st.fixed_dictionaries({"label": words, "questions": below})
    plain = st.fixed_dictionaries({"text": words, "answer": st.sampled_from(("text", "number", "yes/no"))})
    choice = st.lists(option, min_size=2, max_size=3, unique_by=lambda o: o["label"].lower())
    chosen = st.fixed_dictionaries({"text": words, "answer": st.just("choice"), "options": choice})
    return st.lists(st.one_of(plain, chosen), min_size=0 if depth < 2 else 1, max_size=2)


def test_an_outline_is_read_as_a_tree() -> None:
    questions = read(OUTLINE)
    assert [(q["key"], q["answer"]) for q in walk(questions)] == [
        ("is_anybody_else_affected", "yes/no"),
        ("how_many_people", "number"),
        ("what_is_it_about", "choice"),
        ("webmail", "yes/no"),
        ("what_does_it_say", "text"),
    ]
    assert [o["label"] for o in questions[0]["options"]] == ["yes", "no"]


@given(tree(2))
def test_a_tree_written_as_an_outline_reads_back_as_itself(questions: list[dict[str, Any]]) -> None:
    stored = checked(questions)
    assert read(written(stored)) == stored
    assert len({question["key"] for question in walk(stored)}) == len(list(walk(stored)))


@pytest.mark.parametrize(
    ("outline", "line"),
    [
        ("- yes", "line 1"),
        ("A? [choice]\n  B?", "line 2"),
        ("A?\nB? [maybe]", "line 2"),
        ("A? [yes/no]\n  - yes\n    - no", "line 3"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(outline: str, line: str) -> None:
    with pytest.raises(Invalid, match=line):
        read(outline)


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([], "questions"),
        ("A?", "questions"),
        ([{"text": ""}], "questions.0.text"),
        ([{"text": "A?", "answer": "maybe"}], "questions.0.answer"),
        ([{"text": "A?", "answer": "choice", "options": [{"label": "a"}]}], "questions.0.options"),
        ([{"text": "A?", "answer": "choice", "options": [{"label": "a"}, {"label": "A"}]}], "questions.0.options"),
        ([{"text": "A?", "answer": "text", "options": [{"label": "a"}]}], "questions.0.options"),
        ([{"text": "A?", "answer": "yes/no", "options": [{"label": "perhaps"}]}], "questions.0.options"),
        ([{"text": "A?", "key": "a"}, {"text": "B?", "key": "a"}], "questions.1.key"),
        ([{"text": "A?", "key": "Not a key"}], "questions.0.key"),
    ],
)
def test_a_script_that_cannot_be_asked_is_refused_where_it_is_wrong(questions: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(questions)
    assert field in {e.field for e in refused.value.errors}


def test_a_tree_may_not_be_deeper_than_a_call_is_long() -> None:
    questions: list[dict[str, Any]] = [{"text": "Last?"}]
    for _ in range(MAX_DEPTH):
        questions = [{"text": "Next?", "answer": "yes/no", "options": [{"label": "yes", "questions": questions}]}]
    with pytest.raises(Invalid, match="deeper"):
        checked(questions)


def test_other_questions_are_another_version_and_the_old_one_stays(db: Database) -> None:
    with db.work() as w:
        script = script_actions.create_script(w, LEAD, read("Since when?"), name="First call")
        script_actions.update_script(w, LEAD, script.id, read("Since when?"), description="for everybody")
        script_actions.update_script(w, LEAD, script.id, read("Since when?\nWho else?"))
    with db.read() as session:
        assert script_actions.script(session, AGENT, script.id).version == 2
        assert [q["text"] for q in script_actions.questions_of(session, AGENT, script.id)] == [
            "Since when?",
            "Who else?",
        ]
        assert [q["text"] for q in script_actions.questions_of(session, AGENT, script.id, 1)] == ["Since when?"]
        assert [v.version for v in script_actions.script_versions(session, AGENT, script.id).rows] == [2, 1]


def test_who_may_not_publish_keeps_no_scripts(db: Database) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        script_actions.create_script(w, AGENT, read("Since when?"), name="First call")
