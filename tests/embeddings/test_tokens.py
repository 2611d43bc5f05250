from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from embeddings.tokens import Tokens, bounded_text

PIECES = [
    "word ",
    "x" * 5_000,
    " " * 4_000,
    "a,b;",
    "文字" * 40,
    "e\u0301" * 50,
    "_" * 30,
    "\x00",
    "🔥",
    "naïve ",
    "\n",
]


@pytest.fixture(scope="module")
def tokenizer(exported: Path) -> Tokenizer:
    whole = Tokenizer.from_file(str(exported / "tokenizer.json"))
    whole.no_padding()
    whole.no_truncation()
    return whole


@given(st.lists(st.sampled_from(PIECES), min_size=5, max_size=24).map("".join))
@settings(max_examples=40, deadline=None)
def test_a_bounded_text_starts_with_the_tokens_of_the_whole(tokenizer: Tokenizer, text: str) -> None:
    window = 64
    bounded = bounded_text(text, 600 * window)
    assert len(bounded) <= 600 * window
    assert tokenizer.encode(bounded).ids[: window - 1] == tokenizer.encode(text).ids[: window - 1]


def test_what_follows_a_very_long_word_is_still_read() -> None:
    assert bounded_text("x" * 1_000_000 + " printer", 10_000).endswith(" printer")


def test_a_text_is_cut_at_the_window_of_the_model(exported: Path) -> None:
    tokens = Tokens(exported / "tokenizer.json", 256, parallel=False)
    [[*long], [*short]] = tokens.of(["disk full " * 1000, "disk full"])
    assert (len(long), len(short)) == (256, 4)


def test_reading_in_parallel_gives_the_same_tokens(exported: Path) -> None:
    texts = ["disk full", "", "VPN \ud800 drops", "a\x00b"]
    alone, parallel = (Tokens(exported / "tokenizer.json", 256, parallel=way) for way in (False, True))
    assert alone.of(texts) == parallel.of(texts)
