"""How the waitlist follows SQL: every committed change is told, every offer confirmed or refused, all of it rebuilt."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from foundation.logs import get_logger
from routing.agents import Agent, AgentState
from routing.entries import EntryState, QueueEntry
from routing.errors import WaitlistDown, WaitlistLost
from routing.match import Line, Ring, line_of, members, rings_from_json, to_micros
from routing.news import Moved
from routing.occupancy import occupied
from routing.offers import confirm
from routing.parts import Parts
from routing.reservations import HOLDING_STATES, OPEN_STATES, Reservation, ReservationState
from routing.waitlist import Idle, LineUnknown, TimerKind, Waiting

log = get_logger(__name__)
BREATH = 1.0
"""Seconds for which Redis is left alone after it did not answer."""
ROUNDS = 1000
TOLD_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a rebuild has put back."""

    entries: int
    agents: int
    reservations: int


class Mirror:
    """Tells the waitlist what SQL holds. While Redis is down it remembers that it must tell everything."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._missed = False
        self._quiet_until = 0.0
        parts.bus.subscribe(Moved, self.follow)

    @property
    def degraded(self) -> bool:
        """Whether Redis did not answer last time: callers wait in SQL, nobody is matched."""
        return self._missed

    def follow(self, moved: Moved) -> None:
        """Tell the waitlist of these rows, as they are now."""
        self.tell(lambda: self._follow(moved))

    def tell(self, telling: Callable[[], None]) -> None:
        """Do something with the waitlist that must not fail with it; what it missed it gets as soon as it is back."""
        if self._missed and self._parts.clock.monotonic() < self._quiet_until:
            return
        try:
            if self._missed:
                self.restore()
            try:
                telling()
            except WaitlistLost:
                log.warning("waitlist_lost")
                self.restore()
                telling()
            self._missed = False
        except WaitlistLost:
            # emptied once more while it was restored, by somebody who will restore it: it is looked at again soon
            self._missed = True
        except WaitlistDown:
            if not self._missed:
                log.warning("waitlist_down")
            self._missed = True
            self._quiet_until = self._parts.clock.monotonic() + BREATH

    def rebuild(self) -> Restored:
        """Throw the waitlist away and restore it from SQL, everybody at his place. Raises WaitlistDown."""
        self._parts.waitlist.reset(built=False)
        restored = self.restore()
        self._missed = False
        return restored

    def restore(self) -> Restored:
        """Tell the waitlist everything; harmless to repeat, and by several at once. Raises WaitlistDown."""
        waitlist = self._parts.waitlist
        with self._parts.reading() as session:
            agents = list(session.scalars(select(Agent).order_by(Agent.idle_since, Agent.id)))
            waits = select(QueueEntry).where(QueueEntry.state == EntryState.WAITING)
            entries = list(session.scalars(waits.order_by(QueueEntry.place, QueueEntry.id)))
            held = list(session.scalars(select(Reservation).where(Reservation.state.in_(OPEN_STATES))))
            fence = session.scalar(select(func.max(Reservation.fence))) or 0
        for entry in entries:
            self._place(entry, building=True)
        for agent in agents:
            self._agent(agent, building=True)
        self._timers(held)
        waitlist.reset(built=True, fence=fence)
        for agent in agents:
            self._agent(agent)
        self.settle_offers()
        return Restored(len(entries), len(agents), len(held))

    def catch_up(self) -> int:
        """Tell the waitlist of callers and agents it was not told of: whoever changed them died in between; how many.

        Agents that became free long ago are left to `restore`.
        """
        since = self._parts.clock.now() - TOLD_WITHIN
        with self._parts.reading() as session:
            waits = select(QueueEntry.id, QueueEntry.revision).where(QueueEntry.state == EntryState.WAITING)
            free = select(Agent.id, Agent.revision).where(Agent.state == AgentState.AVAILABLE, Agent.since >= since)
            waiting = {row.id: row.revision for row in session.execute(waits)}
            ready = {row.id: row.revision for row in session.execute(free)}
        entries, agents = self._parts.waitlist.behind(waiting, ready)
        if entries or agents:
            log.info("waitlist_behind", entries=len(entries), agents=len(agents))
            self._follow(Moved(entries=tuple(entries), agents=tuple(agents)))
        return len(entries) + len(agents)

    def settle_offers(self) -> None:
        """Confirm or refuse in SQL whatever the waitlist has proposed, also what another process has left behind."""
        for _ in range(ROUNDS):
            offers = self._parts.waitlist.offers.pending()
            if not offers:
                return
            for offer in offers:
                entry, agent, reservation = confirm(self._parts, offer)
                if agent is not None:
                    self._agent(agent, settled=offer.token)
                if entry is not None:
                    self._entry(entry, settled=offer.token)
                self._timers([reservation] if reservation else [])
                self._parts.waitlist.offers.done(offer)

    def _follow(self, moved: Moved) -> None:
        with self._parts.reading() as session:
            entries = list(session.scalars(select(QueueEntry).where(QueueEntry.id.in_(moved.entries))))
            agents = list(session.scalars(select(Agent).where(Agent.id.in_(moved.agents))))
            held = list(session.scalars(select(Reservation).where(Reservation.id.in_(moved.reservations))))
        self._timers(held)
        # who is out goes first: a caller given back is not offered to the agent who let it ring
        for agent in sorted(agents, key=lambda row: row.state == AgentState.AVAILABLE):
            self._agent(agent)
        for entry in entries:
            self._entry(entry)
        self.settle_offers()

    def _entry(self, entry: QueueEntry, *, settled: str = "") -> None:
        if entry.state == EntryState.WAITING:
            self._place(entry, settled=settled)
        else:
            self._parts.waitlist.gone(entry.id, entry.revision)

    def _place(self, entry: QueueEntry, *, settled: str = "", building: bool = False) -> None:
        rings = rings_from_json(entry.rings)
        line = line_of(entry.queue, rings, self._parts.queues.get(entry.queue).agent_choice)
        waiting = Waiting(
            entry.id,
            entry.revision,
            line.id,
            to_micros(entry.place),
            to_micros(entry.arrived_at),
            round(entry.ring_time * 1e6),
            entry.preferred_agent,
            0 if entry.alone_until is None else to_micros(entry.alone_until),
            entry.floor,
        )
        now, token = to_micros(self._parts.clock.now()), self._parts.ids.new("RV")
        waitlist = self._parts.waitlist
        try:
            waitlist.place(waiting, now=now, token=token, settled=settled, building=building)
        except LineUnknown:
            self._open(line, rings)
            waitlist.place(waiting, now=now, token=token, settled=settled, building=building)
        for kind, at in ((TimerKind.LIMIT, entry.max_wait_at), (TimerKind.OVERFLOW, entry.overflow_at)):
            if at is not None:
                waitlist.timers.set(kind, entry.id, to_micros(at))

    def _open(self, line: Line, rings: Iterable[Ring]) -> None:
        with self._parts.reading() as session:
            skills = [(row.id, row.skills) for row in session.execute(select(Agent.id, Agent.skills))]
        self._parts.waitlist.open_line(line, members(tuple(rings), skills))

    def _agent(self, agent: Agent, *, settled: str = "", building: bool = False) -> None:
        if agent.state != AgentState.AVAILABLE:
            self._parts.waitlist.busy(agent.id, agent.revision)
            return
        since = to_micros(agent.idle_since or agent.since)
        idle = Idle(agent.id, agent.revision, since, occupied(agent), self._parts.queues.disciplines.of(agent.id))
        now, token = to_micros(self._parts.clock.now()), self._parts.ids.new("RV")
        self._parts.waitlist.free(idle, now=now, token=token, settled=settled, building=building)

    def _timers(self, held: Iterable[Reservation]) -> None:
        for row in held:
            if row.expires_at is None or row.state not in OPEN_STATES:
                continue
            kind = TimerKind.HOLD if ReservationState(row.state) in HOLDING_STATES else TimerKind.WRAP
            self._parts.waitlist.timers.set(kind, row.id, to_micros(row.expires_at))
