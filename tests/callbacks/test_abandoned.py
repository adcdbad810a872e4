"""Who hung up while waiting is called back or written to: once, and only who has not called again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from callbacks.abandoned import OFFER, AbandonedCall, look_at_abandoned, offered_to, take_offer
from callbacks.do_not_call import AskedBy, add
from callbacks.policy import Plan
from callbacks.promises import Promise
from foundation.calls import Call, CallStatus, Direction
from foundation.outbox import OutboxRow
from routing.entries import Outcome

CALLER, LINE = "+12025550142", "+12025550100"


@pytest.fixture
def queue(house, policy):
    """Set what becomes of those who hang up."""

    def become(what, **plan):
        house.callbacks.policy.replace(replace(policy, plans={"billing": Plan(abandoned=what, **plan)}))

    become("call")
    return become


def arrives(house, caller=CALLER, call_id="CW1"):
    with house.db.begin() as session:
        session.add(
            Call(
                id=call_id,
                carrier_sid=f"CA{call_id}",
                direction=Direction.INBOUND,
                status=CallStatus.IN_PROGRESS,
                caller=caller,
                dialled=LINE,
                language="es-US",
                started_at=house.clock.now(),
            )
        )


def hangs_up(house, after=120, caller=CALLER, call_id="CW1"):
    """A caller waits and hangs up."""
    arrives(house, caller, call_id)
    with house.db.begin() as session:
        entry = house.routing.enqueue(session, call_id=call_id, queue="billing").id
    house.clock.advance(after)
    house.routing.leave(entry, Outcome.ABANDONED)
    return entry


def look(house):
    return look_at_abandoned(house.callbacks.parts)


def decided(house, entry):
    with house.db.begin() as session:
        return session.get(AbandonedCall, entry).decided


def owed(house):
    with house.db.begin() as session:
        return list(session.scalars(select(Promise)))


def test_who_hung_up_is_called_back_at_the_place_he_had(house, queue):
    arrived = house.clock.now()
    entry = hangs_up(house)
    house.clock.advance(15 * 60 - 1)
    assert look(house) == 0
    house.clock.advance(1)
    assert look(house) == 1
    assert look(house) == 0
    (promise,) = owed(house)
    assert (promise.number, promise.queue, promise.why, promise.place) == (CALLER, "billing", "abandoned", arrived)
    assert (promise.waited, promise.language, promise.line) == (120.0, "es-US", LINE)
    assert decided(house, entry) == "call"


def test_many_tickers_decide_once(house, queue):
    entries = [hangs_up(house, caller=f"+1202555{last:04d}", call_id=f"CW{last}") for last in range(100, 108)]
    house.clock.advance(20 * 60)
    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sum(pool.map(lambda _: look(house), range(6))) == len(entries)
    assert len(owed(house)) == len(entries)


def test_who_calls_again_within_a_quarter_of_an_hour_is_left_in_peace(house, queue):
    entry = hangs_up(house)
    house.clock.advance(300)
    arrives(house, call_id="CW2")
    house.clock.advance(900)
    assert look(house) == 0
    assert decided(house, entry) == "called_again"


@pytest.mark.parametrize(
    ("caller", "after", "why"),
    [
        pytest.param("", 120, "unknown_number", id="withheld"),
        pytest.param("+18005550199", 120, "toll_free", id="cannot be dialled"),
        pytest.param(CALLER, 29, "too_short", id="has hardly waited"),
    ],
)
def test_some_are_never_called(house, queue, caller, after, why):
    entry = hangs_up(house, caller=caller, after=after)
    house.clock.advance(900)
    assert look(house) == 0
    assert decided(house, entry) == why
    assert owed(house) == []


def test_who_asked_never_to_be_called_is_not(house, queue):
    entry = hangs_up(house)
    with house.db.begin() as session:
        add(session, CALLER, asked_by=AskedBy.KEY, now=house.clock.now())
    house.clock.advance(900)
    assert look(house) == 0
    assert decided(house, entry) == "do_not_call"


def test_once_a_day_and_never_who_is_owed_a_call_already(house, queue):
    hangs_up(house)
    house.clock.advance(900)
    assert look(house) == 1
    second = hangs_up(house, call_id="CW2")
    house.clock.advance(900)
    assert look(house) == 0
    assert decided(house, second) == "owed"
    house.callbacks.cancel(owed(house)[0].id)
    third = hangs_up(house, call_id="CW3")
    house.clock.advance(900)
    assert look(house) == 0
    assert decided(house, third) == "once"


def test_a_house_that_was_down_rings_nobody_in_the_evening(house, queue):
    hangs_up(house)
    house.clock.advance(2 * 3600)
    assert look(house) == 0
    assert owed(house) == []


def test_a_message_is_owed_and_its_offer_taken_once(house, queue):
    queue("sms")
    entry = hangs_up(house)
    house.clock.advance(900)
    assert look(house) == 1
    with house.db.begin() as session:
        assert [row.payload for row in session.scalars(select(OutboxRow)) if row.kind == OFFER] == [{"entry_id": entry}]
        offer = offered_to(session, CALLER, house.clock.now())
        assert take_offer(house.callbacks.parts, session, offer) is None
    with house.db.begin() as session:
        assert offered_to(session, CALLER, house.clock.now()) is None
    assert [promise.why for promise in owed(house)] == ["message"]


def test_an_offer_by_message_holds_for_a_day(house, queue):
    queue("sms")
    hangs_up(house)
    house.clock.advance(900)
    look(house)
    house.clock.advance(24 * 3600)
    with house.db.begin() as session:
        assert offered_to(session, CALLER, house.clock.now()) is None


def test_a_queue_that_says_nothing_calls_nobody(house, queue):
    queue("none")
    hangs_up(house)
    house.clock.advance(900)
    assert look(house) == 0
