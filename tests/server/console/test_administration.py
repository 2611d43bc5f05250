"""The administration leads to every setting, and shows each agent only what they may open."""

from collections.abc import Callable

import pytest

from core_psa.access.roles import create_role
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import SYSTEM
from server.console.administration import AREAS, Setting
from server.wiring import Desk
from tests.server.console.conftest import Browser

SETTINGS = [setting for area in AREAS for setting in area.settings]


@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_every_setting_opens_for_an_administrator(signed_in: Callable[[str], Browser], setting: Setting) -> None:
    assert signed_in("administrator").client.get(setting.address).status_code == 200


def test_only_what_one_may_open_is_offered(signed_in: Callable[[str], Browser]) -> None:
    shown = signed_in("team lead").get("/administration")
    mine = {setting.address for setting in SETTINGS if setting.permission in BUILTIN_ROLES["team lead"]}
    assert {setting.address for setting in SETTINGS if f'href="{setting.address}"' in shown} == mine


def test_a_role_without_any_setting_has_no_administration(desk: Desk, signed_in: Callable[[str], Browser]) -> None:
    with desk.db.work() as w:
        create_role(w, SYSTEM, "reader", ["tickets.see"])
    reader = signed_in("reader")
    assert "/administration" not in reader.get("/")
    assert reader.client.get("/administration").status_code == 403


def test_no_address_is_listed_twice() -> None:
    assert len({setting.address for setting in SETTINGS}) == len(SETTINGS)
