"""The made-up desk hangs together before a single ticket exists."""

import re
from datetime import date, datetime

from demo.holidays import easter, holidays
from demo.shapes import Organisation
from demo.topics import topics

E164 = re.compile(r"\+[1-9]\d{7,14}")


def test_the_desk_has_six_teams_thirty_agents_and_twenty_five_customers(organisation: Organisation) -> None:
    sizes = [len(organisation.teams), len(organisation.agents), len(organisation.customers)]

    assert sizes == [6, 30, 25]


def test_every_agent_works_in_known_teams(organisation: Organisation) -> None:
    teams = {team.name for team in organisation.teams}

    assert all(agent.teams and set(agent.teams) <= teams for agent in organisation.agents)


def test_every_team_belongs_to_a_department(organisation: Organisation) -> None:
    assert {team.department for team in organisation.teams} <= {row.name for row in organisation.departments}


def test_every_user_sits_at_a_site_of_their_customer(organisation: Organisation) -> None:
    for customer in organisation.customers:
        assert {user.site for user in customer.users} <= {site.name for site in customer.sites}


def test_addresses_are_unique_and_under_the_reserved_example_domain(organisation: Organisation) -> None:
    emails = [user.email for customer in organisation.customers for user in customer.users]

    assert len(set(emails)) == len(emails)
    assert all(email.endswith(".example") for email in emails)


def test_phone_numbers_are_unique_and_in_international_form(organisation: Organisation) -> None:
    numbers = [user.phone for customer in organisation.customers for user in customer.users]

    assert len(set(numbers)) == len(numbers)
    assert all(E164.fullmatch(number) for number in numbers)


def test_every_category_but_the_branches_has_a_known_parent_before_it(organisation: Organisation) -> None:
    seen: set[str | None] = {None}
    for category in organisation.categories:
        assert category.parent in seen
        seen.add(category.path)


def test_every_leaf_is_described_at_length(organisation: Organisation) -> None:
    assert all(len(category.description) > 60 for category in organisation.categories if category.leaf)


def test_every_customer_keeps_a_known_calendar(organisation: Organisation) -> None:
    assert {customer.calendar for customer in organisation.customers} <= {row.name for row in organisation.calendars}


def test_an_office_calendar_has_several_windows_a_day(organisation: Organisation) -> None:
    office = organisation.calendars[0]

    assert sum(window.weekday == 0 for window in office.windows) == 2


def test_calendars_know_the_holidays_around_the_year(organisation: Organisation, until: datetime) -> None:
    days = {holiday.day for holiday in organisation.calendars[0].holidays}

    assert {date(until.year - 1, 12, 25), date(until.year, 12, 25)} <= days


def test_easter_falls_where_the_church_says() -> None:
    assert [easter(year) for year in (2024, 2025, 2026)] == [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5)]


def test_floating_holidays_fall_on_their_weekday() -> None:
    days = {holiday.name: holiday.day for holiday in holidays("UK", 2025, 2025)}

    assert days["Summer bank holiday"] == date(2025, 8, 25)
    assert days["Early May"] == date(2025, 5, 5)


def test_topics_lean_only_on_topics_and_teams_that_exist(organisation: Organisation) -> None:
    teams = {team.name for team in organisation.teams}
    known = topics()
    for topic in known.values():
        assert set(topic.teams) <= teams
        assert set(topic.near) <= set(known)
        assert topic.problems
