"""News is heard only after the commit; side effects owed in SQL are performed until done."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from foundation.events import Bus, News, publish
from foundation.outbox import drain, put


@dataclass(frozen=True, slots=True)
class Rang(News):
    who: str


def test_news_is_heard_after_the_commit_and_not_before(db):
    bus, heard = Bus(), []
    bus.subscribe(Rang, heard.append)
    with db.begin() as session:
        publish(session, bus, Rang("alice"))
        assert heard == []
    assert heard == [Rang("alice")]


def test_news_of_a_transaction_that_failed_is_never_heard(db):
    bus, heard = Bus(), []
    bus.subscribe(Rang, heard.append)
    with pytest.raises(RuntimeError), db.begin() as session:
        publish(session, bus, Rang("alice"))
        raise RuntimeError
    assert heard == []


def test_a_listener_may_open_a_transaction_of_its_own_and_publish_again(db):
    """Desk, wall and line hear of each other this way: one piece of news leads to the next."""
    bus, heard = Bus(), []

    def on_ring(news):
        heard.append(news.who)
        if news.who == "alice":
            with db.begin() as session:
                publish(session, bus, Rang("bob"))

    bus.subscribe(Rang, on_ring)
    with db.begin() as session:
        publish(session, bus, Rang("alice"))
    assert heard == ["alice", "bob"]


def test_one_failing_listener_does_not_keep_the_others_from_hearing(db):
    bus, heard = Bus(), []
    bus.subscribe(Rang, lambda _: 1 / 0)
    bus.subscribe(Rang, heard.append)
    with db.begin() as session:
        publish(session, bus, Rang("alice"))
    assert heard == [Rang("alice")]


def test_a_side_effect_is_performed_once_when_it_succeeds(db, clock):
    done = []
    with db.begin() as session:
        put(session, row_id="OB1", kind="dial", payload={"n": 1}, now=clock.now())
    assert drain(db, {"dial": done.append}, clock) == 1
    assert drain(db, {"dial": done.append}, clock) == 0
    assert done == [{"n": 1}]


def test_a_side_effect_that_fails_is_tried_again_later(db, clock):
    tries = []

    def flaky(payload):
        tries.append(payload)
        if len(tries) == 1:
            raise OSError

    with db.begin() as session:
        put(session, row_id="OB1", kind="dial", payload={}, now=clock.now())
    assert drain(db, {"dial": flaky}, clock) == 0
    assert drain(db, {"dial": flaky}, clock) == 0, "not before its time"
    clock.advance(5)
    assert drain(db, {"dial": flaky}, clock) == 1
    assert len(tries) == 2


def test_a_side_effect_whose_performer_died_is_taken_over_when_its_lease_ends(db, clock):
    """A crash between leasing and doing leaves the row; another process does it after the lease."""
    done = []
    with db.begin() as session:
        put(session, row_id="OB1", kind="dial", payload={}, now=clock.now())

    class PowerCut(BaseException):
        pass

    def die(_payload):
        raise PowerCut

    with pytest.raises(PowerCut):
        drain(db, {"dial": die}, clock)
    assert drain(db, {"dial": done.append}, clock) == 0
    clock.advance(21)
    assert drain(db, {"dial": done.append}, clock) == 1


def test_many_threads_whose_listeners_open_transactions_do_not_wait_for_each_other(db):
    """More threads than connections: a listener that ran while its thread still held one would wait for ever."""
    bus, heard = Bus(), []

    def on_ring(news):
        with db.begin():
            heard.append(news.who)

    def ring(number):
        with db.begin() as session:
            publish(session, bus, Rang(str(number)))

    bus.subscribe(Rang, on_ring)
    with ThreadPoolExecutor(max_workers=30) as pool:
        list(pool.map(ring, range(30)))
    assert sorted(heard, key=int) == [str(number) for number in range(30)]
