"""A waiting caller is told his own wait, a caller who comes that of the whole line."""

import pytest
from sqlalchemy import select

from ivr.facts import FactsSource
from ivr.queues import RoutingView
from routing.reservations import Reservation


@pytest.fixture
def centre(deps):
    """One agent, who has handled ten calls of 100 s and is in the eleventh; three wait behind it."""
    deps.routing.rebuild()
    deps.routing.agents.sign_in("ana")
    deps.routing.agents.set_available("ana")
    waiting = []
    for number in range(14):
        with deps.db.begin() as session:
            waiting.append(deps.routing.enqueue(session, call_id=f"CW{number}", queue="billing").id)
    for entry_id in waiting[:11]:
        [held] = [one.id for one in _held(deps, entry_id)]
        deps.routing.accept(held, "ana")
        deps.routing.connected(held)
        if entry_id != waiting[10]:
            deps.clock.advance(100)
            deps.routing.ended(held)
            deps.routing.finish_wrap_up(held, "resolved")
    return waiting[11:]


def _held(deps, entry_id):
    with deps.db.begin() as session:
        return session.scalars(select(Reservation).where(Reservation.entry_id == entry_id)).all()


def test_each_who_waits_is_told_from_his_own_place_on(deps, centre):
    source = FactsSource(deps.clock, RoutingView(deps.routing, deps.clock))
    found = [source.gather(deps.shelf.current(), None, entry_id=entry_id) for entry_id in centre]
    assert [facts.position for facts in found] == [1, 2, 3]
    waits = [facts.queues["billing"].ewt_seconds for facts in found]
    assert waits == pytest.approx([100, 200, 300], rel=0.01)
    newcomer = source.gather(deps.shelf.current(), None).queues["billing"]
    assert newcomer.ewt_seconds == pytest.approx(400, rel=0.01)
    assert newcomer.waiting == 3
    low, high = newcomer.ewt_span
    assert low < 400 < high


def test_one_agent_is_too_few_for_a_wait_to_be_told(deps, centre):
    """The estimate is there for the flow to decide by; the caller hears none."""
    facts = RoutingView(deps.routing, deps.clock).queue("billing")
    assert facts.ewt_seconds is not None
    assert not facts.is_ewt_safe
