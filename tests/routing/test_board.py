"""The wall: queues and agents now, and what the day has been."""

from dataclasses import replace
from datetime import timedelta

from routing.config import ServiceLevel
from tests.routing.conftest import BILLING, TECHNICAL
from tests.routing.test_estimates import handled


def technical(wall):
    return next(queue for queue in wall.queues if queue.now.name == "technical")


def test_the_wall_shows_queues_and_agents_now(house):
    house.agent("tom", technical=1)
    house.clock.advance(5)
    handled(house, 1, 100)
    abandoned = house.call("CWgone", queue="technical", needs={"klingon": 1})
    house.clock.advance(40)
    house.routing.leave(abandoned, "abandoned")
    wall = house.routing.board.snapshot()
    shown = technical(wall).figures
    assert (shown.answered, shown.abandoned, shown.service_level, shown.abandonment) == (1, 1, 0.5, 0.5)
    assert (shown.handled, shown.aht, shown.occupancy) == (1, 100, 100 / 145)
    assert technical(wall).service_level_target == 0.8
    assert [(agent.name, agent.state, agent.queues) for agent in wall.agents] == [
        ("Tom", "available", ("technical", "complaints"))
    ]
    assert (wall.agents[0].figures.handled, wall.agents[0].figures.occupancy) == (1, 100 / 145)
    assert not wall.degraded
    later = technical(house.routing.board.snapshot(since=house.clock.now() + timedelta(seconds=1)))
    assert later.figures.answered == 0


def test_an_agent_who_has_been_available_for_days_is_staffed_today(quiet_house):
    """Nothing of his is in the log since: his own row says so, and after his first call the older log."""
    house = quiet_house
    house.agent("tom", technical=1)
    house.clock.advance(3 * 86400)
    today = house.clock.now()
    house.clock.advance(100)
    assert technical(house.routing.board.snapshot(since=today)).figures.occupancy == 0
    handled(house, 1, 100)
    assert technical(house.routing.board.snapshot(since=today)).figures.occupancy == 0.5


def test_half_hours_of_a_day_that_is_over_are_the_same_figures(quiet_house):
    house = quiet_house
    start = house.clock.now()
    house.agent("tom", technical=1)
    handled(house, 2, 600)
    house.clock.advance(1200)
    handled(house, 1, 300)
    house.clock.advance(300)
    first, second = house.routing.board.history(start, house.clock.now())
    assert [part.queues["technical"].handled for part in (first, second)] == [2, 1]
    assert [part.agents["tom"].occupancy for part in (first, second)] == [1200 / 1800, 300 / 1200]
    assert second.end - second.start == timedelta(minutes=20)
    whole = house.routing.board.history(start, house.clock.now(), step=timedelta(days=1))
    assert [part.agents["tom"].aht for part in whole] == [500]


def test_a_caller_turned_away_at_a_full_queue_is_counted_as_that_alone(quiet_house):
    house = quiet_house
    for number in range(6):
        house.call(f"CW{number}", queue="billing")
    billing = house.routing.board.snapshot().queues[0].figures
    assert (billing.turned_away, billing.offered) == (1, 0)


def test_what_is_settled_is_counted_once_and_anew_when_the_aim_changes(quiet_house):
    """The day is not read again at every look; another aim makes other figures of the same waits."""
    house = quiet_house
    since = house.clock.now()
    house.agent("tom", technical=1)
    house.call("CW1", queue="technical")
    house.clock.advance(15)
    house.routing.ended(house.answer())
    levels = []
    for _ in range(3):
        levels.append(technical(house.routing.board.snapshot(since=since)).figures)
        house.clock.advance(600)
    assert [(day.answered, day.service_level, day.handled) for day in levels] == [(1, 1.0, 1)] * 3
    stricter = replace(TECHNICAL, service_level=ServiceLevel(within=10))
    house.routing.queues.replace([BILLING, stricter])
    assert technical(house.routing.board.snapshot(since=since)).figures.service_level == 0
