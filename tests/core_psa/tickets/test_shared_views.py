"""What is shared goes by its name: a team, and the desk, has one view of each; on both engines."""

import pytest

from core_psa.db import Database
from core_psa.errors import Invalid
from core_psa.organisation.actions import create_agent, create_team
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.tickets.views.actions import create_view, update_view
from core_psa.viewer import SYSTEM, Viewer


@pytest.fixture
def lead(db: Database) -> Viewer:
    """Of two teams."""
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Mara", email="mara@desk.example").id
        teams = frozenset(create_team(w, SYSTEM, name=name).id for name in ("Network", "Phones"))
    return Viewer("agent", agent, "Mara", BUILTIN_ROLES["team lead"], teams)


def refused(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [e.field for e in error.value.errors]


def test_the_desk_has_one_view_of_each_name(db: Database, lead: Viewer) -> None:
    with db.work() as w:
        create_view(w, lead, name="Loose ends", scope="desk")
    with pytest.raises(Invalid) as error, db.work() as w:
        create_view(w, lead, name="loose ENDS", scope="desk")
    assert refused(error) == ["name"]


def test_a_team_has_one_view_of_each_name(db: Database, lead: Viewer) -> None:
    first, second = lead.team_ids
    with db.work() as w:
        create_view(w, lead, name="Loose ends", scope="team", team_id=first)
        other = create_view(w, lead, name="Loose ends", scope="team", team_id=second).id
        create_view(w, lead, name="Loose ends", scope="desk")
    with pytest.raises(Invalid) as error, db.work() as w:
        update_view(w, lead, other, team_id=first)
    assert refused(error) == ["name"]


def test_a_view_that_comes_to_be_shared_needs_a_name_of_its_own(db: Database, lead: Viewer) -> None:
    with db.work() as w:
        create_view(w, lead, name="Loose ends", scope="desk")
        mine = [create_view(w, lead, name="Loose ends").id for _ in range(2)]
    with pytest.raises(Invalid) as error, db.work() as w:
        update_view(w, lead, mine[0], scope="desk")
    assert refused(error) == ["name"]


def test_a_shared_view_keeps_its_name(db: Database, lead: Viewer) -> None:
    with db.work() as w:
        view = create_view(w, lead, name="Loose ends", scope="desk").id
        assert update_view(w, lead, view, name="Loose ends", columns=["subject"]).columns == ["subject"]
