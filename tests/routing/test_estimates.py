"""What callers are told of their wait: only what can be said honestly."""

import math
import random

import pytest

from routing.estimates import EwtRules, Handling, Pool, Quiet, Seen, estimate, leaving_rate

CALM = EwtRules(min_samples=1, quiet_when_agents_below=0)
STEADY = [180.0] * 50


def seen(ahead=3, agents=5.0, handling=STEADY, **more):
    return Seen(ahead, (Pool(agents, heads=math.ceil(agents)),), Handling.of(handling), **more)


def test_without_giving_up_the_estimate_is_the_place_times_handling_over_agents():
    assert estimate(seen(ahead=3, agents=2)).seconds == pytest.approx(360)
    assert estimate(seen(ahead=0, agents=0.5, handling=[100, 200, 300, 200, 200])).seconds == pytest.approx(400)


def test_those_ahead_who_give_up_shorten_the_wait():
    """Two agents of 100 s, one in 50 s gives up: 1/.02 + 1/(.02 + .02) + 1/(.02 + .04)."""
    found = estimate(seen(ahead=2, agents=2, handling=[100.0] * 20, leaving=0.02))
    assert found.seconds == pytest.approx(50 + 25 + 1 / 0.06)


def test_the_mean_handling_time_is_as_sure_as_the_calls_are_many_and_alike():
    """The standard error of a mean, in parts of it, squared."""
    found = Handling.of([60.0, 120.0, 180.0, 240.0, 300.0])
    assert (found.calls, found.mean) == (5, 180)
    assert found.unsure == pytest.approx(9000 / 5 / 180**2)
    assert (Handling.of([180.0]).unsure, Handling.of([]).calls, Handling.of(STEADY).unsure) == (1, 0, 0)


def test_how_fast_callers_give_up_is_known_from_those_who_were_answered_too():
    assert leaving_rate([(30, False), (60, True), (10, False)]) == pytest.approx(1 / 100)
    assert leaving_rate([(30, False)]) == leaving_rate([]) == 0


@pytest.mark.parametrize(("ahead", "leaving"), [(0, 0.0), (3, 0.0), (12, 0.0), (12, 0.01)])
def test_eight_of_ten_waits_lie_between_the_ends(ahead, leaving):
    """Against the line itself: agents free up at random, those ahead give up at random."""
    chance = random.Random(7)
    found = estimate(seen(ahead=ahead, agents=5, handling=STEADY, leaving=leaving))
    rates = [5 / 180 + before * leaving for before in range(ahead + 1)]
    waits = [sum(chance.expovariate(rate) for rate in rates) for _ in range(20_000)]
    assert sum(wait < found.low for wait in waits) / 20_000 == pytest.approx(0.1, abs=0.012)
    assert sum(wait > found.high for wait in waits) / 20_000 == pytest.approx(0.1, abs=0.012)


def test_a_handling_time_known_from_few_calls_widens_the_interval():
    varied = [60.0, 120.0, 180.0, 240.0, 300.0]
    few, many = estimate(seen(ahead=20, handling=varied)), estimate(seen(ahead=20, handling=varied * 10))
    assert few.seconds == many.seconds
    assert few.low < many.low < many.high < few.high


@pytest.mark.parametrize(
    "facts",
    [{"agents": 0.0}, {"handling": [180.0] * 4}, {"handling": []}],
    ids=["nobody works", "too few calls", "none"],
)
def test_nothing_is_estimated_from_nothing(facts):
    assert estimate(seen(**facts)) is None


def test_with_an_idle_agent_for_everyone_ahead_there_is_no_wait():
    found = estimate(Seen(1, (Pool(2, heads=2, idle=2),), Handling()))
    assert (found.seconds, found.high, found.least) == (0, 0, 0)


def test_a_ring_that_opens_later_is_waited_for_where_that_is_sooner():
    inner, outer = Pool(1, heads=1), Pool(4, heads=4, after=45)
    assert estimate(Seen(0, (inner, outer), Handling.of(STEADY))).seconds == 45
    assert estimate(Seen(0, (inner, outer), Handling.of(STEADY), waited=30)).seconds == 45, "180 s over four agents"
    assert estimate(Seen(5, (inner, outer), Handling.of(STEADY))).seconds == pytest.approx(6 * 180 / 4)
    free = Pool(4, heads=4, idle=3, after=45)
    assert estimate(Seen(0, (inner, free), Handling.of(STEADY), waited=30)).seconds == 15


@pytest.mark.parametrize(
    ("facts", "quiet"),
    [
        ({}, Quiet.NO),
        ({"handling": [180.0] * 9}, Quiet.FEW_CALLS),
        ({"agents": 2.0}, Quiet.FEW_AGENTS),
        ({"left": 2, "agents": 4.0}, Quiet.AGENTS_LEFT),
        ({"left": 2, "agents": 5.0}, Quiet.NO),
        ({"left": 1, "agents": 3.0}, Quiet.NO),
    ],
    ids=["safe", "few calls", "few agents", "two of six left", "two of seven left", "one left"],
)
def test_what_is_not_safe_is_known_but_not_told(facts, quiet):
    """Wrong is worse than nothing, to callers; whether a callback is offered may still be decided by it."""
    found = estimate(seen(**facts))
    assert found.quiet is quiet
    assert found.seconds > 0


def test_the_rules_are_the_queues():
    assert estimate(seen(agents=1.0), CALM).quiet is Quiet.NO
    assert estimate(seen(handling=[180.0] * 3), CALM).seconds == pytest.approx(144)
    assert estimate(seen(handling=[180.0] * 3)) is None


def test_what_the_head_of_the_line_has_waited_is_not_undercut():
    found = estimate(seen(ahead=3, agents=5, head_waited=170))
    assert (found.seconds, found.least) == (pytest.approx(144), 170), "close to it, the line is the better measure"
    assert estimate(seen(ahead=3, agents=5, head_waited=170, waited=100)).least == 70
    assert estimate(seen(ahead=0, head_waited=170)).least == 0, "nobody is ahead"


def test_a_line_that_moves_more_slowly_than_its_agents_would_move_it_disproves_the_estimate():
    """25 should have been answered while the head waited: somebody waits for what the figures do not know."""
    found = estimate(seen(ahead=3, agents=5, head_waited=900, passed=4))
    assert found.seconds == found.least == 900
    assert found.low < 900 < found.high
    for passed in (20, None):
        found = estimate(seen(ahead=3, agents=5, head_waited=900, passed=passed))
        assert (found.seconds, found.least) == (pytest.approx(144), 900), "a long line that has melted away"


def handled(house, count, seconds, *, queue="technical"):
    """So many calls of that length, one after the other."""
    for number in range(count):
        house.call(f"CWdone{number}", queue=queue)
        reservation_id = house.answer()
        house.clock.advance(seconds)
        house.routing.ended(reservation_id)


def waits(house, *entries):
    return [house.routing.board.as_found_by(entry).ewt_seconds for entry in entries]


def test_facts_of_a_queue_are_those_of_the_moment(quiet_house):
    house = quiet_house
    house.agent("tom", technical=1)
    house.agent("tina", ready=False, technical=2)
    house.agent("alice", billing=3)
    facts = house.routing.board.queue_facts("technical")
    assert (facts.waiting, facts.agents, facts.available, facts.ewt_seconds) == (0, 2, 1, 0)
    house.call("CW1", queue="technical")
    house.clock.advance(7)
    facts = house.routing.board.queue_facts("technical")
    assert (facts.waiting, facts.available, facts.longest_wait) == (1, 0, 7)
    assert facts.ewt is None, "no call has been handled yet"


def test_the_estimate_comes_from_calls_handled_lately(quiet_house):
    house = quiet_house
    house.agent("tom", technical=1)
    handled(house, 5, 200)
    house.call("CW1", queue="technical")
    house.answer()
    second = house.call("CW2", queue="technical")
    third = house.call("CW3", queue="technical")
    board = house.routing.board
    assert [board.position(entry) for entry in (second, third)] == [1, 2]
    assert waits(house, second, third) == pytest.approx([200, 400])
    assert board.queue_facts("technical").ewt_seconds == pytest.approx(600)
    assert board.queue_facts("technical").ewt.quiet is Quiet.FEW_CALLS
    house.clock.advance(5 * 3600)
    assert board.queue_facts("technical").ewt is None, "yesterday's calls are no measure"


def test_ringing_is_part_of_what_a_call_takes_of_an_agent(quiet_house):
    house = quiet_house
    house.agent("tom", technical=1)
    for number in range(5):
        house.call(f"CWdone{number}", queue="technical")
        house.clock.advance(10)
        reservation_id = house.answer()
        house.clock.advance(90)
        house.routing.ended(reservation_id)
    house.call("CW1", queue="technical")
    house.answer()
    assert house.routing.board.queue_facts("technical").ewt_seconds == pytest.approx(100)


def test_an_agent_whom_others_await_too_is_there_in_part(quiet_house):
    """One agent for both: who comes third waits for three calls, in whichever queue the two before him stand."""
    house = quiet_house
    house.agent("tom", technical=1, billing=3)
    handled(house, 5, 100)
    house.call("CW1", queue="technical")
    house.answer()
    house.call("CW2", queue="technical")
    assert house.routing.board.queue_facts("technical").ewt_seconds == pytest.approx(200)
    other = house.call("CW3", queue="billing")
    assert house.routing.board.queue_facts("technical").ewt_seconds == pytest.approx(300)
    assert waits(house, other) == pytest.approx([200]), "handling is the agent's, whichever queue it was of"


def test_those_ahead_who_gave_up_lately_shorten_the_wait(quiet_house):
    house = quiet_house
    house.agent("tom", technical=1)
    handled(house, 10, 100)
    house.call("CW1", queue="technical")
    house.answer()
    lost = house.call("CWlost", queue="technical")
    house.clock.advance(50)
    house.routing.leave(lost, "abandoned")
    house.call("CW2", queue="technical")
    assert house.routing.board.queue_facts("technical").ewt_seconds == pytest.approx(100 + 1 / (1 / 100 + 1 / 50))


def test_when_many_agents_have_just_left_nothing_is_told_for_two_minutes(quiet_house):
    house = quiet_house
    names = ["tom", "tina", "tess", "ted", "tam"]
    for name in names:
        house.agent(name, technical=1)
    handled(house, 10, 100)
    house.clock.advance(300)
    for name in names[:2]:
        house.routing.agents.set_not_ready(name, "fire drill")
    for number in range(4):
        house.call(f"CW{number}", queue="technical")
    board = house.routing.board
    assert board.queue_facts("technical").ewt.quiet is Quiet.AGENTS_LEFT
    house.clock.advance(121)
    assert board.queue_facts("technical").ewt.quiet is Quiet.NO


def test_a_promise_that_keeps_its_place_is_ahead_but_is_no_caller_who_waits(quiet_house):
    house = quiet_house
    house.agent("tom", technical=1)
    handled(house, 5, 100)
    house.call("CW1", queue="technical")
    house.answer()
    house.call(None, queue="technical", kind="callback", promise_id="PR1")
    house.clock.advance(30)
    facts = house.routing.board.queue_facts("technical")
    assert (facts.waiting, facts.callbacks, facts.longest_wait, facts.ewt_seconds) == (0, 1, 0, pytest.approx(200))
    assert facts.ewt.least == 0


def test_who_no_longer_waits_finds_nothing(quiet_house):
    house = quiet_house
    entry_id = house.call("CW1")
    assert house.routing.board.open_entry_of("CW1").id == entry_id
    house.routing.leave(entry_id, "left")
    board = house.routing.board
    assert (board.position(entry_id), board.as_found_by(entry_id), board.position("QEnone")) == (None, None, None)
    assert board.open_entry_of("CW1") is None
