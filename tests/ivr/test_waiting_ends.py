"""A wait that ends from our side, and a place that was kept: through webhooks, routing and the carrier's orders."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from call_flows.loader import load_texts
from call_flows.site import Site
from foundation.calls import Call
from ivr.closing import close_queues
from ivr.emergency import Emergencies, switch_on
from ivr.queues import RoutingView
from routing.config import QueueConfig
from routing.entries import QueueEntry
from routing.match import Ring

SITE = """
site: testbank
timezone: America/New_York
languages: [en-US]
numbers: {"+12025550100": front}
hours: {office: {mon-sun: "00:00-24:00"}}
skills: [billing]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}, {after: 10m, needs: {billing: 1}, when_waiting: 2}]
    hours: office
    while_waiting: hold
    when_nobody: leave
    leave_when_empty: true
    known_agent: 30s
    resume_within: 10m
  other:
    rings: [{after: 0s, needs: {billing: 1}}]
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
"""
FRONT = """
flow: front
start: notice
nodes:
  notice: {consent: Recorded., opt_out: "9", next: person}
  person: {queue: billing, agent: ana, agent_for: 40s, closed: shut, nobody: alone, failed: bye}
  shut: {say: We had to close., next: bye}
  alone: {say: Nobody is here now., next: bye}
  bye: {hang_up: Goodbye.}
"""
HOLD = """
flow: hold
start: turn
nodes:
  turn: {when: [{if: queue.resumed, next: kept}], else: music}
  kept: {say: We kept your place., next: music}
  music: {wait: 10s, next: turn}
"""
BILLING = QueueConfig(
    "billing",
    (Ring(0, {"billing": 3}), Ring(600, {"billing": 1}, 2)),
    leave_when_nobody=True,
    leave_when_empty=True,
    known_agent=30,
    resume_within=600,
)


@pytest.fixture
def house(wired, tmp_path):
    """The site above, its agent signed in and at rest."""
    wired.shelf.publish(
        load_texts({"site.yaml": SITE, "flows/front.yaml": FRONT, "flows/hold.yaml": HOLD}, services={}), tmp_path
    )
    wired.routing.queues.replace([BILLING])
    wired.routing.agents.sign_in("ana")
    return wired


@pytest.fixture
def queued(house, line):
    """A caller who waits."""
    found = line.answer(line.arrive())
    assert found.verbs[-1] == "Enqueue"
    return found


def rows(deps, model) -> list:
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def redirects(deps) -> Iterator[str]:
    return (str(order.details["url"]) for order in deps.carrier.orders if order.what == "redirect")


def test_what_the_flow_asks_for_reaches_the_queue(house, queued):
    """The named agent, how long only he is asked, and the crowd that opens a ring."""
    house.routing.agents.set_available("ana")
    (entry,) = rows(house, QueueEntry)
    assert entry.preferred_agent == "ana"
    assert entry.rings == [[0.0, {"billing": 3}], [600.0, {"billing": 1}, 2]]


def test_in_an_emergency_those_who_wait_hear_the_words_of_the_exit(house, queued, line, clock):
    """New callers hear them too, and a second beat finds nobody."""
    emergencies = Emergencies(house.db, clock)
    site = Site.model_validate({"site": "testbank"})
    assert close_queues(house.routing, emergencies, house.shelf.current().loaded.site) == 0
    with house.db.begin() as session:
        switch_on(session, "office", who="ana", at=clock.now())
    clock.advance(1)
    assert close_queues(house.routing, emergencies, site) == 0
    assert close_queues(house.routing, emergencies, house.shelf.current().loaded.site) == 1
    assert close_queues(house.routing, emergencies, house.shelf.current().loaded.site) == 0
    (url,) = redirects(house)
    assert url.endswith("outcome=closed")
    assert "We had to close." in line.ask(url).says
    (entry,) = rows(house, QueueEntry)
    assert entry.outcome == "closed"


def test_when_the_last_agent_goes_those_who_wait_hear_it(house, queued, line, clock):
    house.routing.agents.sign_out("ana")
    clock.advance(2)
    house.routing.tick()
    (url,) = redirects(house)
    assert "Nobody is here now." in line.ask(url).says


def test_who_comes_while_nobody_is_there_never_waits(house, line, clock):
    """Also when the engine's picture of the queue was a second old: routing has the last word."""
    house.routing.board.queue_facts("billing")
    first = line.arrive()
    house.routing.agents.sign_out("ana")
    heard = line.answer(first)
    assert heard.verbs[-1] == "Hangup"
    assert "Nobody is here now." in heard.says
    assert all(entry.outcome == "nobody" for entry in rows(house, QueueEntry))


def test_a_dropped_caller_is_told_that_the_place_was_kept(house, queued, line, clock):
    line.post("/voice/status", CallStatus="completed")
    clock.advance(60)
    again = type(line)(line.client, call_sid="CA" + "2" * 32)
    found = again.answer(again.arrive())
    assert "We kept your place." in again.wait(found).says
    lost, resumed = sorted(rows(house, QueueEntry), key=lambda row: row.arrived_at)
    assert (resumed.place, resumed.resumed_from) == (lost.place, lost.id)
    assert len(rows(house, Call)) == 2


def test_how_a_caller_stands_is_left_open_when_it_cannot_be_read(house, queued, clock):
    """Position unknown, nothing resumed: the call goes on."""
    standing = RoutingView(house.routing, clock).standing("QEnobody")
    assert (standing.position, standing.waited, standing.resumed) == (None, 0.0, False)
