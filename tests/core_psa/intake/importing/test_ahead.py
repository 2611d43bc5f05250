from core_psa.intake.importing.ahead import Ahead
from core_psa.intake.importing.batches import Batches
from core_psa.intake.importing.options import Options
from core_psa.intake.importing.ticket_reader import TicketReader


def _ahead(rows: int) -> Ahead:
    cells = ((str(number), f"subject {number}") for number in range(rows))
    return Ahead(Batches(cells, ["id", "subject"], TicketReader(Options("test")), 0))


def test_a_batch_that_was_begun_is_the_next_one() -> None:
    with _ahead(5) as ahead:
        ahead.begin(3)
        assert [ahead.next(10).size, ahead.next(10).size, ahead.next(10).size] == [3, 2, 0]


def test_beginning_twice_loses_no_rows() -> None:
    with _ahead(5) as ahead:
        ahead.begin(2)
        ahead.begin(2)
        assert [row.number for row in ahead.next(9).rows] == [1, 2]
        assert [row.number for row in ahead.next(9).rows] == [3, 4, 5]
