"""The arithmetic of dialling: what follows a failed dial, where a callback stands, how likely an agent is free."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.chance import ENOUGH, chance_of_agent
from callbacks.promises import DialResult
from callbacks.retries import UNCOUNTED, counted, wait_after
from callbacks.urgency import in_front, is_at_risk, place_in_line

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
GAPS = (600.0, 900.0)
AFTER = [
    pytest.param(["busy"], 600, id="busy: in ten minutes"),
    pytest.param(["no_answer", "busy"], 900, id="twice: in fifteen"),
    pytest.param(["busy", "busy", "busy"], None, id="three times: the end"),
    pytest.param(["machine"], 600, id="a machine: once more"),
    pytest.param(["machine", "machine"], None, id="a second machine: the end"),
    pytest.param(["machine", "busy"], 900, id="a machine, then busy"),
    pytest.param(["failed"], None, id="failed: the end at once"),
    pytest.param(["invalid"], None, id="no such number: the end at once"),
    pytest.param(["stopped"], None, id="never again: the end at once"),
    pytest.param(["not_confirmed"], 600, id="nobody pressed 1"),
    pytest.param(["hung_up"], 600, id="left before an agent came"),
    pytest.param(["agent_lost", "agent_lost", "agent_lost", "busy"], 600, id="our own failures do not count"),
    pytest.param(["agent_lost"], 0, id="and need no wait"),
]


@pytest.mark.parametrize(("results", "seconds"), AFTER)
def test_what_follows_a_dial_that_came_to_nothing(results, seconds):
    assert wait_after(results, attempts=3, retry_after=GAPS) == seconds


@given(st.lists(st.sampled_from(list(DialResult)), max_size=12), st.integers(1, 5))
def test_no_run_of_results_makes_more_counted_attempts_than_there_may_be(results, attempts):
    made = []
    for result in results:
        made.append(result)
        if wait_after(made, attempts=attempts, retry_after=GAPS) is None:
            break
    assert counted(made) <= attempts
    assert counted([result for result in made if result in UNCOUNTED]) == 0


def test_a_place_is_kept_given_back_once_and_then_lost():
    kept = NOW - timedelta(minutes=20)
    line = {"kept": kept, "now": NOW, "chosen": None, "wait": None}
    assert place_in_line(behind=False, given_back=True, **line) == kept
    assert place_in_line(behind=False, given_back=False, **line) == NOW


def test_behind_live_calls_is_behind_everyone_who_comes_today():
    place = place_in_line(kept=NOW, now=NOW, chosen=None, behind=True, given_back=True, wait=None)
    assert place > NOW + timedelta(hours=23)
    assert in_front(NOW) < NOW - timedelta(hours=24), "and in front is before everyone who came today"


@pytest.mark.parametrize(("wait", "credit"), [(None, 600), (60.0, 600), (1_500.0, 1_500)])
def test_a_chosen_time_is_as_if_it_had_come_an_estimate_before(wait, credit):
    place = place_in_line(kept=NOW, now=NOW, chosen=NOW, behind=False, given_back=True, wait=wait)
    assert place == NOW - timedelta(seconds=credit)


@pytest.mark.parametrize(
    ("age", "lead", "risk"),
    [(1_700, None, False), (1_800, None, True), (1_700, 100.0, True), (1_699, 100.0, False)],
)
def test_a_promise_is_at_risk_when_even_the_first_in_line_would_be_late(age, lead, risk):
    since = NOW - timedelta(seconds=age)
    assert is_at_risk(since=since, now=NOW, promise=1_800.0, lead=lead) is risk


def test_an_idle_agent_for_us_is_certain_and_no_agent_is_impossible():
    assert chance_of_agent(idle=1, claims=0, busy=0, handling=None) == 1.0
    assert chance_of_agent(idle=1, claims=1, busy=0, handling=300.0) == 0.0
    assert chance_of_agent(idle=0, claims=0, busy=5, handling=None) == 0.0


@pytest.mark.parametrize(("busy", "needed"), [(1, 1), (20, 1), (20, 3), (200, 4)])
def test_the_chance_is_the_binomial_tail_of_calls_that_end_in_time(busy, needed):
    """By the other route: the sum of the upper tail."""
    ends = 1 - math.exp(-12 / 240)
    tail = sum(math.comb(busy, n) * ends**n * (1 - ends) ** (busy - n) for n in range(needed, busy + 1))
    assert chance_of_agent(idle=0, claims=needed - 1, busy=busy, handling=240.0) == pytest.approx(tail)


def test_only_a_large_crew_is_as_good_as_free():
    """Ten agents on four-minute calls free one within a ring four times in ten; a hundred nearly always."""
    assert chance_of_agent(idle=0, claims=0, busy=10, handling=240.0) < ENOUGH
    assert chance_of_agent(idle=0, claims=0, busy=100, handling=240.0) > ENOUGH


@given(st.integers(0, 5), st.integers(0, 8), st.integers(0, 60), st.floats(1, 2000))
def test_the_chance_is_one_and_falls_with_every_claim(idle, claims, busy, handling):
    here = chance_of_agent(idle=idle, claims=claims, busy=busy, handling=handling)
    more = chance_of_agent(idle=idle, claims=claims + 1, busy=busy, handling=handling)
    assert 0.0 <= more <= here + 1e-12 <= 1.0 + 1e-9
