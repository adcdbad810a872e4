"""Many tickers, many workers, the same news again: each promise comes in line once and is dialled once an attempt."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from callbacks.dialling import DialOutOfTurn
from callbacks.jobs import fire_due
from callbacks.pace import take_turn
from callbacks.promises import DialAttempt
from routing.entries import QueueEntry


def test_many_tickers_bring_each_promise_in_line_once(house):
    promises = [house.promised(number=f"+1202555{number:04d}", call_id=f"CW{number}") for number in range(100, 120)]
    house.clock.advance(20)
    with ThreadPoolExecutor(max_workers=8) as pool:
        fired = sum(pool.map(lambda _: fire_due(house.callbacks, house.dialer), range(8)))
    assert fired == len(promises)
    with house.db.begin() as session:
        assert session.scalar(select(func.count()).select_from(QueueEntry)) == len(promises)


def test_many_workers_record_one_dial_for_one_accept(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    offer = house.offers[-1]
    house.routing.accept(offer.reservation_id, "alice")

    def start(_number):
        order = house.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
        return order.again

    with ThreadPoolExecutor(max_workers=8) as pool:
        again = list(pool.map(start, range(16)))
    assert again.count(False) == 1
    with house.db.begin() as session:
        assert session.scalar(select(func.count()).select_from(DialAttempt)) == 1


def test_an_outcome_told_by_many_counts_once(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    order = house.dial(promise_id)
    with ThreadPoolExecutor(max_workers=8) as pool:
        news = list(pool.map(lambda _: house.callbacks.attempt_failed(order.key, "busy"), range(16)))
    assert news.count(True) == 1
    assert house.row(promise_id).attempts == 1


def test_an_overdue_dial_is_handed_to_one_ticker(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    house.clock.advance(121)
    with ThreadPoolExecutor(max_workers=8) as pool:
        handed = list(pool.map(lambda _: len(house.callbacks.overdue()), range(8)))
    assert sum(handed) == 1


def test_a_worker_that_lost_the_race_does_not_dial(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    with pytest.raises(DialOutOfTurn, match="dialling"):
        house.callbacks.attempt_started(promise_id, reservation_id="RVsomebody_else")


def test_many_tickers_make_a_recorded_dial_once(house):
    """Whoever recorded it is dead: of eight who notice, one asks and one dials."""
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    offer = house.offers[-1]
    house.routing.accept(offer.reservation_id, "alice")
    order = house.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
    house.clock.advance(9)
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda _: fire_due(house.callbacks, house.dialer), range(8)))
    assert [again.key for again in house.dialer.dialled] == [order.key]


def test_of_many_who_saw_a_dial_unmade_one_may_make_it(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    offer = house.offers[-1]
    house.routing.accept(offer.reservation_id, "alice")
    order = house.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
    house.clock.advance(9)
    with ThreadPoolExecutor(max_workers=8) as pool:
        got = list(pool.map(lambda _: house.callbacks.dials.resume(order.key, seen=order.tried_at), range(16)))
    assert sum(one is not None for one in got) == 1


def test_many_processes_get_turns_at_the_carrier_of_their_own(db, clock):
    def turn(_number):
        with db.begin() as session:
            return take_turn(session, now=clock.now(), per_second=10.0)

    with ThreadPoolExecutor(max_workers=8) as pool:
        turns = list(pool.map(turn, range(24)))
    assert len(set(turns)) == 24
    assert (max(turns) - min(turns)).total_seconds() == pytest.approx(2.3)
