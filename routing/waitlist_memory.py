"""The waitlist in memory: the twin of the one in Redis, and the oracle it is tested against."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock

from foundation.errors import Problem
from routing.census import Census
from routing.errors import WaitlistLost
from routing.match import AgentChoice, Line, open_ring
from routing.sorted_set import SortedSet
from routing.waitlist import Discipline, Idle, LineUnknown, Offer, TimerKind, Waiting
from routing.waitlist_memory_timers import MemoryOffers, MemoryTimers

ALONE = -1
REMEMBERED = 100_000
"""Of so many entries that are gone the revision is known, to turn away what comes late; Redis keeps it for a day."""
_NOBODY = Waiting("", 0, "", 0, 0, 0)


@dataclass(slots=True)
class _Entry:
    waiting: Waiting
    revision: int
    state: str
    ring: int = 0
    """The ring it stands in; `ALONE` while only the preferred agent is offered it."""
    token: str = ""


@dataclass(slots=True)
class _Agent:
    revision: int
    state: str
    since: int = 0
    occupied: int = 0
    discipline: Discipline | None = None
    token: str = ""


class MemoryWaitlist:
    """The waitlist of tests and simulations; ready from the start, since there is nothing to lose."""

    def __init__(self, *, discipline: Discipline = Discipline.LONGEST) -> None:
        self._lock = RLock()
        self._discipline = discipline
        self.timers = MemoryTimers(self._lock, lambda: self._check(building=False))
        self.offers = MemoryOffers(self._lock)
        self.reset(built=False)
        self.reset(built=True)

    def census(self) -> Census:
        """Everybody whom it could match now."""
        with self._lock:
            waiting = {member for found in self._wait.values() for _, member in found.order}
            idle = {agent_id for agent_id, agent in self._agents.items() if agent.state == "idle"}
        return Census(frozenset(waiting), frozenset(idle))

    def reset(self, *, built: bool, fence: int = 0) -> None:
        """Forget everything, or declare it complete."""
        with self._lock:
            self._built = built
            if built:
                self.offers.above(fence)
                return
            self._lines: dict[str, Line] = {}
            self._rings: dict[str, dict[str, int]] = defaultdict(dict)
            self._entries: dict[str, _Entry] = {}
            self._gone: deque[str] = deque()
            self._agents: dict[str, _Agent] = {}
            self._watched: dict[str, list[tuple[int, SortedSet]]] = {}
            self._idles: dict[str, list[tuple[Line, SortedSet]]] = {}
            self._wait: dict[tuple[str, int], SortedSet] = defaultdict(SortedSet)
            self._idle: dict[tuple[str, int], SortedSet] = defaultdict(SortedSet)
            self.timers.clear()
            self.offers.clear()

    def open_line(self, line: Line, members: Mapping[str, int]) -> None:
        """Make the line with its members."""
        with self._lock:
            if line.id in self._lines:
                return
            self._lines[line.id] = line
            for agent_id, ring in members.items():
                self._rings[agent_id][line.id] = ring
                self._watched.pop(agent_id, None)
                self._idles.pop(agent_id, None)
                agent = self._agents.get(agent_id)
                if agent is not None and agent.state == "idle":
                    self._idle[line.id, ring].add(agent_id, _rank(line, agent))

    def place(
        self, waiting: Waiting, *, now: int, token: str, settled: str = "", building: bool = False
    ) -> Offer | None:
        """The entry waits."""
        with self._lock:
            self._check(building=building)
            if waiting.line not in self._lines:
                raise LineUnknown
            old = self._entries.get(waiting.entry_id)
            if old is not None and not _is_news(waiting.revision, old.revision, old.state, old.token, settled):
                return None
            if old is not None and old.state == "wait":
                self._set_of(old).remove(waiting.entry_id)
            entry = _Entry(waiting, waiting.revision, "wait", self._ring_at(waiting, now))
            self._entries[waiting.entry_id] = entry
            offer = None if building else self._match_entry(entry, now, token)
            if offer is None:
                self._stand(entry)
            return offer

    def gone(self, entry_id: str, revision: int) -> None:
        """The entry no longer waits."""
        with self._lock:
            old = self._entries.get(entry_id)
            if old is not None and old.revision > revision:
                return
            if old is not None and old.state == "wait":
                self._set_of(old).remove(entry_id)
            self.timers.cancel_entry(entry_id)
            self._entries[entry_id] = _Entry(_NOBODY, revision, "gone")
            self._gone.append(entry_id)
            if len(self._gone) > REMEMBERED:
                self._forget(self._gone.popleft())

    def free(self, idle: Idle, *, now: int, token: str, settled: str = "", building: bool = False) -> Offer | None:
        """The agent is free."""
        with self._lock:
            self._check(building=building)
            old = self._agents.get(idle.agent_id)
            state = {"busy": "gone"}.get(old.state, old.state) if old else ""
            if old is not None and not _is_news(idle.revision, old.revision, state, old.token, settled):
                return None
            self._agents[idle.agent_id] = _Agent(idle.revision, "idle", idle.since, idle.occupied, idle.discipline)
            self._enter_idle(idle.agent_id)
            entry_id = None if building else self._entry_for(idle.agent_id)
            return self._hold(self._entries[entry_id], idle.agent_id, now, token) if entry_id else None

    def busy(self, agent_id: str, revision: int) -> None:
        """The agent is not free."""
        with self._lock:
            old = self._agents.get(agent_id)
            if old is not None and old.revision > revision:
                return
            if old is not None and old.state == "idle":
                self._leave_idle(agent_id)
            self._agents[agent_id] = _Agent(revision, "busy")

    def widen(self, entry_id: str, *, now: int, token: str) -> Offer | None:
        """Open the rings the entry has waited for."""
        with self._lock:
            self._check(building=False)
            entry = self._entries.get(entry_id)
            if entry is None or entry.state != "wait":
                return None
            ring = self._ring_at(entry.waiting, now)
            if ring > entry.ring:
                self._set_of(entry).remove(entry_id)
                entry.ring = ring
                self._stand(entry)
            return self._match_entry(entry, now, token)

    def behind(self, entries: Mapping[str, int], agents: Mapping[str, int]) -> tuple[list[str], list[str]]:
        """Those it has not been told of."""
        with self._lock:
            unknown = [name for name, revision in entries.items() if _is_behind(self._entries.get(name), revision)]
            return unknown, [name for name, revision in agents.items() if _is_behind(self._agents.get(name), revision)]

    def _check(self, *, building: bool) -> None:
        if not self._built and not building:
            raise WaitlistLost(Problem("waitlist_lost", "There is no waitlist.", todo="Rebuild it from SQL."))

    def _forget(self, entry_id: str) -> None:
        entry = self._entries.get(entry_id)
        if entry is not None and entry.state == "gone":
            del self._entries[entry_id]

    def _ring_at(self, row: Waiting, now: int) -> int:
        opens = self._lines[row.line].opens
        return ALONE if row.alone > now else max(min(row.floor, len(opens) - 1), open_ring(opens, now - row.arrived))

    def _set_of(self, entry: _Entry) -> SortedSet:
        return self._wait[entry.waiting.preferred if entry.ring == ALONE else entry.waiting.line, entry.ring]

    def _stand(self, entry: _Entry) -> None:
        row, opens = entry.waiting, self._lines[entry.waiting.line].opens
        self._set_of(entry).add(row.entry_id, row.place)
        if entry.ring == ALONE:
            self.timers.set(TimerKind.RING, row.entry_id, row.alone)
        elif entry.ring + 1 < len(opens):
            self.timers.set(TimerKind.RING, row.entry_id, row.arrived + opens[entry.ring + 1])
        else:
            self.timers.cancel(TimerKind.RING, row.entry_id)

    def _match_entry(self, entry: _Entry, now: int, token: str) -> Offer | None:
        row = entry.waiting
        preferred = self._agents.get(row.preferred) if row.preferred else None
        if preferred is not None and preferred.state == "idle":
            own = self._rings[row.preferred].get(row.line)
            if entry.ring == ALONE or (own is not None and own <= entry.ring):
                return self._hold(entry, row.preferred, now, token)
        for ring in range(entry.ring + 1):
            order = self._idle[row.line, ring].order
            if order:
                return self._hold(entry, order[0][1], now, token)
        return None

    def _entry_for(self, agent_id: str) -> str | None:
        by_ring = (self._agents[agent_id].discipline or self._discipline) is Discipline.INNERMOST
        best: tuple[int, tuple[int, str]] | None = None
        for own, found in self._watched.get(agent_id) or self._watch(agent_id):
            if found.order:
                head = (own if by_ring else 0, found.order[0])
                if best is None or head < best:
                    best = head
        return best[1][1] if best else None

    def _watch(self, agent_id: str) -> list[tuple[int, SortedSet]]:
        """The sets in which somebody may stand whom the agent can serve, each with the agent's own ring."""
        sets = [(ALONE, self._wait[agent_id, ALONE])]
        for line_id, own in self._rings[agent_id].items():
            sets += [(own, self._wait[line_id, ring]) for ring in range(own, len(self._lines[line_id].opens))]
        self._watched[agent_id] = sets
        return sets

    def _hold(self, entry: _Entry, agent_id: str, now: int, token: str) -> Offer:
        row = entry.waiting
        self._set_of(entry).remove(row.entry_id)
        self._leave_idle(agent_id)
        agent = self._agents[agent_id]
        entry.state = agent.state = "held"
        entry.token = agent.token = token
        self.timers.set(TimerKind.HOLD, token, now + row.hold)
        return self.offers.write(token, row.entry_id, agent_id, now + row.hold)

    def _leave_idle(self, agent_id: str) -> None:
        for _, idle in self._idles.get(agent_id) or self._idle_sets(agent_id):
            idle.remove(agent_id)

    def _enter_idle(self, agent_id: str) -> None:
        agent = self._agents[agent_id]
        for line, idle in self._idles.get(agent_id) or self._idle_sets(agent_id):
            idle.add(agent_id, _rank(line, agent))

    def _idle_sets(self, agent_id: str) -> list[tuple[Line, SortedSet]]:
        rings = self._rings[agent_id].items()
        self._idles[agent_id] = [(self._lines[line_id], self._idle[line_id, ring]) for line_id, ring in rings]
        return self._idles[agent_id]


def _rank(line: Line, agent: _Agent) -> int:
    return agent.occupied if line.choice is AgentChoice.LEAST_OCCUPIED else agent.since


def _is_behind(known: _Entry | _Agent | None, revision: int) -> bool:
    return known is None or known.revision < revision


def _is_news(revision: int, old_revision: int, old_state: str, token: str, settled: str) -> bool:
    """Whether what is told is newer than what is known, or settles the hold that stands."""
    if revision != old_revision:
        return revision > old_revision
    return old_state not in {"gone", "held"} or (old_state == "held" and token == settled)
