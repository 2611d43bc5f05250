"""Numbers that no form offers, sent to the pages all the same: refused or passed over, and never an error or an endless wait."""

from collections.abc import Callable

import pytest

from tests.server.console.conftest import Browser

ENDLESS = "9" * 5_000
HUGE = "9" * 18


@pytest.fixture
def administrator(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/queue/bulk", {"ticket": "1", "change": f"team:{ENDLESS}"}),
        ("/queue/bulk", {"ticket": ENDLESS, "change": "close"}),
        ("/administration/sla/new", {"name": "Gold", "warnings": HUGE}),
        ("/administration/sla/new", {"name": "Gold", "warnings": "1", "percent_0": "50", "agents_0": ENDLESS}),
        ("/administration/roles/second-factor", {"role": ENDLESS}),
        ("/administration/actions/new", {"name": "park", "kind": "update", "role": ENDLESS}),
        ("/suggestions/modes", {"category_mode": "suggest", "category_suggest": ENDLESS, "category_auto": "٣"}),
        ("/account/notifications", {"quiet_from": f"{ENDLESS}:00", "quiet_until": "07:00"}),
    ],
)
def test_a_number_that_is_none_breaks_no_form(administrator: Browser, address: str, fields: dict[str, str]) -> None:
    assert administrator.post(address, **fields) < 500


@pytest.mark.parametrize(
    "address",
    [
        f"{page}{day}"
        for page in ("/dispatch?week=", "/administration/audit?until=", "/administration/audit?since=",
                     "/reports/service-levels?until=", "/reports/service-levels?since=")
        for day in ("9999-12-31", "0001-01-01", "2026-13-01")
    ],
)  # fmt: skip
def test_a_day_at_the_end_of_all_years_breaks_no_page(administrator: Browser, address: str) -> None:
    assert administrator.client.get(address, follow_redirects=False).status_code < 500


@pytest.mark.parametrize(
    "address",
    [
        f"/tickets/new/requesters?requester=a&customer_id={ENDLESS}",
        f"/tickets/new/known?customer_id={ENDLESS}",
        f"/dispatch/sites?number={ENDLESS}",
        f"/queue?customer={ENDLESS}&site={ENDLESS}&created_after=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_a_number_that_is_none_breaks_no_address(administrator: Browser, address: str) -> None:
    assert administrator.client.get(address, follow_redirects=False).status_code < 500
