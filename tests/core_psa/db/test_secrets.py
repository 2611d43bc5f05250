"""What is sealed is opened by its key and by nothing else."""

import pytest

from core_psa.db import Database
from core_psa.db.secrets import Vault, is_sealed, new_key, opened, seal
from core_psa.errors import StoreUnavailable


def test_what_was_sealed_is_opened_again(db: Database) -> None:
    with db.read() as session:
        sealed = seal(session, "JBSWY3DP")
        assert is_sealed(sealed)
        assert "JBSWY3DP" not in sealed
        assert opened(session, sealed) == "JBSWY3DP"


def test_another_key_opens_nothing() -> None:
    mine, other = new_key(), new_key()
    with pytest.raises(StoreUnavailable, match="another key"):
        Vault(lambda: other).open(Vault(lambda: mine).seal("JBSWY3DP"))


def test_what_an_earlier_version_left_in_clear_is_read_as_it_is(db: Database) -> None:
    with db.read() as session:
        assert opened(session, "JBSWY3DP") == "JBSWY3DP"


def test_no_secret_is_stored_as_none(db: Database) -> None:
    with db.read() as session:
        assert seal(session, "") == ""


def test_without_a_key_nothing_is_sealed(store_url: str) -> None:
    db = Database.open(store_url)
    with db.read() as session, pytest.raises(StoreUnavailable, match="no key"):
        seal(session, "JBSWY3DP")
    db.close()
