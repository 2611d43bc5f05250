"""Suggestions without any history."""

import numpy as np

from embeddings.hashing import HashingEncoder
from triage.cold_start import Descriptions, describe
from triage.votes import Options, Proposal

ENCODER = HashingEncoder()
NOTHING = Proposal("category", None, 0.0, "neighbours", "Nothing like this has been solved here yet.")
CATEGORIES = Descriptions.encoded(
    {
        "vpn": describe("VPN", ["Network"], "remote access tunnel does not connect"),
        "print": describe("Printing", ["Hardware"], "printer toner paper jam"),
        "blank": "",
    },
    ENCODER.encode,
)


def ask(text: str, options: Options = Options(), categories: Descriptions = CATEGORIES) -> Proposal:  # noqa: B008
    return categories.propose(ENCODER.encode([text])[0], NOTHING, options)


def test_the_description_that_fits_best_is_proposed() -> None:
    proposal = ask("printer has a paper jam")
    assert (proposal.value, proposal.method, proposal.reason) == ("print", "descriptions", None)


def test_a_description_alone_is_never_very_sure() -> None:
    assert 0.0 < ask("printer toner paper jam").confidence <= 0.6


def test_a_text_that_fits_no_description_gets_the_former_reason() -> None:
    far_from_all = np.zeros(256, dtype=np.float32)
    assert CATEGORIES.propose(far_from_all, NOTHING, Options()) is NOTHING


def test_a_retired_value_is_not_proposed() -> None:
    assert ask("printer has a paper jam", Options(frozenset({"vpn"}))) is NOTHING


def test_a_list_without_texts_proposes_nothing() -> None:
    nothing = Descriptions.encoded({"vpn": "", "print": " "}, ENCODER.encode)
    assert ask("printer has a paper jam", categories=nothing) is NOTHING


def test_the_text_of_a_value_names_its_path() -> None:
    assert describe("VPN", ["Network"], "remote access") == "Network / VPN. remote access"


def test_chances_are_ordered_and_add_up_to_less_than_certainty() -> None:
    chances = [chance for _, chance in ask("printer has a paper jam").ranking()]
    assert chances == sorted(chances, reverse=True)
    assert np.sum(chances) <= 0.6
