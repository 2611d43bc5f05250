"""A generated year is repeatable, consistent with its desk, and alive."""

import hashlib
import time
from collections import Counter
from datetime import datetime, timedelta

from demo.generator import generate
from demo.outages import Plan
from demo.shapes import DemoTicket, Organisation

DONE = {"Resolved", "Closed"}


def fingerprint(rows: list[DemoTicket]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def small(until: datetime, seed: int = 1) -> list[DemoTicket]:
    return list(generate(tickets=400, days=60, seed=seed, until=until))


def read(year: list[DemoTicket]) -> list[DemoTicket]:
    """Those somebody at the desk has looked at."""
    return [row for row in year if row.status != "New"]


def test_the_same_arguments_give_the_same_rows(until: datetime) -> None:
    assert fingerprint(small(until)) == fingerprint(small(until))


def test_another_seed_gives_another_year(until: datetime) -> None:
    assert fingerprint(small(until, seed=1)) != fingerprint(small(until, seed=2))


def test_exactly_as_many_tickets_come_as_were_asked_for(year: list[DemoTicket], until: datetime) -> None:
    assert [len(year), len(small(until))] == [12_000, 400]


def test_a_handful_of_tickets_in_a_single_day_is_enough_to_ask_for(until: datetime) -> None:
    assert len(list(generate(tickets=5, days=1, until=until))) == 5


def test_tickets_come_in_time_order_within_the_year(year: list[DemoTicket], until: datetime) -> None:
    created = [row.created_at for row in year]

    assert created == sorted(created)
    assert until - timedelta(days=366) < created[0]
    assert created[-1] <= until


def test_every_ticket_has_a_number_of_its_own(year: list[DemoTicket]) -> None:
    assert len({row.id for row in year}) == len(year)


def test_every_requester_works_for_the_customer_at_that_site(
    year: list[DemoTicket], organisation: Organisation
) -> None:
    people = {user.email: (customer.name, user.site) for customer in organisation.customers for user in customer.users}

    assert all(people[row.requester] == (row.customer, row.site) for row in year if row.requester)


def test_only_machines_have_no_requester(year: list[DemoTicket]) -> None:
    assert {row.channel for row in year if row.requester is None} == {"rmm"}


def test_every_label_is_one_of_the_desks_own(year: list[DemoTicket], organisation: Organisation) -> None:
    rows = read(year)

    assert {row.category for row in rows} <= {category.path for category in organisation.categories if category.leaf}
    assert {row.priority for row in rows} <= {priority.name for priority in organisation.priorities}
    assert {row.group for row in rows} <= {team.name for team in organisation.teams}
    assert {row.type for row in rows} <= {kind.name for kind in organisation.types}


def test_every_leaf_of_the_tree_is_used(year: list[DemoTicket], organisation: Organisation) -> None:
    used = {row.category for row in year}

    assert all(category.path in used for category in organisation.categories if category.leaf)


def test_tickets_go_to_agents_of_the_team_who_were_there(year: list[DemoTicket], organisation: Organisation) -> None:
    agents = {agent.email: agent for agent in organisation.agents}
    for row in year:
        if row.assignee:
            agent, day = agents[row.assignee], row.created_at.date()
            assert agent.employed(day)
            assert not agent.away(day)
            assert row.group in agent.teams


def test_people_solve_what_they_are_good_at(year: list[DemoTicket], organisation: Organisation) -> None:
    printing = Counter(row.assignee for row in year if row.category == "Printing and scanning / Print jobs and queues")
    agents = {agent.email: agent for agent in organisation.agents}
    busiest = printing.most_common(1)[0][0]

    assert busiest is not None
    assert agents[busiest].level("Printing") >= 4


def test_nothing_is_resolved_before_it_was_created_or_after_the_year(year: list[DemoTicket], until: datetime) -> None:
    assert all(row.created_at < row.resolved_at <= until for row in year if row.resolved_at)


def test_a_ticket_has_an_end_exactly_when_its_status_says_so(year: list[DemoTicket]) -> None:
    assert all((row.resolved_at is not None) == (row.status in DONE) for row in year)


def test_the_newest_tickets_are_partly_open(year: list[DemoTicket]) -> None:
    share = sum(row.status not in DONE for row in year[-300:]) / 300

    assert 0.2 < share < 0.8


def test_the_queue_of_the_desk_looks_alive(year: list[DemoTicket]) -> None:
    waiting = [row for row in year if row.status not in DONE]

    assert 100 <= len(waiting) <= 350
    assert {row.status for row in waiting} >= {"New", "In Progress", "Waiting on Customer", "Waiting on Vendor"}
    assert any("vip" in row.tags for row in waiting)
    assert any(row.assignee is None for row in waiting)


def test_what_nobody_has_read_carries_no_labels(year: list[DemoTicket]) -> None:
    new = [row for row in year if row.status == "New"]

    assert new
    assert all(row.category is row.priority is row.assignee is row.group is None for row in new)


def test_urgent_tickets_are_solved_sooner(year: list[DemoTicket]) -> None:
    def median(priority: str) -> timedelta:
        took = sorted(row.resolved_at - row.created_at for row in year if row.resolved_at and row.priority == priority)
        return took[len(took) // 2]

    assert median("P1") < median("P2") < median("P3") < median("P4")


def test_a_reminder_asks_about_an_earlier_ticket_of_the_same_person(year: list[DemoTicket]) -> None:
    by_id = {row.id: row for row in year}
    reminders = [row for row in year if row.duplicate_of]

    assert reminders
    for row in reminders:
        earlier = by_id[row.duplicate_of or ""]
        assert earlier.created_at < row.created_at
        assert earlier.requester == row.requester


def test_an_outage_is_reported_by_several_customers_within_hours(year: list[DemoTicket], events: Plan) -> None:
    assert 5 <= len(events.outages) <= 8
    for outage in events.outages:
        reports = [row for row in year if row.outage == outage.id]
        assert len({row.customer for row in reports}) >= 4
        assert all(outage.starts_at <= row.created_at < outage.starts_at + timedelta(hours=4) for row in reports)


def test_an_outage_is_told_in_many_words_and_mostly_p1(year: list[DemoTicket], events: Plan) -> None:
    reports = [row for row in year if (row.outage or "").startswith("outage")]

    assert len({row.body for row in reports}) == len(reports)
    assert sum(row.priority == "P1" for row in reports) > 0.7 * len(reports)


def test_people_ask_during_maintenance_that_was_announced_to_them(year: list[DemoTicket], events: Plan) -> None:
    for window in events.maintenance:
        asked = [row for row in year if row.outage == window.id]
        assert asked
        assert all(window.starts_at <= row.created_at <= window.ends_at for row in asked)
        assert {row.customer for row in asked} <= set(window.customers)


def test_two_thousand_tickets_take_about_a_second_of_one_core(until: datetime) -> None:
    started = time.process_time()
    made = sum(1 for _ in generate(tickets=3_000, until=until))

    # Half of what a quiet machine reaches, since tests share theirs.
    assert made / (time.process_time() - started) > 1_000
