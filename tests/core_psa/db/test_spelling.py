"""Names are found however they are written, on both engines."""

import pytest

from core_psa.customers import actions, store
from core_psa.db import Database
from core_psa.desk import names
from core_psa.errors import Invalid
from core_psa.viewer import SYSTEM


@pytest.fixture
def mill(db: Database) -> int:
    with db.work() as w:
        actions.create_customer(w, SYSTEM, name="Harbour IT")
        return actions.create_customer(w, SYSTEM, name="Ölmühle Österby").id


@pytest.mark.parametrize("written", ["Ölmühle Österby", "ölmühle österby", "ÖLMÜHLE ÖSTERBY", "Ölmühle österby"])
def test_a_name_is_known_however_its_letters_are_written(db: Database, mill: int, written: str) -> None:
    with db.read() as session:
        assert names.find(session, "customer", written) == mill


@pytest.mark.parametrize("words", ["mühle", "Ölmühle", "ölm", "ÖSTER", "Österby", "öst"])
def test_words_are_found_within_a_name_in_any_case(db: Database, mill: int, words: str) -> None:
    with db.read() as session:
        assert [row.id for row in store.customer_page(session, SYSTEM, words=words).rows] == [mill]


@pytest.mark.parametrize("beginning", ["öl", "Öl", "ÖLMÜ"])
def test_the_beginning_of_a_name_is_found_in_any_case(db: Database, mill: int, beginning: str) -> None:
    with db.read() as session:
        assert [row.id for row in store.customer_page(session, SYSTEM, beginning=beginning).rows] == [mill]


def test_a_name_in_other_letters_is_taken(db: Database, mill: int) -> None:
    with pytest.raises(Invalid, match="is taken"), db.work() as w:
        actions.create_customer(w, SYSTEM, name="ölmühle österby")


@pytest.mark.parametrize("words", ["\x00", "a\x00b", "\ud800", "%", "_", "\\", "9" * 5_000])
def test_what_stands_in_no_name_finds_nothing(db: Database, mill: int, words: str) -> None:
    with db.read() as session:
        assert store.customer_page(session, SYSTEM, words=words).rows == []
        with pytest.raises(Invalid):
            names.find(session, "customer", words)
