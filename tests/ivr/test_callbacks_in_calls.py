"""What a flow asks of callbacks, on the real engine, routing and SQL: found again, cancelled, used, offered."""

from datetime import timedelta

import pytest

from call_flows.facts import QueueFacts
from call_flows.loader import load_texts
from callbacks.offering import Offers
from callbacks.promises import Promise
from foundation.calls import Call
from ivr.as_test import as_test
from ivr.facts import FactsSource, Standing
from ivr.logbook import Logbook
from ivr.offering import look_at_offers
from ivr.replay import read_log, replay
from routing.entries import QueueEntry
from tests.ivr.conftest import CALLER, rows

SITE = """
site: testbank
timezone: America/New_York
numbers: {"+12025550100": main}
skills: [billing]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}]
    callback: {offer_when: "ewt > 120", stop_when: "ewt < 60"}
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
"""
FLOW = """
flow: main
start: owed
nodes:
  owed:
    when: [{if: callback.open, next: found}]
    else: choose
  found:
    callback: billing
    at: ask
    in_line: wait_here
    next: bye
    cancelled: gone
    declined: bye
    refused: bye
  gone:
    when: [{if: callback.open, next: bye}]
    else: nothing
  nothing: {say: Nothing is owed., next: bye}
  choose: {callback: billing, next: bye, declined: bye, refused: bye}
  wait_here: {queue: billing, failed: bye}
  bye: {hang_up: Goodbye.}
"""


@pytest.fixture
def house(wired, tmp_path):
    """A bank that looks at once for what is owed."""
    wired.shelf.publish(load_texts({"site.yaml": SITE, "flows/main.yaml": FLOW}), tmp_path)
    return wired


def owe(deps, **options):
    with deps.db.begin() as session:
        return deps.callbacks.promise(session, call_id=None, number=CALLER, queue="billing", **options).id


def test_a_caller_who_is_owed_a_call_hears_so_and_cancels_it(house, line, clock):
    owe(house, due_at=clock.now() + timedelta(hours=5))
    heard = line.arrive()
    assert "You have a callback for Monday, March 2, at 3 p.m." in heard.says
    gone = line.answer(heard, Digits="4")
    assert "Your callback is cancelled." in gone.says
    assert "Nothing is owed." in gone.says, "the facts of the call follow at once"
    assert [promise.state for promise in rows(house, Promise)] == ["cancelled"]


def test_a_caller_who_would_rather_wait_stands_at_the_place_that_was_kept(house, line, clock):
    place = clock.now() - timedelta(minutes=11)
    owe(house, place=place)
    clock.advance(100)
    heard = line.arrive()
    assert "You are in line already to be called back." in heard.says
    queued = line.answer(heard, Digits="3")
    assert queued.verbs[-1] == "Enqueue"
    (entry,) = rows(house, QueueEntry)
    assert (entry.place, entry.kind) == (place, "call")
    assert [promise.state for promise in rows(house, Promise)] == ["cancelled"]


def test_calls_with_callbacks_become_tests(house, line, clock):
    """What was owed and moved is told as a dialogue; `as_test` has seen that it holds."""
    owe(house, due_at=clock.now() + timedelta(hours=5))
    heard = line.answer(line.answer(line.arrive(), Digits="2"), Digits="2")
    line.answer(line.answer(heard, Digits="1530"), Digits="1")
    (call,) = rows(house, Call)
    site, log = house.shelf.current().loaded, read_log(house.db, call.id)
    moved = as_test(site, log, list(replay(site, log, Logbook(house.settings.secret_key))))
    assert "callback: moved" in moved
    assert "queue: billing" in moved


def test_pressed_twice_by_the_carrier_it_is_used_once(house, line, clock):
    owe(house)
    heard = line.arrive()
    first = line.answer(heard, Digits="3")
    assert line.answer(heard, Digits="3").text == first.text
    assert len(rows(house, QueueEntry)) == 1


def test_nobody_who_hides_the_number_finds_somebody_elses(house, client, line):
    owe(house)
    stranger = type(line)(client, call_sid="CA" + "2" * 32, caller="anonymous")
    assert "already" not in stranger.arrive().says


def test_another_caller_finds_nothing(house, client, line):
    owe(house)
    stranger = type(line)(client, call_sid="CA" + "2" * 32, caller="+12025550199")
    assert "We can call you on" in stranger.arrive().says


def test_what_is_promised_tells_its_story(house, line):
    line.answer(line.arrive(), Digits="1")
    (promise,) = rows(house, Promise)
    assert (promise.why, promise.line, promise.waited) == ("flow", "+12025550100", 0.0)


class Queues:
    """Queues with a given wait."""

    def __init__(self):
        self.wait = None

    def queue(self, _name):
        return QueueFacts(1, 1, self.wait)

    def as_found_by(self, _entry_id):
        return ("billing", self.queue("billing"))

    def standing(self, _entry_id):
        return Standing(1, 5.0)


@pytest.mark.parametrize(
    ("waits", "offered"),
    [
        pytest.param(
            [90, 121, 90, 61, 59, 90, 119], [0, 1, 1, 1, 0, 0, 0], id="on above one bound and off below another"
        ),
        pytest.param([None, 130, None, 50, None], [0, 1, 1, 0, 0], id="an unknown wait changes nothing"),
    ],
)
def test_a_queue_begins_to_offer_at_one_wait_and_stops_at_another(house, clock, waits, offered):
    """Every process sees the same: the state is a row."""
    queues, offers = Queues(), Offers(house.db, clock)
    source = FactsSource(clock, queues, None, Offers(house.db, clock).now)
    seen = []
    for wait in waits:
        queues.wait = wait
        look_at_offers(house.shelf, queues, offers, clock)
        clock.advance(2)
        found = source.gather(house.shelf.current(), None, entry_id="QE1")
        seen.append(int(bool(found.queues["billing"].offering)))
    assert seen == offered


def test_two_tickers_turn_it_once(house, clock):
    queues, offers = Queues(), Offers(house.db, clock)
    queues.wait = 500.0
    assert look_at_offers(house.shelf, queues, offers, clock) == 1
    assert look_at_offers(house.shelf, queues, offers, clock) == 0
