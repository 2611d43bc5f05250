"""Votes of neighbours on one field."""

from triage.neighbours import Neighbour, Value
from triage.votes import Options, VoteSettings, propose

SETTINGS = VoteSettings(voters=5, floor=0.5, temperature=0.05, half_life_days=100.0)


def near(similarity: float, value: Value | None, *, age: float = 0.0, name: str = "category") -> Neighbour:
    return Neighbour(id=int(similarity * 1000), similarity=similarity, age_days=age, values={name: value})


def test_the_nearest_outweighs_two_that_are_farther_away() -> None:
    proposal = propose("category", [near(0.95, "VPN"), near(0.80, "Mail"), near(0.79, "Mail")], SETTINGS)
    assert proposal.value == "VPN"


def test_an_old_neighbour_weighs_less_than_a_fresh_one_as_near() -> None:
    proposal = propose("category", [near(0.9, "VPN", age=300.0), near(0.9, "Mail", age=1.0)], SETTINGS)
    assert proposal.value == "Mail"


def test_a_tie_goes_to_the_value_met_nearest() -> None:
    proposal = propose("category", [near(0.9, "Mail"), near(0.9, "VPN")], SETTINGS)
    assert proposal.value == "Mail"


def test_neighbours_below_the_floor_have_no_vote() -> None:
    proposal = propose("category", [near(0.9, "VPN"), *[near(0.49, "Mail")] * 4], SETTINGS)
    assert proposal.alternatives == ()


def test_fewer_votes_give_less_confidence() -> None:
    three = propose("category", [near(0.9, "VPN")] * 3, SETTINGS)
    one = propose("category", [near(0.9, "VPN")], SETTINGS)
    assert one.confidence < three.confidence


def test_agreement_among_distant_neighbours_is_less_sure_than_among_near_ones() -> None:
    distant = propose("category", [near(0.55, "VPN")] * 5, SETTINGS)
    close = propose("category", [near(0.95, "VPN")] * 5, SETTINGS)
    assert distant.confidence < close.confidence < 1.0


def test_without_any_neighbour_there_is_a_reason() -> None:
    proposal = propose("category", [], SETTINGS)
    assert (proposal.value, proposal.reason) == (None, "Nothing like this has been solved here yet.")


def test_neighbours_that_are_all_too_far_are_named_in_the_reason_and_stay_guesses() -> None:
    proposal = propose("category", [near(0.31, "VPN")], SETTINGS)
    assert proposal.value is None
    assert proposal.reason == "The most similar solved ticket is only 31% alike; 50% is needed for a suggestion."
    assert [value for value, _ in proposal.ranking()] == ["VPN"]


def test_a_retired_value_is_not_proposed() -> None:
    proposal = propose("category", [near(0.9, "Fax"), near(0.8, "Mail")], SETTINGS, Options(frozenset({"Mail"})))
    assert proposal.value == "Mail"


def test_only_retired_values_among_the_neighbours_is_a_reason() -> None:
    proposal = propose("category", [near(0.9, "Fax")], SETTINGS, Options(frozenset({"Mail"})))
    assert proposal.reason == "The category of the similar tickets is no longer in use."


def test_an_assignee_must_be_able_to_take_the_ticket() -> None:
    options = Options().within(frozenset({"Bo"}))
    proposal = propose("assignee", [near(0.9, "Ada", name="assignee")], SETTINGS, options)
    assert proposal.reason == "Nobody who solved similar tickets can take this one now."


def test_neighbours_without_the_field_are_a_reason() -> None:
    proposal = propose("priority", [near(0.9, None, name="priority")], SETTINGS)
    assert proposal.reason == "The similar tickets have no priority."


def test_narrowing_keeps_to_both_lists() -> None:
    assert Options(frozenset({"a", "b"})).within(frozenset({"b", "c"})).allowed == frozenset({"b"})


TREE = Options(parents={"Outlook": "Software", "Teams": "Software", "Laptop": "Hardware"})


def test_the_parent_is_picked_before_the_child() -> None:
    neighbours = [near(0.90, "Laptop"), near(0.88, "Outlook"), near(0.875, "Teams")]
    proposal = propose("category", neighbours, SETTINGS, TREE)
    assert proposal.value == "Outlook"
    assert proposal.ranking()[1][0] == "Laptop"


def test_a_parent_that_was_final_more_often_than_any_child_stays() -> None:
    neighbours = [near(0.90, "Software"), near(0.88, "Outlook"), near(0.80, "Teams")]
    assert propose("category", neighbours, SETTINGS, TREE).value == "Software"


def test_confidences_never_add_up_to_more_than_certainty() -> None:
    neighbours = [near(0.9, "VPN"), near(0.89, "Mail"), near(0.88, "Print"), near(0.87, "Phone")]
    ranking = propose("category", neighbours, SETTINGS).ranking()
    assert sum(chance for _, chance in ranking) <= 1.0
    assert [chance for _, chance in ranking] == sorted((chance for _, chance in ranking), reverse=True)
