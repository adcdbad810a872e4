"""The laws, whatever callers, agents, time and Redis do: nobody held twice, what is over stays so, places are kept."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from foundation.clock import ManualClock
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.events import Bus
from foundation.ids import CountingIds
from routing.agents import AGENT_TABLE, Agent, AgentState
from routing.config import Overflow
from routing.entries import QueueEntry
from routing.match import AgentChoice, Ring, innermost, open_ring, rings_from_json
from routing.reservations import OPEN_STATES, RESERVATION_TABLE, Reservation, ReservationState
from routing.waitlist_memory import MemoryWaitlist

from .conftest import BILLING, TECHNICAL, House

AGENTS = {"alice": {"billing": 3}, "bob": {"billing": 3, "technical": 1}, "novice": {"billing": 1}}
ANY = st.integers(0, 10**6)


class Centre(RuleBasedStateMachine):
    """A small contact centre on a real database."""

    QUEUES = (BILLING, TECHNICAL)

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(f"sqlite:///{Path(self.folder.name) / 'laws.db'}")
        self.db.create_all()
        clock = ManualClock(datetime(2026, 3, 2, 15, tzinfo=UTC))
        self.house = House(self.db, MemoryWaitlist(), clock, CountingIds(), Bus(), self.QUEUES)
        for agent_id, skills in AGENTS.items():
            self.house.agent(agent_id, **skills)
        self.calls = 0
        self.places = {}
        self.finished = {}

    def teardown(self):
        self.db.dispose()
        self.folder.cleanup()

    def pick(self, model, number):
        with self.db.begin() as session:
            rows = session.scalars(select(model.id).order_by(model.id)).all()
        return rows[number % len(rows)] if rows else None

    def attempt(self, what, *args):
        try:
            what(*args)
        except CallwrightError:
            return

    @rule(queue=st.sampled_from(["billing", "technical"]), priority=st.sampled_from([0, 30]))
    def call(self, queue, priority):
        self.arrive(queue, priority=priority)

    def arrive(self, queue, **options):
        self.calls += 1
        entry_id = self.house.call(f"CW{self.calls}", queue=queue, **options)
        self.places[entry_id] = self.house.row(QueueEntry, entry_id).place

    @rule(number=ANY, move=st.sampled_from(["set_available", "sign_in", "sign_out"]))
    def at_the_desk(self, number, move):
        self.attempt(getattr(self.house.routing.agents, move), sorted(AGENTS)[number % len(AGENTS)])

    @rule(number=ANY)
    def rest(self, number):
        self.attempt(self.house.routing.agents.set_not_ready, sorted(AGENTS)[number % len(AGENTS)], "tea")

    @rule(number=ANY)
    def heard(self, number):
        """From then on the desk is waited for: whenever time passes, it is lost until it is heard again."""
        self.attempt(self.house.routing.agents.heartbeat, sorted(AGENTS)[number % len(AGENTS)])

    @precondition(lambda self: self.calls)
    @rule(number=ANY, outcome=st.sampled_from(["abandoned", "left"]))
    def leave(self, number, outcome):
        self.attempt(self.house.routing.leave, self.pick(QueueEntry, number), outcome)

    @rule(number=ANY, move=st.sampled_from(["accept", "accept", "reject", "connected", "ended", "rescind", "finish"]))
    def reservation(self, number, move):
        reservation_id = self.pick(Reservation, number)
        if reservation_id is None:
            return
        routing, agent_id = self.house.routing, self.house.row(Reservation, reservation_id).agent_id
        moves = {
            "accept": (routing.accept, agent_id),
            "reject": (routing.reject, agent_id),
            "connected": (routing.connected,),
            "ended": (routing.ended,),
            "rescind": (routing.rescind, "line failed"),
            "finish": (routing.finish_wrap_up, ""),
        }
        what, *rest = moves[move]
        self.attempt(what, reservation_id, *rest)

    @rule(seconds=st.sampled_from([1, 20, 45, 60, 700]))
    def time_passes(self, seconds):
        self.house.pass_time(seconds)
        self.house.routing.tick()

    @rule()
    def redis_is_flushed(self):
        self.house.waitlist.reset(built=False)

    @invariant()
    def no_agent_and_no_caller_is_held_twice(self):
        with self.db.begin() as session:
            held = session.scalars(select(Reservation).where(Reservation.state.in_(OPEN_STATES))).all()
            states = dict(session.execute(select(Agent.id, Agent.state)).all())
        assert len({row.agent_id for row in held}) == len(held)
        belongs = {"pending": "reserved", "accepted": "on_call", "wrapping": "wrapping_up"}
        assert all(states[row.agent_id] == belongs[row.state] for row in held)
        busy = {agent_id for agent_id, state in states.items() if state in belongs.values()}
        assert busy == {row.agent_id for row in held}

    @invariant()
    def a_finished_reservation_stays_finished(self):
        with self.db.begin() as session:
            rows = session.scalars(select(Reservation)).all()
        now = {
            row.id: (row.state, row.ended_at) for row in rows if RESERVATION_TABLE.is_final(ReservationState(row.state))
        }
        assert {key: now.get(key) for key in self.finished} == self.finished
        self.finished = now

    @invariant()
    def everybody_keeps_his_place(self):
        with self.db.begin() as session:
            rows = session.execute(select(QueueEntry.id, QueueEntry.place)).all()
        assert dict(map(tuple, rows)) == self.places

    @invariant()
    def nobody_waits_while_an_agent_who_may_is_free(self):
        """Work conservation; after a flush it holds again from the next tick on."""
        self.house.routing.tick()
        now = self.house.clock.now()
        with self.db.begin() as session:
            waiting = session.scalars(select(QueueEntry).where(QueueEntry.state == "waiting")).all()
            free = session.scalars(select(Agent).where(Agent.state == AgentState.AVAILABLE)).all()
        for entry in waiting:
            rings = rings_from_json(entry.rings)
            waited = int((now - entry.arrived_at).total_seconds())
            reach = max(entry.floor, open_ring([round(ring.after) for ring in rings], waited))
            alone = entry.alone_until is not None and entry.alone_until > now
            for agent in free:
                ring = innermost(rings, agent.skills)
                asked = agent.id == entry.preferred_agent if alone else ring is not None and ring <= reach
                assert not asked

    @invariant()
    def every_agent_is_somewhere_the_table_knows(self):
        with self.db.begin() as session:
            states = session.scalars(select(Agent.state)).all()
        assert all(AgentState(state) in set(AGENT_TABLE.rows.values()) for state in states)


Centre.TestCase.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTheLawsOfACentre = Centre.TestCase


class HelpingCentre(Centre):
    """The same laws where queues help each other, crowds open rings, agents are asked alone and go home."""

    QUEUES = (
        replace(
            BILLING,
            rings=(*BILLING.rings, Ring(900, {"technical": 1}, 3)),
            skip_unstaffed=True,
            leave_when_empty=True,
            overflow=Overflow("technical", 45, also=True),
        ),
        replace(
            TECHNICAL,
            agent_choice=AgentChoice.LEAST_OCCUPIED,
            leave_when_nobody=True,
            credit=15,
            overflow=Overflow("billing", 60, while_fewer=2),
        ),
    )

    @rule(number=ANY, alone=st.sampled_from([0, 20, 90]), queue=st.sampled_from(["billing", "technical"]))
    def call_for_somebody(self, number, alone, queue):
        self.arrive(queue, preferred_agent=sorted(AGENTS)[number % len(AGENTS)], alone=alone)

    @rule(queue=st.sampled_from(["billing", "technical"]))
    def close(self, queue):
        self.house.routing.vigil.close(queue)


HelpingCentre.TestCase.settings = settings(Centre.TestCase.settings, max_examples=6)
TestTheLawsWhereQueuesHelp = HelpingCentre.TestCase
