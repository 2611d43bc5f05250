"""What the clocks of a ticket do: each rule a sentence."""

from datetime import timedelta

from core_psa.sla import promises
from core_psa.sla.promises import Conduct
from tests.core_psa.sla.clockwork import Life, at, ledger, time_of, told

HOURS = timedelta(hours=1)


def test_response_and_resolution_begin_when_the_ticket_is_opened() -> None:
    life = Life().opened(at("16:30"))
    assert life.due("response") == at("9:30", day=1)
    assert life.due("resolution") == at("16:30", day=1)
    assert "update" not in life.now


def test_a_backdated_ticket_gets_no_budget_back() -> None:
    life = Life().opened(at("15:00"), created_at=at("9:00"))
    assert life.used("resolution", at("15:00")) == 360
    assert life.due("response") == at("10:00")


def test_an_agents_first_public_word_stops_the_response_clock() -> None:
    life = Life().opened(at("9:00")).replied(at("9:40"))
    assert (life.now["response"].state, life.used("response", at("17:00"))) == ("stopped", 40)


def test_a_customers_word_is_no_response() -> None:
    life = Life().opened(at("9:00")).asked(at("9:40"))
    assert life.now["response"].state == "running"


def test_the_response_clock_is_never_paused() -> None:
    life = Life().opened(at("9:00")).happens(at("9:30"), "waiting", "paused")
    assert life.now["response"].state == "running"
    assert life.now["resolution"].state == "paused"


def test_waiting_gives_its_time_back_in_business_time() -> None:
    life = Life().opened(at("9:00")).happens(at("11:30"), "waiting", "paused")
    assert life.due("resolution") is None
    life.happens(at("9:00", day=2), "taken up again", "open")
    assert life.due("resolution") == at("14:30", day=2)
    assert ledger(life.now["resolution"]) == [("opened", "waiting", 150), ("taken up again", None, None)]


def test_from_one_waiting_status_to_another_nothing_is_counted_or_reset() -> None:
    life = Life().opened(at("9:00")).happens(at("11:30"), "waiting", "paused")
    before = life.now["resolution"]
    assert life.happens(at("12:00"), "waiting", "paused").now["resolution"] == before


def test_a_policy_may_count_the_waiting_too() -> None:
    life = Life(conduct=Conduct(pauses=False)).opened(at("9:00")).happens(at("11:30"), "waiting", "paused")
    assert life.due("resolution") == at("17:00")


def test_a_ticket_opened_in_a_waiting_status_is_paused_at_once() -> None:
    life = Life().opened(at("9:00"), "paused")
    assert (life.now["resolution"].state, life.now["resolution"].intervals) == ("paused", ())
    assert life.happens(at("13:00"), "taken up again", "open").due("resolution") == at("13:00", day=1)


def test_a_ticket_opened_as_done_has_met_everything_at_once() -> None:
    life = Life().opened(at("9:00"), "done")
    assert all(clock.state == "stopped" and clock.breached_at is None for clock in life.now.values())
    assert life.standing(at("9:00", day=9)) == "ok"


def test_resolved_and_then_closed_is_not_counted_twice() -> None:
    life = Life().opened(at("9:00")).replied(at("12:00"), "done")
    before = life.now["resolution"]
    assert life.happens(at("15:00"), "work done", "done").now["resolution"] == before
    assert life.used("resolution", at("15:00")) == 180


def test_reopening_goes_on_with_the_closed_time_left_out() -> None:
    life = Life().opened(at("9:00")).replied(at("12:00"), "done").happens(at("10:00", day=7), "reopened", "open")
    assert life.due("resolution") == at("15:00", day=7)
    assert ledger(life.now["resolution"]) == [("opened", "agent replied", 180), ("reopened", None, None)]


def test_a_policy_may_have_reopening_start_again() -> None:
    life = Life(conduct=Conduct(reopening="restart")).opened(at("9:00")).replied(at("12:00"), "done")
    life.happens(at("10:00", day=7), "reopened", "open")
    assert (life.now["resolution"].cycle, life.due("resolution")) == (2, at("10:00", day=8))
    assert life.every["resolution", 1].state == "stopped"


def test_a_higher_priority_keeps_what_was_used_up() -> None:
    life = Life().opened(at("9:00")).promised(at("11:00"), budgets=(60, 120, 180))
    assert life.due("resolution") == at("12:00")
    assert ledger(life.now["resolution"]) == [("opened", "priority changed", 120), ("priority changed", None, None)]


def test_where_nothing_was_paused_another_target_counts_as_if_from_the_beginning() -> None:
    life = Life().opened(at("9:00")).promised(at("11:00"), budgets=(60, 120, 300))
    assert life.due("resolution") == Life(budgets=(60, 120, 300)).opened(at("9:00")).due("resolution")


def test_what_is_promised_anew_while_a_clock_waits_counts_when_it_goes_on() -> None:
    life = Life().opened(at("9:00")).happens(at("11:00"), "waiting", "paused")
    life.promised(at("12:00"), budgets=(60, 120, 240)).promised(at("12:30"), "calendar changed", calendar_id=2)
    assert (life.due("resolution"), life.used("resolution", at("16:00"))) == (None, 120)
    life.happens(at("16:00"), "taken up again", "open")
    # Two hours are left, and the other calendar opens at midnight.
    assert life.due("resolution") == at("2:00", day=1)


def test_a_priority_that_goes_up_and_down_again_costs_and_gives_nothing() -> None:
    life = Life().opened(at("9:00"))
    life.promised(at("10:00"), budgets=(60, 120, 240)).promised(at("10:30"), budgets=(60, 120, 480))
    assert life.due("resolution") == at("17:00")
    assert ledger(life.now["resolution"])[:2] == [("opened", "priority changed", 60), ("priority changed",) * 2 + (30,)]


def test_a_deadline_never_lies_before_the_change_that_made_it() -> None:
    life = Life().opened(at("9:00")).promised(at("15:00"), budgets=(60, 120, 60))
    assert life.due("resolution") == at("15:00")


def test_another_calendar_counts_from_the_change_on() -> None:
    life = Life().opened(at("16:00")).promised(at("17:00"), "calendar changed", calendar_id=2)
    assert life.used("resolution", at("3:00", day=1)) == 60 + 180
    assert life.due("resolution") == at("7:00", day=1)


def test_a_target_may_run_day_and_night_whatever_the_calendar() -> None:
    life = Life(always_open=True).opened(at("16:30"))
    assert life.due("resolution") == at("0:30", day=1)


def test_a_change_of_nothing_that_counts_leaves_no_trace() -> None:
    life = Life().opened(at("9:00"))
    before = dict(life.now)
    assert life.happens(at("10:00"), "team changed").now == before


def test_changes_in_the_same_instant_leave_one_interval() -> None:
    life = Life().opened(at("9:00")).promised(at("9:00"), budgets=(15, 60, 240))
    assert ledger(life.now["resolution"]) == [("opened", None, None)]
    assert life.due("resolution") == at("13:00")


def test_without_a_target_time_is_counted_and_nothing_promised() -> None:
    life = Life(budgets=(None, None, None)).opened(at("9:00"))
    assert (life.due("resolution"), life.standing(at("12:00", day=9))) == (None, "none")
    life.promised(at("11:00"), budgets=(60, 120, 480))
    assert life.due("resolution") == at("17:00")


def test_what_is_missed_while_it_ran_stays_missed() -> None:
    life = Life().opened(at("9:00")).happens(at("10:00", day=1), "waiting", "paused")
    assert life.now["resolution"].breached_at == at("17:00")
    life.happens(at("11:00", day=1), "taken up again", "open").promised(at("11:30", day=1), budgets=(60, 120, 4800))
    assert life.now["resolution"].breached_at == at("17:00")
    assert life.standing(at("11:30", day=1)) == "breached"


def test_an_answer_at_the_very_deadline_is_in_time() -> None:
    assert Life().opened(at("9:00")).replied(at("10:00")).now["response"].breached_at is None
    late = Life().opened(at("9:00")).replied(at("10:00") + timedelta(seconds=1))
    assert late.now["response"].breached_at == at("10:00")


def test_until_the_first_response_only_its_clock_counts() -> None:
    always = Life(conduct=Conduct(updates="always")).opened(at("9:00")).asked(at("9:20"))
    assert "update" not in always.now


def test_when_asked_an_update_is_due_after_the_customer_wrote() -> None:
    life = Life().opened(at("9:00")).replied(at("9:30"))
    assert "update" not in life.now
    life.asked(at("11:00")).asked(at("11:45"))
    assert (life.now["update"].cycle, life.due("update")) == (1, at("13:00"))
    assert life.replied(at("12:00")).now["update"].state == "stopped"
    assert life.asked(at("14:00")).now["update"].cycle == 2


def test_always_means_that_agents_speak_at_every_interval() -> None:
    life = Life(conduct=Conduct(updates="always")).opened(at("9:00")).replied(at("9:30"))
    assert life.due("update") == at("11:30")
    life.replied(at("11:00"))
    assert (life.now["update"].cycle, life.due("update")) == (2, at("13:00"))
    assert life.every["update", 1].state == "stopped"


def test_an_update_waits_while_the_ticket_does() -> None:
    life = Life(conduct=Conduct(updates="always")).opened(at("9:00")).replied(at("10:00"), "paused")
    assert (life.now["update"].state, life.due("update")) == ("paused", None)
    assert life.happens(at("13:00"), "taken up again", "open").due("update") == at("15:00")


def test_a_done_ticket_owes_no_update_until_it_is_reopened() -> None:
    life = Life(conduct=Conduct(updates="always")).opened(at("9:00")).replied(at("10:00"), "done")
    assert "update" not in life.now
    assert life.happens(at("11:00"), "reopened", "open").due("update") == at("13:00")


def test_a_customer_who_reopens_waits_for_an_update() -> None:
    life = Life().opened(at("9:00")).replied(at("10:00"), "done").asked(at("11:00"), "open")
    assert life.due("update") == at("13:00")


def test_what_ended_unanswered_is_still_to_be_answered_when_it_is_reopened() -> None:
    life = Life().opened(at("9:00")).happens(at("9:20"), "work done", "done").happens(at("14:00"), "reopened", "open")
    assert (life.now["response"].state, life.due("response")) == ("running", at("14:40"))
    assert ledger(life.now["response"]) == [("opened", "work done", 20), ("reopened", None, None)]


def test_what_was_answered_before_its_end_is_not_asked_for_again() -> None:
    life = Life().opened(at("9:00")).replied(at("9:20"), "done").happens(at("14:00"), "reopened", "open")
    assert (life.now["response"].state, "update" in life.now) == ("stopped", False)


def test_an_agent_who_reopens_with_a_word_has_answered() -> None:
    life = Life().opened(at("9:00")).happens(at("9:20"), "work done", "done").replied(at("9:30"), "open")
    assert (life.now["response"].state, life.used("response", at("9:30"))) == ("stopped", 20)


def test_an_update_that_was_owed_at_the_end_is_owed_again_with_what_was_left() -> None:
    life = Life().opened(at("9:00")).replied(at("9:10")).asked(at("10:00"))
    life.happens(at("11:00"), "work done", "done").happens(at("14:00"), "reopened", "open")
    assert (life.now["update"].cycle, life.due("update")) == (1, at("15:00"))
    assert life.replied(at("14:30")).now["update"].state == "stopped"


def test_an_update_that_was_given_while_it_waited_is_not_owed_again() -> None:
    life = Life().opened(at("9:00")).replied(at("9:10")).asked(at("10:00")).happens(at("10:30"), "waiting", "paused")
    life.replied(at("11:00"), "done").happens(at("14:00"), "reopened", "open")
    assert life.now["update"].state == "stopped"


def test_where_reopening_starts_again_what_nobody_answered_does_too() -> None:
    life = Life(conduct=Conduct(reopening="restart")).opened(at("9:00")).happens(at("9:20"), "work done", "done")
    life.happens(at("14:00"), "reopened", "open")
    assert (life.now["response"].cycle, life.due("response")) == (2, at("15:00"))


def test_an_imported_ticket_gets_no_clocks() -> None:
    assert Life().happens(at("9:00"), "agent replied", "open", "agent").now == {}


def test_a_share_is_reached_in_business_time() -> None:
    resolution = Life().opened(at("14:00")).now["resolution"]
    assert promises.reached(resolution, at("9:59", day=1), (50, 100), time_of) == []
    assert promises.reached(resolution, at("10:01", day=1), (50, 100), time_of) == [50]
    assert promises.next_at(resolution, at("14:00"), Conduct(shares=(75, 100)), time_of) == at("12:00", day=1)


def test_what_was_told_is_not_told_again_with_a_larger_budget() -> None:
    life = Life(conduct=Conduct(shares=(50, 75, 100))).opened(at("9:00"))
    life.now["resolution"] = told(life.now["resolution"], 50)
    resolution = life.promised(at("14:00"), budgets=(60, 120, 960)).now["resolution"]
    assert promises.reached(resolution, at("16:59", day=1), life.conduct.shares, time_of) == [75]


def test_shares_passed_together_are_told_together() -> None:
    life = Life().opened(at("9:00"))
    assert promises.reached(life.now["resolution"], at("9:00", day=3), (50, 75, 100, 150), time_of) == [
        50,
        75,
        100,
        150,
    ]


def test_a_paused_clock_reaches_nothing() -> None:
    life = Life().opened(at("9:00")).happens(at("12:00"), "waiting", "paused")
    resolution = life.now["resolution"]
    assert promises.reached(resolution, at("9:00", day=30), (50, 100), time_of) == []
    assert promises.next_at(resolution, at("12:00"), life.conduct, time_of) is None


def test_a_ticket_stands_as_its_worst_clock() -> None:
    life = Life().opened(at("9:00"))
    assert life.standing(at("9:30")) == "ok"
    assert life.standing(at("9:50")) == "at_risk"
    assert life.standing(at("10:30")) == "breached"
    life = Life().opened(at("9:00")).replied(at("9:10"), "paused")
    assert life.standing(at("9:50")) == "paused"
