"""Whoever dials may die at any moment, before or after the carrier hears of it: nothing rings twice, none is lost."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from callbacks.caps import Caps
from callbacks.dialling import DialOutOfTurn
from callbacks.jobs import fire_due
from callbacks.policy import First
from callbacks.promises import PROMISE_TABLE, DialResult, PromiseState
from callbacks.recording import DialOrder

COUNT = 5
LONGEST = 900


class Mortal:
    """A dialer whose process dies now and then, in front of a carrier that never forgets."""

    def __init__(self, callbacks, chance):
        self.callbacks, self.chance = callbacks, chance
        self.calls = Counter()
        self.sids = {}

    def dial(self, order):
        if self.chance.random() < 0.3:
            return  # killed before the carrier heard of it
        self.calls[order.key] += 1
        self.sids[order.key] = f"CA{order.key}"[:34]
        if self.chance.random() < 0.7:  # else killed before it could note the carrier's answer
            self.callbacks.attempt_dialled(order.key, self.sids[order.key])

    def outcome(self, attempt):
        sid = self.sids.get(attempt.id)
        if sid is None:
            return DialResult.NOT_MADE
        self.callbacks.attempt_dialled(attempt.id, sid)
        return None

    def release(self, attempt):
        """He hangs up, told that he keeps his place."""


def step(house, dialer, chance, promises):
    """A second of the house's life: time, agents, customers."""
    house.clock.advance(chance.choice([1, 1, 2, 7]))
    fire_due(house.callbacks, dialer)
    house.routing.tick()
    for offer in house.offers[-3:]:
        reservation = house.routing.board.reservation(offer.reservation_id)
        if reservation.state == "pending" and chance.random() < 0.7:
            accept(house, dialer, offer)
    for promise_id in promises:
        live(house, dialer, chance, promise_id)
    for name in ("alice", "bob"):
        if house.agent_state(name) == "not_ready":
            house.routing.agents.set_available(name)


def accept(house, dialer, offer):
    house.routing.accept(offer.reservation_id, offer.agent_id)
    if house.row(offer.promise_id).state == PromiseState.HOLDING:
        house.callbacks.answered(offer.promise_id, reservation_id=offer.reservation_id)
        return
    try:
        order = house.callbacks.attempt_started(offer.promise_id, reservation_id=offer.reservation_id)
    except DialOutOfTurn:
        return
    if isinstance(order, DialOrder) and order.go:
        dialer.dial(order)


def live(house, dialer, chance, promise_id):
    """What the customer does whose telephone rings, or who talks."""
    row = house.row(promise_id)
    key = f"{promise_id}-{row.attempts}"
    if row.state == PromiseState.DIALLING and key in dialer.sids and chance.random() < 0.3:
        attempt = house.callbacks.dials.attempt(key)
        if chance.random() < 0.3:
            house.callbacks.attempt_failed(key, chance.choice(["busy", "no_answer"]))
        elif attempt.reservation_id:
            house.callbacks.answered(promise_id)
        else:
            house.callbacks.attempt_dialled(key, dialer.sids[key])
            house.callbacks.dials.confirmed(key)
    elif row.state == PromiseState.TALKING and chance.random() < 0.3:
        attempt = house.callbacks.dials.attempt(key)
        house.routing.ended(attempt.reservation_id)


@pytest.mark.promise(9)
@pytest.mark.parametrize("first", First)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_dial_is_made_twice_and_every_promise_comes_to_an_end(house, policy, first, seed):
    plan = replace(policy.plan("billing"), first=first, hold=20.0, retry_after=(30.0,), attempts=4)
    caps = Caps(calls_per_second=2.0)
    house.callbacks.policy.replace(
        replace(policy, plans={"billing": plan}, caps=caps, max_per_number_per_day=50, quiet=None)
    )
    chance = random.Random(seed)
    dialer = Mortal(house.callbacks, chance)
    house.agent("alice")
    house.agent("bob")
    promises = [house.promised(number=f"+1202555{at:04d}", call_id=f"CW{at}") for at in range(100, 100 + COUNT)]
    for _ in range(LONGEST):
        step(house, dialer, chance, promises)
        if all(PROMISE_TABLE.is_final(PromiseState(house.row(one).state)) for one in promises):
            break
    states = Counter(house.row(one).state for one in promises)
    assert sum(states[end] for end in ("kept", "given_up")) == COUNT, states
    assert states["kept"] >= 1
    assert max(dialer.calls.values()) == 1, "one dial, one call at the carrier"
