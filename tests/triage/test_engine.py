"""From vectors to suggestions, over an index and a history held in memory."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embeddings.exact_index import ExactIndex
from embeddings.hashing import HashingEncoder
from triage.cold_start import Descriptions
from triage.engine import SHOWN, Engine, Learned, Query, Settings, Triage
from triage.learning import Solved
from triage.neighbours import Outcome, Value
from triage.votes import Options

ENCODER = HashingEncoder()
FIELDS = ("category", "assignee")
NOW = 1_000 * 86_400.0


def exact(
    ids: np.ndarray[tuple[int], np.dtype[np.int64]], vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> ExactIndex:
    index = ExactIndex(ENCODER.dim)
    index.add(ids, vectors)
    return index


def engine(*solved: tuple[str, Value, Value]) -> Engine:
    """An engine over tickets (text, category, assignee) solved one a day, the last one a day ago."""
    tickets = []
    for number, (_, category, assignee) in enumerate(solved):
        at = NOW - (len(solved) - number) * 86_400.0
        values = {"category": category, "assignee": assignee}
        tickets.append(Outcome(number, at - 7_200, at, values, 2.0))
    vectors = ENCODER.encode([text for text, _, _ in solved])
    return Solved(tickets, vectors).engine(exact, FIELDS, Settings())


def ask(desk: Engine, *texts: str, queries: Sequence[Query] | None = None) -> list[Triage]:
    return list(desk.triage(queries or [Query(None, NOW)] * len(texts), ENCODER.encode(texts)))


DESK = engine(
    ("vpn tunnel does not connect", "VPN", "Ada"),
    ("vpn tunnel drops every hour", "VPN", "Ada"),
    ("printer has a paper jam", "Printing", "Bo"),
    ("printer toner is empty", "Printing", "Bo"),
)


def test_each_ticket_of_a_batch_is_answered_from_its_own_neighbours() -> None:
    vpn, printing = ask(DESK, "my vpn tunnel does not work", "the printer has a jam")
    assert vpn.fields["category"].value == "VPN"
    assert printing.fields["category"].value == "Printing"


def test_a_ticket_in_a_batch_is_answered_as_if_it_came_alone() -> None:
    together = ask(DESK, "my vpn tunnel does not work", "the printer has a jam")
    alone = [*ask(DESK, "my vpn tunnel does not work"), *ask(DESK, "the printer has a jam")]
    assert [each.fields for each in together] == [each.fields for each in alone]


def test_five_neighbours_are_shown_nearest_first() -> None:
    desk = engine(*[(f"vpn tunnel number {number}", "VPN", "Ada") for number in range(9)])
    (answer,) = ask(desk, "vpn tunnel number 3")
    similarities = [each.similarity for each in answer.neighbours]
    assert len(similarities) == SHOWN
    assert similarities == sorted(similarities, reverse=True)
    assert answer.neighbours[0].id == 3


def test_only_those_who_can_take_it_are_proposed() -> None:
    query = Query(None, NOW, eligible=frozenset({"Bo"}))
    (answer,) = ask(DESK, "vpn tunnel does not connect", queries=[query])
    assert answer.fields["assignee"].value in (None, "Bo")
    assert answer.fields["category"].value == "VPN"


def test_a_retired_category_is_not_proposed() -> None:
    desk = replace(DESK, options={"category": Options(frozenset({"Printing"}))})
    (answer,) = ask(desk, "vpn tunnel does not connect")
    assert answer.fields["category"].value != "VPN"


def test_the_ticket_itself_is_not_asked() -> None:
    (answer,) = ask(DESK, "vpn tunnel does not connect", queries=[Query(0, NOW)])
    assert 0 not in [each.id for each in answer.neighbours]


def test_tickets_solved_later_are_not_asked() -> None:
    desk = replace(DESK, settings=Settings(shown_from=-1.0))
    (answer,) = ask(desk, "printer toner is empty", queries=[Query(None, NOW - 2.5 * 86_400)])
    assert {each.id for each in answer.neighbours} == {0, 1}


def test_what_is_hardly_alike_is_not_shown() -> None:
    (answer,) = ask(DESK, "zzzz qqqq")
    assert answer.neighbours == ()


def test_the_time_to_resolve_comes_from_the_neighbours() -> None:
    (answer,) = ask(DESK, "vpn tunnel does not connect")
    assert answer.eta.p50 == 2.0


def test_a_desk_without_history_says_why_it_proposes_nothing() -> None:
    (answer,) = ask(engine(), "vpn tunnel does not connect")
    assert {each.reason for each in answer.fields.values()} == {"Nothing like this has been solved here yet."}
    assert answer.neighbours == ()


def test_a_desk_without_history_reads_its_own_descriptions() -> None:
    texts = {"VPN": "vpn remote access tunnel", "Printing": "printer toner paper"}
    desk = replace(engine(), descriptions={"category": Descriptions.encoded(texts, ENCODER.encode)})
    (answer,) = ask(desk, "the vpn tunnel is down")
    assert (answer.fields["category"].value, answer.fields["category"].method) == ("VPN", "descriptions")
    assert answer.fields["assignee"].value is None


def test_no_tickets_give_no_answers() -> None:
    assert ask(DESK) == []


def test_an_untaught_engine_trusts_nothing_enough_to_act_alone() -> None:
    assert Learned().calibration("category").auto_threshold > 1.0
