"""Who is mentioned in a text, and who is worth writing to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.following.rules import Person, addresses, mentions

ADA = Person(1, "Ada Quell", "ada.q@harbour.example")
ADAM = Person(2, "Adam Reith", "adam@harbour.example")
JORY = Person(3, "Jory Penhallick", "jp@harbour.example")
PEOPLE = [ADA, ADAM, JORY]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ada Quell please look", [(1, "Ada Quell")]),
        ("please look, @ada quell.", [(1, "ada quell")]),
        ("@ada.q, and @jp!", [(1, "ada.q"), (3, "jp")]),
        ("@Jory can you?", [(3, "Jory")]),
        ("@Adam and not @Adamant", [(2, "Adam")]),
        ("(@jp)", [(3, "jp")]),
        ("@jp @jp @Jory", [(3, "jp")]),
        ("write to jp@harbour.example", []),
        ("@jp@harbour.example", []),
        ("@nobody", []),
        ("@", []),
        ("@ Jory", []),
        ("x@Jory", []),
    ],
)
def test_a_person_is_mentioned_by_name_or_address(text: str, found: list[tuple[int, str]]) -> None:
    assert mentions(text, PEOPLE) == found


def test_a_first_name_two_people_share_mentions_neither() -> None:
    assert mentions("@Ada", [ADA, Person(4, "Ada Voss", "av@harbour.example")]) == []


@given(st.text(alphabet="@ad.mj \nory", max_size=60))
def test_what_is_mentioned_stands_in_the_text(text: str) -> None:
    for mention in mentions(text, PEOPLE):
        assert f"@{mention.text}" in text


def test_copied_addresses_are_kept_once_and_without_those_nobody_reads() -> None:
    given = [
        " A@x.example",
        "a@X.example",
        "no-reply@x.example",
        "MAILER-DAEMON@x.example",
        "noreply+7@x.example",
        "me@y.example",
    ]
    assert addresses(given, own=["Me@y.example"]) == ["a@x.example"]


def test_somebody_called_root_something_is_written_to() -> None:
    assert addresses(["rooter@x.example", "abusey@x.example"]) == ["rooter@x.example", "abusey@x.example"]
