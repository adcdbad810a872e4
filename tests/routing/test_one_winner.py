"""Promise 13: of fifty who accept the same call, exactly one has it."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from foundation.clock import SystemClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import RandomIds
from routing.agents import AgentSpec, AgentState, AgentStateLog, seed
from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.errors import ReservationGone
from routing.news import ReservationOffered
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

RACERS = 50


class Race:
    """One agent, one call after another, and many who want to accept each."""

    def __init__(self, db):
        self.db, self.bus = db, Bus()
        queue = QueueConfig("q", wrap_up=WrapUp(WrapUpMode.NONE))
        self.routing = RoutingService(db, MemoryWaitlist(), SystemClock(), RandomIds(), self.bus, [queue])
        self.offers = []
        self.bus.subscribe(ReservationOffered, self.offers.append)
        with db.begin() as session:
            seed(session, [AgentSpec("alice", "Alice")], now=SystemClock().now())
        self.routing.agents.sign_in("alice")
        self.routing.agents.set_available("alice")

    def ring(self, number):
        with self.db.begin() as session:
            self.routing.enqueue(session, call_id=f"CW{number}", queue="q")
        return self.offers[-1].reservation_id

    def hang_up(self, reservation_id):
        self.routing.connected(reservation_id)
        self.routing.ended(reservation_id)

    def try_to_accept(self, reservation_id):
        try:
            self.routing.accept(reservation_id, "alice")
        except ReservationGone:
            return False
        return True

    def accepts(self):
        with self.db.begin() as session:
            rows = select(func.count()).where(AgentStateLog.state == AgentState.ON_CALL)
            return session.scalar(rows)


def run(race, rounds):
    with ThreadPoolExecutor(max_workers=RACERS) as pool:
        for number in range(rounds):
            reservation_id = race.ring(number)
            won = list(pool.map(race.try_to_accept, [reservation_id] * RACERS))
            assert won.count(True) == 1
            race.hang_up(reservation_id)
    assert race.accepts() == rounds


@pytest.mark.promise(13)
def test_of_fifty_threads_exactly_one_wins(db):
    run(Race(db), rounds=3)


@pytest.mark.promise(13)
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_of_fifty_threads_exactly_one_wins_a_thousand_times(db):
    run(Race(db), rounds=1000)


@pytest.mark.promise(13)
def test_of_fifty_in_several_processes_exactly_one_wins(db):
    run_in_processes(Race(db), processes=2, threads=25, rounds=3)


@pytest.mark.promise(13)
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_of_fifty_in_five_processes_exactly_one_wins_a_thousand_times(db):
    run_in_processes(Race(db), processes=5, threads=10, rounds=1000)


def run_in_processes(race, *, processes, threads, rounds):
    """The same race, with racers who share nothing but the database."""
    assert processes * threads == RACERS
    context = multiprocessing.get_context("spawn")
    calls, results = [context.Queue() for _ in range(processes)], context.Queue()
    url = race.db.engine.url.render_as_string(hide_password=False)
    workers = [context.Process(target=_accept_all, args=(url, threads, own, results)) for own in calls]
    for worker in workers:
        worker.start()
    for number in range(rounds):
        reservation_id = race.ring(number)
        for own in calls:
            own.put(reservation_id)
        assert sum(results.get(timeout=60) for _ in workers) == 1
        race.hang_up(reservation_id)
    for own in calls:
        own.put(None)
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert race.accepts() == rounds


def _accept_all(url, threads, calls, results):
    """A process of its own, with so many threads on each call."""
    db = Database(url)
    routing = RoutingService(db, MemoryWaitlist(), SystemClock(), RandomIds(), Bus())

    def try_to_accept(reservation_id):
        try:
            routing.accept(reservation_id, "alice")
        except ReservationGone:
            return 0
        return 1

    with ThreadPoolExecutor(max_workers=threads) as pool:
        while (reservation_id := calls.get()) is not None:
            results.put(sum(pool.map(try_to_accept, [reservation_id] * threads)))
    db.dispose()
