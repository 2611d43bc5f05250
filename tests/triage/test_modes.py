"""What happens with a proposal in each mode."""

import pytest

from triage.modes import FieldRule, Mode, decide
from triage.votes import Proposal

SURE = Proposal("category", "VPN", 0.97, "neighbours")
LIKELY = Proposal("category", "VPN", 0.6, "neighbours")
UNSURE = Proposal("category", "VPN", 0.2, "neighbours")
NOTHING = Proposal("category", None, 0.0, "neighbours", "Nothing like this has been solved here yet.")
RANKS = {"Urgent": 1, "High": 2, "Low": 4}


@pytest.mark.parametrize(
    ("mode", "proposal", "shown", "applied"),
    [
        (Mode.OFF, SURE, False, False),
        (Mode.MONITOR, SURE, False, False),
        (Mode.SUGGEST, SURE, True, False),
        (Mode.SUGGEST, UNSURE, False, False),
        (Mode.AUTO, SURE, True, True),
        (Mode.AUTO, LIKELY, True, False),
        (Mode.AUTO, UNSURE, False, False),
    ],
)
def test_a_mode_says_how_far_a_proposal_may_go(mode: Mode, proposal: Proposal, shown: bool, applied: bool) -> None:
    decision = decide(proposal, FieldRule(mode))
    assert (decision.shown, decision.applied) == (shown, applied)


def test_what_is_not_shown_says_why() -> None:
    assert decide(UNSURE, FieldRule()).reason == "Too unsure: 20% sure, 30% is needed for a suggestion."


def test_an_abstention_keeps_its_own_reason() -> None:
    assert decide(NOTHING, FieldRule(Mode.AUTO)).reason == NOTHING.reason


def test_a_field_that_holds_something_is_never_overwritten() -> None:
    assert not decide(SURE, FieldRule(Mode.AUTO), "Mail").applied


def test_a_locked_field_is_never_filled() -> None:
    assert not decide(SURE, FieldRule(Mode.AUTO), locked=True).applied


@pytest.mark.parametrize(("present", "applied"), [("Low", True), ("High", False), ("Urgent", False)])
def test_a_priority_may_be_raised_and_never_lowered(present: str, applied: bool) -> None:
    rule = FieldRule(Mode.AUTO, ranks=RANKS)
    assert decide(Proposal("priority", "High", 0.97, "neighbours"), rule, present).applied is applied
