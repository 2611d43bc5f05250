"""A decided case as a row in the exchange columns: its words, labels and where it stands."""

from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

from demo import labels, resolution
from demo.desk_year import Case
from demo.facts import Facts
from demo.letters import Letter, Matter, chase, write
from demo.shapes import DemoTicket
from demo.topics import Topic, apps_to_come, topics

SECOND_FILED_SHARE = 0.4
UNREAD = "New"
UNASSIGNED = {"New", "In Triage"}


def ticket(number: str, case: Case, rng: Random) -> DemoTicket:
    """The row of a case. What nobody has read yet carries no labels."""
    arrival = case.arrival
    facts = _facts(case, rng)
    letter = _letter(case, facts, rng)
    filed = _filed_under(case, rng)
    resolved = case.status in {"Resolved", "Closed"}
    row = DemoTicket(
        id=number,
        created_at=arrival.at,
        resolved_at=case.end.at if resolved else None,
        subject=letter.subject,
        body=letter.body,
        category=filed.path,
        subcategory=filed.name,
        priority=labels.priority(rng, case.severity),
        assignee=None if case.status in UNASSIGNED else case.agent.email,
        group=case.team,
        customer=arrival.customer.name,
        requester=None if arrival.problem.alert else arrival.user.email,
        status=case.status,
        channel=case.channel,
        type=arrival.problem.type,
        site=arrival.user.site,
        tags=_tags(case),
        resolution_note=resolution.note(arrival.problem, letter.body, facts, rng) if resolved else None,
        duplicate_of=case.reminder_of.id if case.reminder_of else None,
        outage=arrival.outage,
    )
    return _unread(row) if case.status == UNREAD else row


def _unread(row: DemoTicket) -> DemoTicket:
    return replace(row, category=None, subcategory=None, priority=None, assignee=None, group=None)


def _letter(case: Case, facts: Facts, rng: Random) -> Letter:
    user = case.arrival.user
    if case.reminder_of:
        return chase(user=user, subject=case.reminder_of.subject, facts=facts, rng=rng)
    matter = Matter(case.arrival.problem, case.second, case.severity)
    return write(matter, user=user, channel=case.channel, facts=facts, rng=rng)


def _filed_under(case: Case, rng: Random) -> Topic:
    """A ticket about two things is filed under either."""
    if case.second and rng.random() < SECOND_FILED_SHARE:
        return topics()[case.second.topic]
    return labels.category(rng, case.arrival.topic, case.passed)


def _facts(case: Case, rng: Random) -> Facts:
    arrival = case.arrival
    local = arrival.at.astimezone(ZoneInfo(arrival.customer.time_zone))
    apps = tuple(app for app in arrival.customer.apps if case.passed >= apps_to_come().get(app, 0.0))
    agent = case.agent.name.partition(" ")[0]
    return Facts(rng=rng, customer=arrival.customer, user=arrival.user, apps=apps, at=local, agent=agent)


def _tags(case: Case) -> tuple[str, ...]:
    arrival = case.arrival
    outage = arrival.outage or ""
    tags = {
        "vip": arrival.user.vip and not arrival.problem.alert,
        "major-incident": outage.startswith("outage"),
        "maintenance": outage.startswith("maintenance"),
        "reminder": case.reminder_of is not None,
    }
    return tuple(tag for tag, fits in tags.items() if fits)
