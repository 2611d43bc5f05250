"""The category tree: four levels, paths that follow their names, nothing ever lost."""

import pytest
from sqlalchemy import select

from core_psa.db import Database
from core_psa.errors import Invalid
from core_psa.tickets import category_actions as actions
from core_psa.tickets import settings_store as store
from core_psa.tickets.tables import Category
from core_psa.viewer import SYSTEM


@pytest.fixture
def tree(db: Database) -> dict[str, int]:
    """Ids by path: Hardware / Printer / Laser / Toner, and Network."""
    parent_id: int | None = None
    with db.work() as w:
        for name in ("Hardware", "Printer", "Laser", "Toner"):
            parent_id = actions.create_category(w, SYSTEM, name, parent_id=parent_id).id
        actions.create_category(w, SYSTEM, "Network", description="cables, switches and Wi-Fi")
    return paths(db)


def paths(db: Database, *, inactive: bool = False) -> dict[str, int]:
    with db.read() as session:
        return {c.path: c.id for c in store.category_page(session, SYSTEM, inactive=inactive).rows}


def test_a_path_is_the_names_from_the_root(tree: dict[str, int]) -> None:
    assert list(tree) == [
        "Hardware",
        "Hardware / Printer",
        "Hardware / Printer / Laser",
        "Hardware / Printer / Laser / Toner",
        "Network",
    ]


def test_a_fifth_level_is_refused(db: Database, tree: dict[str, int]) -> None:
    with pytest.raises(Invalid, match="level 4"), db.work() as w:
        actions.create_category(w, SYSTEM, "Black", parent_id=tree["Hardware / Printer / Laser / Toner"])


def test_renaming_carries_the_path_of_everything_below(db: Database, tree: dict[str, int]) -> None:
    with db.work() as w:
        actions.update_category(w, SYSTEM, tree["Hardware / Printer"], name="Printing")
    after = paths(db)
    assert after["Hardware / Printing / Laser / Toner"] == tree["Hardware / Printer / Laser / Toner"]
    assert not any("Printer" in path for path in after)


def test_a_name_is_taken_among_its_siblings_alone(db: Database, tree: dict[str, int]) -> None:
    with db.work() as w:
        actions.create_category(w, SYSTEM, "Network", parent_id=tree["Hardware"])
    with pytest.raises(Invalid, match="taken"), db.work() as w:
        actions.create_category(w, SYSTEM, "NETWORK")


def test_a_name_that_would_look_like_two_levels_is_refused(db: Database) -> None:
    with pytest.raises(Invalid), db.work() as w:
        actions.create_category(w, SYSTEM, "Hardware / Printer")


def test_a_category_keeps_its_own_name_when_it_is_described(db: Database, tree: dict[str, int]) -> None:
    with db.work() as w:
        actions.update_category(w, SYSTEM, tree["Network"], name="Network", description="everything with a cable")
    with db.read() as session:
        assert session.get_one(Category, tree["Network"]).description == "everything with a cable"


def test_retiring_takes_everything_below_along_and_deletes_nothing(db: Database, tree: dict[str, int]) -> None:
    with db.work() as w:
        actions.update_category(w, SYSTEM, tree["Hardware / Printer"], retired=True)
    assert list(paths(db)) == ["Hardware", "Network"]
    assert paths(db, inactive=True) == tree


def test_what_is_below_a_retired_category_comes_back_after_it(db: Database, tree: dict[str, int]) -> None:
    printer, laser = tree["Hardware / Printer"], tree["Hardware / Printer / Laser"]
    with db.work() as w:
        actions.update_category(w, SYSTEM, printer, retired=True)
    with pytest.raises(Invalid), db.work() as w:
        actions.update_category(w, SYSTEM, laser, retired=False)
    with db.work() as w:
        actions.update_category(w, SYSTEM, printer, retired=False)
        actions.update_category(w, SYSTEM, laser, retired=False)
    with db.read() as session:
        still_retired = session.scalars(select(Category.name).where(Category.retired)).all()
    assert still_retired == ["Toner"]


def test_nothing_new_comes_below_a_retired_category(db: Database, tree: dict[str, int]) -> None:
    with db.work() as w:
        actions.update_category(w, SYSTEM, tree["Network"], retired=True)
    with pytest.raises(Invalid, match="retired"), db.work() as w:
        actions.create_category(w, SYSTEM, "Wi-Fi", parent_id=tree["Network"])
