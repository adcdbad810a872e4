"""What callers are told and what the wall shows: only what can be said honestly."""

import pytest

from routing.estimates import Ended, estimated_wait, figures, told


def handled(house, count, seconds, *, queue="technical"):
    """So many calls of that length, one after the other."""
    for number in range(count):
        house.call(f"CWdone{number}", queue=queue)
        reservation_id = house.answer()
        house.clock.advance(seconds)
        house.routing.ended(reservation_id)


def test_the_estimate_is_position_times_handling_over_agents():
    assert estimated_wait(ahead=3, agents=2, handling=[180] * 5) == 360
    assert estimated_wait(ahead=0, agents=0.5, handling=[100, 200, 300, 200, 200]) == 400


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"ahead": 0, "agents": 0, "handling": [180] * 9}, "nobody works"),
        ({"ahead": 0, "agents": 2, "handling": [180] * 4}, "too few calls are known"),
    ],
    ids=["nobody works", "too few calls"],
)
def test_nothing_is_estimated_from_nothing(facts, why):
    assert estimated_wait(**facts) is None, why
    assert told(None) is None


def test_with_an_idle_agent_for_everyone_ahead_there_is_no_wait():
    assert estimated_wait(ahead=1, agents=2, handling=[], idle=2) == 0


@pytest.mark.parametrize(("seconds", "said"), [(0, 0), (1, 30), (30, 30), (31, 60), (185, 210)])
def test_what_is_told_is_rounded_up_to_half_minutes(seconds, said):
    assert told(seconds) == said


def test_service_level_and_asa_are_counted_as_the_glossary_says():
    waits = [
        Ended(10, answered=True),
        Ended(30, answered=True),
        Ended(3, answered=False, abandoned=True, short=True),
        Ended(60, answered=False, abandoned=True),
        Ended(900, answered=False),
    ]
    counted = figures(waits, within=20)
    assert (counted.answered, counted.abandoned, counted.short_abandons) == (2, 1, 1)
    assert (counted.asa, counted.service_level) == (20, 1 / 3)
    assert figures([], within=20).service_level is None


def test_facts_of_a_queue_are_those_of_the_moment(house):
    house.agent("tom", technical=1)
    house.agent("tina", ready=False, technical=2)
    house.agent("alice", billing=3)
    facts = house.routing.board.queue_facts("technical")
    assert (facts.waiting, facts.agents, facts.available, facts.ewt_seconds) == (0, 2, 1, 0)
    house.call("CW1", queue="technical")
    house.clock.advance(7)
    facts = house.routing.board.queue_facts("technical")
    assert (facts.waiting, facts.available, facts.longest_wait) == (1, 0, 7)
    assert facts.ewt_seconds is None, "no call has been handled yet"


def test_the_estimate_comes_from_calls_handled_lately(house):
    house.agent("tom", technical=1)
    handled(house, 5, 200)
    house.call("CW1", queue="technical")
    house.answer()
    second = house.call("CW2", queue="technical")
    third = house.call("CW3", queue="technical")
    board = house.routing.board
    assert [board.position(entry) for entry in (second, third)] == [1, 2]
    assert [board.estimate(entry) for entry in (second, third)] == [200, 400]
    assert board.queue_facts("technical").ewt_seconds == 600
    house.clock.advance(5 * 3600)
    assert board.queue_facts("technical").ewt_seconds is None, "yesterday's calls are no measure"


def test_an_agent_of_two_busy_queues_counts_half_in_each(house):
    house.agent("tom", technical=1, billing=3)
    handled(house, 5, 100)
    house.call("CW1", queue="technical")
    house.answer()
    house.call("CW2", queue="technical")
    assert house.routing.board.queue_facts("technical").ewt_seconds == 200
    house.call("CW3", queue="billing")
    assert house.routing.board.queue_facts("technical").ewt_seconds == 400


def test_position_is_none_for_who_no_longer_waits(house):
    entry_id = house.call("CW1")
    assert house.routing.board.open_entry_of("CW1").id == entry_id
    house.routing.leave(entry_id, "left")
    board = house.routing.board
    assert (board.position(entry_id), board.estimate(entry_id), board.position("QEnone")) == (None, None, None)
    assert board.open_entry_of("CW1") is None


def test_the_wall_shows_queues_and_agents_now(house):
    house.agent("tom", technical=1)
    house.clock.advance(5)
    handled(house, 1, 100)
    abandoned = house.call("CWgone", queue="technical", needs={"klingon": 1})
    house.clock.advance(40)
    house.routing.leave(abandoned, "abandoned")
    wall = house.routing.board.snapshot()
    technical = next(queue for queue in wall.queues if queue.now.name == "technical")
    assert (technical.figures.answered, technical.figures.abandoned, technical.figures.service_level) == (1, 1, 0.5)
    assert technical.service_level_target == 0.8
    assert [(agent.name, agent.state, agent.queues) for agent in wall.agents] == [
        ("Tom", "available", ("technical", "complaints"))
    ]
    assert not wall.degraded
    later = house.routing.board.snapshot(since=house.clock.now())
    assert next(queue for queue in later.queues if queue.now.name == "technical").figures.answered == 0
