"""The work after the call: timed, mandatory, none; its dispositions."""

import pytest

from routing.errors import DispositionRefused, MoveRefused
from routing.reservations import Reservation


def ended_call(house, queue, **skills):
    house.agent("alice", **skills)
    house.call("CW1", queue=queue)
    reservation_id = house.answer()
    house.clock.advance(30)
    assert house.routing.ended(reservation_id)
    return reservation_id


def test_a_timed_wrap_up_ends_by_itself_at_its_limit(house):
    reservation_id = ended_call(house, "billing", billing=3)
    house.pass_time(59.9)
    assert house.agent_state("alice")[0] == "wrapping_up"
    house.pass_time(0.1)
    assert house.agent_state("alice")[0] == "available"
    assert house.row(Reservation, reservation_id).state == "completed"


def test_a_mandatory_wrap_up_lasts_until_there_is_a_disposition(house):
    reservation_id = ended_call(house, "complaints")
    house.pass_time(3600)
    assert house.agent_state("alice")[0] == "wrapping_up"
    for wrong in ("", "never heard of"):
        with pytest.raises(DispositionRefused, match="sorry, paid"):
            house.routing.finish_wrap_up(reservation_id, wrong)
    assert house.row(Reservation, reservation_id).state == "wrapping"
    house.routing.finish_wrap_up(reservation_id, "sorry")
    assert house.agent_state("alice")[0] == "available"


def test_without_wrap_up_the_agent_is_free_at_once(house):
    ended_call(house, "technical", technical=1)
    assert house.agent_state("alice")[0] == "available"


def test_a_disposition_is_one_of_the_queues(house):
    reservation_id = ended_call(house, "billing", billing=3)
    with pytest.raises(DispositionRefused):
        house.routing.finish_wrap_up(reservation_id, "never heard of")
    assert house.row(Reservation, reservation_id).state == "wrapping"


def test_finishing_twice_is_harmless_and_cannot_change_the_disposition(house):
    reservation_id = ended_call(house, "billing", billing=3)
    house.routing.finish_wrap_up(reservation_id, "resolved")
    house.routing.finish_wrap_up(reservation_id, "resolved")
    with pytest.raises(MoveRefused):
        house.routing.finish_wrap_up(reservation_id, "follow up")
    assert house.row(Reservation, reservation_id).disposition == "resolved"


def test_the_same_news_of_a_call_twice_moves_nothing(house):
    house.agent("alice", billing=3)
    house.call("CW1")
    reservation_id = house.answer()
    assert not house.routing.connected(reservation_id)
    house.routing.ended(reservation_id)
    assert not house.routing.ended(reservation_id), "the end told twice is no news"
    assert not house.routing.connected(reservation_id)


def test_a_call_that_ends_before_both_were_together_is_a_failed_line(house):
    house.agent("alice", billing=3)
    house.call("CW1")
    reservation_id = house.offers()[0].reservation_id
    house.routing.accept(reservation_id, "alice")
    assert house.routing.ended(reservation_id)
    assert house.row(Reservation, reservation_id).state == "rescinded"
