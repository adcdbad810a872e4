"""Waits that end without an agent: abandoned, too long, full, left for something else."""

import pytest
from sqlalchemy.exc import IntegrityError

from routing.entries import QueueEntry
from routing.news import EntryLeft, EntryTakenOut


@pytest.mark.parametrize(
    ("waited", "outcome"),
    [(4.9, "short_abandon"), (5.0, "abandoned"), (300, "abandoned")],
    ids=["sooner than the queue counts", "just counted", "long"],
)
def test_a_caller_who_hangs_up_has_abandoned_unless_it_was_at_once(house, waited, outcome):
    entry_id = house.call("CW1")
    house.clock.advance(waited)
    assert house.routing.leave(entry_id, "abandoned")
    row = house.row(QueueEntry, entry_id)
    assert (row.state, row.outcome, row.left_at) == ("left", outcome, house.clock.now())
    assert house.news(EntryLeft)[-1].outcome == outcome


def test_who_has_left_is_not_offered_and_leaving_twice_is_no_news(house):
    entry_id = house.call("CW1")
    assert house.routing.leave(entry_id, "left")
    assert not house.routing.leave(entry_id, "abandoned")
    house.agent("alice", billing=3)
    assert house.offers() == []
    assert house.row(QueueEntry, entry_id).outcome == "left"


def test_an_answered_caller_does_not_abandon(house):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    house.answer()
    assert not house.routing.leave(entry_id, "abandoned")
    assert house.row(QueueEntry, entry_id).outcome == "answered"


def test_the_longest_allowed_wait_ends_with_news(house):
    entry_id = house.call("CW1")
    house.pass_time(599.9)
    assert house.news(EntryTakenOut) == []
    house.pass_time(0.1)
    assert [news.entry_id for news in house.news(EntryTakenOut)] == [entry_id]
    assert house.row(QueueEntry, entry_id).outcome == "timed_out"


def test_a_wait_does_not_end_while_a_desk_rings_for_the_caller(house):
    entry_id = house.call("CW1")
    house.pass_time(590)
    house.agent("alice", billing=3)
    house.pass_time(15)
    assert house.row(QueueEntry, entry_id).state == "reserved"
    house.pass_time(5)
    house.pass_time(1)
    assert house.row(QueueEntry, entry_id).outcome == "timed_out", "after RONA the limit counts again"


def test_the_flows_own_limit_replaces_the_queues(house):
    entry_id = house.call("CW1", max_wait=30)
    house.pass_time(30)
    assert house.row(QueueEntry, entry_id).outcome == "timed_out"


def test_a_full_queue_takes_nobody_and_says_so(house):
    for number in range(5):
        house.call(f"CW{number}")
    entry_id = house.call("CW9")
    row = house.row(QueueEntry, entry_id)
    assert (row.state, row.outcome) == ("left", "full")
    assert not row.is_in_line
    assert house.routing.board.queue_facts("billing").waiting == 5


def test_the_same_call_twice_gets_the_place_it_has(house):
    first = house.call("CW1")
    house.clock.advance(10)
    assert house.call("CW1") == first


def test_a_call_that_goes_to_another_queue_leaves_the_first(house):
    first = house.call("CW1")
    second = house.call("CW1", queue="technical")
    assert house.row(QueueEntry, first).outcome == "left"
    house.agent("tom", technical=1)
    assert house.offers()[-1].entry_id == second


def test_the_database_refuses_a_second_place_for_a_call(quiet_house):
    entry_id = quiet_house.call("CW1")
    row = quiet_house.row(QueueEntry, entry_id)
    values = {column.name: getattr(row, column.name) for column in QueueEntry.__table__.columns}
    with pytest.raises(IntegrityError), quiet_house.db.begin() as session:
        session.add(QueueEntry(**{**values, "id": "QEother"}))


def test_a_transaction_that_fails_leaves_nobody_waiting(house):
    def join_and_fail():
        with house.db.begin() as session:
            house.routing.enqueue(session, call_id="CW1", queue="billing")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        join_and_fail()
    house.agent("alice", billing=3)
    assert house.offers() == []
