"""Names, limits, and what a content is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.attachments.rules import HEAD, MAX_NAME, Limits, look, name, refusal


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ida\\log.txt", "log.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("fdp.\u202eexe", "fdp.exe"),
        ('wh"at?.txt', "wh_at_.txt"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_name_is_kept_as_one_that_every_system_takes(given_name: str, kept: str) -> None:
    assert name(given_name) == kept


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_or_its_line(given_name: str) -> None:
    kept = name(given_name)
    assert 0 < len(kept) <= MAX_NAME
    assert not set('/\\\r\n\x00"') & set(kept)
    assert kept not in (".", "..")


@pytest.mark.parametrize("kept", ["setup.exe", "report.pdf.EXE", "invoice.js", "page.hta", "setup.exe.txt"])
def test_what_runs_as_a_program_is_not_taken(kept: str) -> None:
    assert refusal(kept, Limits()) is not None


def test_which_endings_are_refused_can_be_chosen() -> None:
    assert refusal("a.exe", Limits(refused=frozenset({"iso"}))) is None
    assert refusal("a.iso", Limits(refused=frozenset({"iso"}))) is not None


def test_a_content_is_taken_for_what_it_is_and_not_for_what_it_is_called() -> None:
    assert look(b"\x89PNG\r\n\x1a\n....").media_type == "image/png"
    assert look(b"RIFF\x00\x00\x00\x00WEBPVP8 ").kind == "image"
    assert look(b"Error 809\r\n").kind == "text"
    assert look(b"<svg onload=alert(1)>").kind == "text"
    assert look(b"\x00\x01binary").kind == "other"
    assert look("ü".encode("latin-1")).kind == "other"


def test_a_character_cut_in_two_at_the_end_of_what_is_looked_at_is_no_harm() -> None:
    assert look(("a" * (HEAD - 1) + "ü").encode()[:HEAD]).kind == "text"
