"""The words of tickets: grammar, noise and how varied a year reads."""

from collections import Counter
from random import Random

from demo.grammar import Template
from demo.noise import roughen
from demo.shapes import DemoTicket
from demo.topics import foreign_problems, topics
from demo.voices import Voice

CARELESS = Voice(
    greets=0.0,
    signs="none",
    wordy=0.0,
    typos=0.3,
    lower=True,
    shouts=0.0,
    airy=False,
    apostrophes=False,
    disclaimer=False,
)


def every_filling(template: Template, facts: dict[str, str]) -> set[str]:
    rng = Random(1)
    return {template.fill(rng, facts) for _ in range(200)}


def test_alternatives_nest() -> None:
    assert every_filling(Template(("a [b [c|d]|e]",)), {}) == {"a b c", "a b d", "a e"}


def test_each_line_is_a_variant() -> None:
    assert every_filling(Template(("one", "two")), {}) == {"one", "two"}


def test_a_slot_takes_the_fact_of_the_ticket() -> None:
    assert every_filling(Template(("{device} is slow",)), {"device": "NB-1"}) == {"NB-1 is slow"}


def test_an_empty_alternative_leaves_no_gap() -> None:
    assert every_filling(Template(("slow [today|] , [again|].",)), {}) <= {
        "slow today, again.",
        "slow, again.",
        "slow today.",
        "slow.",
    }


def test_of_several_fillings_the_one_that_suits_the_text_is_taken() -> None:
    template = Template(("[printer jam|lost phone]",))

    assert template.fitting("the printer is jammed", Random(3), {}) == "printer jam"


def test_a_careless_writer_loses_capitals_and_apostrophes() -> None:
    text = roughen("I can't print the Annual Report", CARELESS, Random(1))

    assert text == text.lower()
    assert "'" not in text


def test_typos_change_some_words_but_not_their_number() -> None:
    sentence = "the computer freezes whenever somebody opens a large drawing"
    typed = roughen(sentence, CARELESS, Random(2))

    assert typed != sentence
    assert len(typed.split()) == len(sentence.split())


def test_no_brace_or_bracket_of_the_grammar_survives(year: list[DemoTicket]) -> None:
    texts = [text for row in year for text in (row.subject, row.body, row.resolution_note or "")]

    assert not [text for text in texts if any(mark in text for mark in "{}[]|")]


def test_most_subjects_and_nearly_all_bodies_are_said_once(year: list[DemoTicket]) -> None:
    assert len({row.subject for row in year}) > 0.55 * len(year)
    assert len({row.body for row in year}) > 0.97 * len(year)


def test_no_subject_is_said_by_more_than_one_in_a_hundred(year: list[DemoTicket]) -> None:
    assert Counter(row.subject for row in year).most_common(1)[0][1] < 0.01 * len(year)


def test_some_tickets_are_forwarded_some_quote_old_mail(year: list[DemoTicket]) -> None:
    bodies = [row.body for row in year]

    assert sum("From: " in body and "Subject: " in body for body in bodies) > 100
    assert sum("Service Desk wrote:" in body for body in bodies) > 100


def test_a_small_share_is_written_in_german_french_and_spanish(year: list[DemoTicket]) -> None:
    closings = {"de": "Grüße", "fr": "Cordialement", "es": "Saludo"}
    for word in closings.values():
        assert 5 < sum(word in row.body for row in year) < 0.05 * len(year)


def test_foreign_problems_belong_to_known_topics() -> None:
    assert {topic for _, topic in foreign_problems()} <= set(topics())


def test_most_solved_tickets_say_what_was_done(year: list[DemoTicket]) -> None:
    solved = [row for row in year if row.resolved_at]
    notes = [row.resolution_note for row in solved if row.resolution_note]

    assert len(notes) > 0.9 * len(solved)
    assert len(set(notes)) > 0.3 * len(notes)
