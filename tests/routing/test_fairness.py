"""Agents of several queues, and agents of one: nobody starves, and the choice of agent shares the work as it says."""

import heapq
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.match import AgentChoice, Line
from routing.waitlist import Discipline, Idle, Waiting
from routing.waitlist_memory import MemoryWaitlist

SECOND = 1_000_000
CAP = 300
"""The most credit of the queues here, in seconds."""
ARRIVALS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["billing", "sales", "gold"]), st.integers(-CAP, CAP)),
    min_size=1,
    max_size=40,
)


def played(arrivals, waitlist, rings):
    """One agent of all queues, ten seconds a call: who came when with what place, in the order of being taken."""
    for queue, ring in rings.items():
        waitlist.open_line(Line(queue, queue, (0, 0)), {"alice": ring})
    now, came, taken = 0, {}, []
    tokens = (f"RV{number}" for number in itertools.count())
    free_at, revision = 0, 0

    def work_until(moment):
        nonlocal free_at, revision
        while came and free_at <= moment:
            revision += 1
            offer = waitlist.free(Idle("alice", revision, free_at), now=free_at, token=next(tokens))
            if offer is None:
                waitlist.busy("alice", revision + 1)
                revision += 1
                free_at = moment + 1
                return
            taken.append((offer.entry_id, free_at))
            waitlist.gone(offer.entry_id, 2)
            revision += 1
            waitlist.busy("alice", revision)
            free_at += 10 * SECOND

    for number, (gap, queue, credit) in enumerate(arrivals):
        now += gap * SECOND
        work_until(now)
        entry_id = f"QE{number:03d}"
        came[entry_id] = (now, now - credit * SECOND)
        waitlist.place(Waiting(entry_id, 1, queue, came[entry_id][1], now, SECOND), now=now, token=next(tokens))
    while len(taken) < len(came):
        work_until(free_at)
        free_at = max(free_at, now)
    return came, taken


@settings(max_examples=60, deadline=None)
@given(arrivals=ARRIVALS)
def test_whoever_came_twice_the_cap_before_is_served_before(arrivals):
    """The law against starvation: with credit at most ±cap, nobody is passed by who came more than twice that later."""
    came, taken = played(arrivals, MemoryWaitlist(), {"billing": 0, "sales": 0, "gold": 0})
    order = [entry_id for entry_id, _ in taken]
    for index, later in enumerate(order):
        for earlier in order[index + 1 :]:
            assert came[earlier][0] >= came[later][0] - 2 * CAP * SECOND


@settings(max_examples=60, deadline=None)
@given(arrivals=ARRIVALS)
def test_across_queues_the_longest_waiting_comes_first(arrivals):
    """By virtual arrival, whatever the queue: of those present at a moment the agent takes the first."""
    came, taken = played(arrivals, MemoryWaitlist(), {"billing": 0, "sales": 1, "gold": 0})
    left = dict(came)
    for entry_id, at in taken:
        there = [place for arrived, place in left.values() if arrived < at]
        if left[entry_id][0] < at:
            assert left[entry_id][1] == min(there)
        del left[entry_id]


def test_innermost_first_starves_the_outer_queue_and_is_therefore_a_choice():
    """While the inner queue's callers come faster than calls end, the outer one waits; by place he does not."""
    arrivals = [(0, "billing", 0), (0, "sales", 0)] + [(9, "billing", 0)] * 20
    rings = {"billing": 0, "sales": 1, "gold": 0}
    positions = {}
    for discipline in Discipline:
        _, taken = played(arrivals, MemoryWaitlist(discipline=discipline), rings)
        positions[discipline] = [entry_id for entry_id, _ in taken].index("QE001")
    assert positions[Discipline.LONGEST] == 1
    assert positions[Discipline.INNERMOST] > 15


class Office:
    """M/M/10 on a waitlist: exponential gaps and calls from a seed, ten agents, the clock a number."""

    AGENTS = tuple(f"a{number:02d}" for number in range(10))

    def __init__(self, waitlist, choice, calls):
        self.waitlist, self.calls = waitlist, calls
        chance = random.Random(7)
        self.gaps = [chance.expovariate(7 / 180) for _ in range(calls)]
        self.lengths = [chance.expovariate(1 / 180) for _ in range(calls)]
        self.busy, self.end = dict.fromkeys(self.AGENTS, 0), 0
        self.revision = dict.fromkeys(self.AGENTS, 1)
        self.tokens = (f"RV{number}" for number in itertools.count())
        self.arrived, self.waits, self.events = {}, [], []
        waitlist.open_line(Line("q", "q", (0,), choice), dict.fromkeys(self.AGENTS, 0))

    def run(self):
        for agent_id in self.AGENTS:
            self.waitlist.free(Idle(agent_id, 1, 0), now=0, token=next(self.tokens))
        now = 0.0
        for number, gap in enumerate(self.gaps):
            now += gap
            heapq.heappush(self.events, (round(now * SECOND), 0, f"{number}"))
        while self.events:
            at, what, subject = heapq.heappop(self.events)
            (self.release if what else self.arrive)(at, subject)
        return sum(self.waits) / len(self.waits) / SECOND, {key: part / self.end for key, part in self.busy.items()}

    def arrive(self, now, number):
        self.arrived[number] = now
        self.serve(
            now, self.waitlist.place(Waiting(number, 1, "q", now, now, SECOND), now=now, token=next(self.tokens))
        )

    def serve(self, now, offer):
        if offer is None:
            return
        number, agent_id = offer.entry_id, offer.agent_id
        self.waits.append(now - self.arrived[number])
        self.revision[agent_id] += 1
        self.waitlist.gone(number, 2)
        self.waitlist.busy(agent_id, self.revision[agent_id])
        self.waitlist.offers.done(offer)
        length = round(self.lengths[int(number)] * SECOND)
        self.busy[agent_id] += length
        self.end = max(self.end, now + length)
        heapq.heappush(self.events, (now + length, 1, agent_id))

    def release(self, now, agent_id):
        self.revision[agent_id] += 1
        occupied = self.busy[agent_id] * 10**9 // now
        idle = Idle(agent_id, self.revision[agent_id], now, occupied)
        self.serve(now, self.waitlist.free(idle, now=now, token=next(self.tokens)))


def test_the_choice_of_agent_changes_nobodys_wait_and_shares_the_work_evenly():
    """M/M/10 at load 7 (routing.md 1.5): the same 13.22 s on average for both, utilisation flat at 0.70.

    The same callers with the same calls, so that the waits are not only alike: each call's length is the caller's, not
    the agent's, and they are the same to the microsecond.
    """
    found = {choice: Office(MemoryWaitlist(), choice, 20_000).run() for choice in AgentChoice}
    longest, least = found[AgentChoice.LONGEST_IDLE], found[AgentChoice.LEAST_OCCUPIED]
    assert longest[0] == pytest.approx(least[0], rel=1e-9)
    assert longest[0] == pytest.approx(13.22, rel=0.25)
    for _, parts in found.values():
        assert all(part == pytest.approx(0.70, abs=0.03) for part in parts.values())
    spread = {choice: max(parts.values()) - min(parts.values()) for choice, (_, parts) in found.items()}
    assert spread[AgentChoice.LEAST_OCCUPIED] < 0.005
    assert spread[AgentChoice.LEAST_OCCUPIED] < spread[AgentChoice.LONGEST_IDLE]


@pytest.mark.parametrize("choice", list(AgentChoice))
def test_the_scripts_choose_the_same_agents_as_the_oracle(redis_waitlist, choice):
    """Call by call, so that the law above holds for the Lua as well."""
    assert Office(redis_waitlist, choice, 400).run() == Office(MemoryWaitlist(), choice, 400).run()
