"""Gaps in texts, and what fills them."""

from hypothesis import given
from hypothesis import strategies as st

from core_psa import placeholders


def test_a_gap_is_filled_with_its_fact() -> None:
    assert placeholders.fill("Dear {{ requester }},", {"requester": "Ada"}) == "Dear Ada,"


def test_a_missing_fact_stays_visible() -> None:
    assert placeholders.fill("Dear {{requester}},", {}) == "Dear [requester],"


def test_an_undeclared_gap_is_named() -> None:
    assert placeholders.unknown("{{customer}} {{password}} {{}}", {"customer"}) == ["password", ""]


@given(st.text(), st.text())
def test_what_a_fact_says_is_never_a_gap(before: str, fact: str) -> None:
    template = before.replace("{", "").replace("}", "") + "{{a}}"
    filled = placeholders.fill(template, {"a": fact, "secret": "found"})
    assert filled.endswith(fact or "[a]")
