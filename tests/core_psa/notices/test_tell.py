"""Who is told what, and how."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from core_psa.clock import StoppedClock
from core_psa.customers.tables import User
from core_psa.db import Database
from core_psa.notices.actions import tell
from core_psa.notices.events import EVENTS
from core_psa.notices.tables import MailPolicy, NoticePreference, NoticeTemplate, QuietHours, SilentEvent
from core_psa.notices.wording import WORDINGS
from core_psa.organisation.tables import Agent
from core_psa.viewer import Viewer
from tests.core_psa.notices.conftest import People, mails, notifications

JAM = {"subject": "Printer jams", "customer": "Marlowe"}


def test_an_agent_is_told_on_the_page_and_by_mail(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara], actor=Viewer("agent", people.jory, "Jory"))
    (notification,) = notifications(db)
    (mail,) = mails(db)
    assert (notification.agent_id, notification.line) == (people.mara, "Jory assigned this to you")
    assert (mail.address, mail.subject) == ("mara@harbour.example", f"Printer jams [ID:{ticket_id:07d}]")


def test_nobody_is_told_of_their_own_act(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara], actor=Viewer("agent", people.mara, "Mara"))
        tell(w, "replied", ticket_id, JAM, users=[people.ada], actor=Viewer("user", people.ada, "Ada"))
    assert notifications(db) == []
    assert mails(db) == []


def test_an_agent_and_a_user_of_the_same_number_are_two_people(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara], actor=Viewer("user", people.mara, "Ada"))
    assert len(notifications(db)) == 1


def test_what_is_rolled_back_was_never_told(db: Database, people: People, ticket_id: int) -> None:
    with contextlib.suppress(ZeroDivisionError), db.work() as w:
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara])
        w.session.flush()
        raise ZeroDivisionError
    assert (notifications(db), mails(db)) == ([], [])


def test_an_unknown_event_is_a_mistake_at_once(db: Database) -> None:
    with pytest.raises(ValueError, match="what is: created"), db.work() as w:
        tell(w, "exploded", None, {})


def test_users_are_not_told_of_what_concerns_agents_alone(db: Database, people: People) -> None:
    with pytest.raises(ValueError, match="users are not told"), db.work() as w:
        tell(w, "noted", None, {}, users=[people.ada])


def test_a_user_gets_the_facts_in_their_own_time(
    db: Database, people: People, ticket_id: int, clock: StoppedClock
) -> None:
    with db.work() as w:
        tell(w, "auto_close_warning", ticket_id, {**JAM, "closes_at": clock.now()}, users=[people.ada])
    (mail,) = mails(db)
    assert "Hello Ada" in mail.text
    assert "2 March 2026, 06:00" in mail.text


def test_a_users_own_zone_and_language_come_before_their_customers(
    db: Database, people: People, ticket_id: int, clock: StoppedClock
) -> None:
    with db.work() as w:
        own = {"event": "auto_close_warning", "audience": "user", "subject": "Fermeture", "text": "{{closes_at}}"}
        w.session.add(NoticeTemplate(language="fr", **own))
        w.session.execute(update(User).values(language="fr", timezone="Asia/Tokyo"))
        tell(w, "auto_close_warning", ticket_id, {**JAM, "closes_at": clock.now()}, users=[people.ada])
    (mail,) = mails(db)
    assert mail.subject.startswith("Fermeture")
    assert "2 March 2026, 18:00" in mail.text


def test_a_user_without_address_and_one_who_left_get_nothing(db: Database, people: People, ticket_id: int) -> None:
    for change in ({"email": None}, {"email": "ada@marlowe.example", "active": False}):
        with db.work() as w:
            w.session.execute(update(User).values(**change))
            tell(w, "replied", ticket_id, JAM, users=[people.ada])
    assert mails(db) == []


def test_an_agent_who_left_is_not_told(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        w.session.execute(update(Agent).values(active=False))
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara])
    assert notifications(db) == []


def test_a_bare_address_is_written_to_once(db: Database, people: People, ticket_id: int) -> None:
    copied = ["New@Marlowe.example", "new@marlowe.example ", "ada@marlowe.example"]
    with db.work() as w:
        tell(w, "replied", ticket_id, JAM, users=[people.ada], addresses=copied)
    assert [mail.address for mail in mails(db)] == ["ada@marlowe.example", "new@marlowe.example"]


def test_who_is_known_by_an_address_alone_reads_the_desks_own_time(
    db: Database, people: People, ticket_id: int, clock: StoppedClock
) -> None:
    with db.work() as w:
        tell(w, "auto_close_warning", ticket_id, {**JAM, "closes_at": clock.now()}, addresses=["new@marlowe.example"])
    assert "2 March 2026, 10:00" in mails(db)[0].text


@pytest.mark.parametrize(("in_app", "mail"), [(True, True), (True, False), (False, True), (False, False)])
def test_an_agents_choice_decides(db: Database, people: People, ticket_id: int, in_app: bool, mail: bool) -> None:
    with db.work() as w:
        w.session.add(NoticePreference(agent_id=people.mara, event="replied", in_app=in_app, mail=mail))
        tell(w, "replied", ticket_id, JAM, agents=[people.mara])
    assert (bool(notifications(db)), bool(mails(db))) == (in_app, mail)


def test_a_mail_in_quiet_hours_waits_for_their_end(
    db: Database, people: People, ticket_id: int, clock: StoppedClock
) -> None:
    with db.work() as w:
        w.session.add(QuietHours(agent_id=people.mara, starts=18 * 60, ends=11 * 60))
        tell(w, "assigned", ticket_id, JAM, agents=[people.mara])
    (mail,) = mails(db)
    assert mail.due_at == clock.now() + timedelta(hours=1), "nine in London is ten in Berlin"
    assert len(notifications(db)) == 1


def test_the_own_text_in_the_nearest_language_is_taken(db: Database, people: People, ticket_id: int) -> None:
    def template(language: str, subject: str) -> NoticeTemplate:
        return NoticeTemplate(event="replied", audience="user", language=language, subject=subject, text="{{body}}")

    with db.work() as w:
        w.session.add_all([template("en", "Reply"), template("pt", "Resposta")])
        tell(w, "replied", ticket_id, {**JAM, "body": "Bom dia"}, users=[people.ada])
    (mail,) = mails(db)
    assert mail.subject.startswith("Resposta")
    assert mail.text == "Bom dia"


def test_what_somebody_wrote_is_never_read_as_a_template(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        tell(w, "replied", ticket_id, {**JAM, "body": "{{desk}} {{recipient}}"}, users=[people.ada])
    assert "{{desk}} {{recipient}}" in mails(db)[0].text


def test_a_line_end_in_a_subject_begins_no_header(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        tell(w, "replied", ticket_id, {"subject": "Jam\r\nBcc: all@evil.example\x00\ud800"}, users=[people.ada])
    assert mails(db)[0].subject == f"Jam Bcc: all@evil.example [ID:{ticket_id:07d}]"


def test_a_mail_to_an_agent_links_to_the_ticket_and_one_to_a_user_does_not(
    db: Database, people: People, ticket_id: int
) -> None:
    with db.work() as w:
        w.session.add(MailPolicy(id=1, site="https://desk.example/"))
        w.session.flush()
        tell(w, "reopened", ticket_id, JAM, agents=[people.mara], users=[people.ada])
    to_agent, to_user = mails(db)
    assert f"https://desk.example/tickets/{ticket_id}" in to_agent.text
    assert "https://" not in to_user.text


def test_a_silent_event_reaches_agents_alone(db: Database, people: People, ticket_id: int) -> None:
    with db.work() as w:
        w.session.add(SilentEvent(event="reopened"))
        w.session.flush()
        tell(w, "reopened", ticket_id, JAM, agents=[people.mara], users=[people.ada])
    assert [mail.address for mail in mails(db)] == ["mara@harbour.example"]


def test_every_event_has_a_text_for_agents() -> None:
    assert {event for event, audience in WORDINGS if audience == "agent"} == set(EVENTS)
