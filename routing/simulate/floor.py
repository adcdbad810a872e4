"""The floor: callers come, wait, give up, talk and hang up under a virtual clock, and the live waitlist matches them.

Nothing here decides who gets whom. Each event is told to the `Waitlist` port as the live house tells it, the twin in
memory or the scripts in Redis answer with an offer or without, and what follows from the answer is put in the heap.
"""

import heapq
import itertools
from collections.abc import Callable
from typing import Any

from routing.match import AgentChoice, Line, line_of, members
from routing.simulate.calls import FOREVER, Calls
from routing.simulate.chance import Chance
from routing.simulate.desks import Desks
from routing.simulate.overflowing import Overflows
from routing.simulate.promises import Promises
from routing.simulate.scenario import Callers, Choice, Scenario
from routing.simulate.trace import Fate, Trace, blank_trace
from routing.waitlist import Offer, TimerKind, Waiting, Waitlist

HOLD = 20_000_000
"""How long a desk rings; here every agent answers at once, and the timer only falls due."""
LAST = 9
"""The revision of an entry that is gone: above any it was placed with."""
SWEEP = 255
"""The waitlist's timers are swept once in so many arrivals, besides at each moment something is due."""
RING, LIMIT, OVERFLOW = TimerKind.RING, TimerKind.LIMIT, TimerKind.OVERFLOW


class Floor:
    """One replication on one empty waitlist. Make it, `run` it once, read the trace."""

    def __init__(self, scenario: Scenario, calls: Calls, waitlist: Waitlist, chance: Chance) -> None:
        self.scenario, self.calls, self.waitlist, self.chance = scenario, calls, waitlist, chance
        self.trace: Trace = blank_trace(calls)
        self.desks = Desks(scenario.groups, scenario.choice, waitlist, self.trace, chance.of("choice"))
        self.waiting = [0] * len(scenario.callers)
        self._lines = [line_for(callers, scenario.choice) for callers in scenario.callers]
        self._ids = [line.id for line in self._lines]
        self._opens = [tuple(after for after in line.opens if after > 0) for line in self._lines]
        self._credit = [round(callers.credit * 1e6) for callers in scenario.callers]
        self._own_ring: list[dict[str, int]] = []
        self._staffed: dict[int, int] = {}
        self.in_system = 0
        self._trunks = scenario.trunks if scenario.trunks is not None else FOREVER
        self._events: list[tuple[int, int, Callable[[int, Any], None], Any]] = []
        self._order = itertools.count()
        self._tokens = itertools.count(1)
        self._again = chance.of("redial")
        self._wrap_up = itertools.chain.from_iterable(
            (scenario.wrap_up.draw(source, 1024) * 1e6).round().astype(int).tolist()
            for source in itertools.repeat(chance.of("wrap-up"))
        )
        self._wraps = scenario.wrap_up.mean > 0
        self._promises = [
            Promises(self, number, callers) if callers.callbacks else None
            for number, callers in enumerate(scenario.callers)
        ]
        self._overflows = Overflows(self) if any(callers.overflow for callers in scenario.callers) else None

    def run(self) -> Trace:
        """Play everything to the end: nobody comes, waits or talks any more."""
        self._open()
        arrivals, events = self.calls.arrival, self._events
        count, call = len(arrivals), 0
        while True:
            if call < count and (not events or arrivals[call] < events[0][0]):
                self._arrive(arrivals[call], call)
                call += 1
                if not call & SWEEP:
                    self.tick(arrivals[call - 1], None)
            elif events:
                now, _, what, subject = heapq.heappop(events)
                what(now, subject)
            else:
                break
        self.trace.ended = max(self.trace.ended, max(arrivals, default=0))
        self.desks.close(max(self.trace.ended, round(self.scenario.window.closes * 1e6)))
        self._overflows = None
        self._promises.clear()  # they know the floor, and memory is wanted for the next replication
        return self.trace

    def at(self, when: int, what: Callable[[int, Any], None], subject: Any) -> None:
        """Let something happen then."""
        heapq.heappush(self._events, (when, next(self._order), what, subject))

    def token(self) -> str:
        """An id for a reservation to be."""
        return f"RV{next(self._tokens):08d}"

    def place(self, entry_id: str, call: int, now: int, place: int, *, revision: int = 1) -> Offer | None:
        """Put somebody in line; the rings count from the call's arrival."""
        kind = self.calls.callers[call]
        waiting = Waiting(entry_id, revision, self._ids[kind], place, self.calls.arrival[call], HOLD)
        return self.waitlist.place(waiting, now=now, token=self.token())

    def kept_place(self, call: int) -> int:
        """The virtual arrival: when the caller came, less the credit."""
        return self.calls.arrival[call] - self._credit[self.calls.callers[call]]

    def serve(self, now: int, offer: Offer | None) -> None:
        """The agent takes whoever the waitlist holds him for, or the dial of a callback begins."""
        if offer is None:
            return
        agent = self.desks.numbers[offer.agent_id]
        call = int(offer.entry_id[1:9])
        kind = self.calls.callers[call]
        self.waitlist.gone(offer.entry_id, LAST)
        self.desks.busy(agent)
        self.waitlist.offers.done(offer)
        self.waiting[kind] -= 1
        self.trace.agent[call] = agent
        self.trace.ring[call] = self._own_ring[kind].get(offer.agent_id, len(self._opens[kind]) + 1)
        promises = self._promises[kind]
        if promises is not None and offer.entry_id[0] == "p":
            promises.dial(now, call, agent)
            return
        self.trace.left[call] = self.trace.off_hold[call] = now
        self.talk(now, call, agent, Fate.SERVED)

    def talk(self, now: int, call: int, agent: int, fate: Fate) -> None:
        """The two are together, until the call has lasted as long as it will."""
        self.trace.fate[call] = fate
        length = self.calls.service[call]
        pace = self.desks.pace[agent]
        till = now + (length if pace == 1.0 else round(length * pace))
        wrapped = till + next(self._wrap_up) if self._wraps else till
        self.desks.work(agent, now, wrapped)
        self.at(till, self._hang_up, (agent, wrapped))

    def release(self, now: int, agent: int) -> None:
        """The agent is free again."""
        self.trace.ended = now
        offer = self.desks.free(now, agent, self.token())
        if offer is not None:
            self.serve(now, offer)
            return
        for number, promises in enumerate(self._promises):
            if promises is not None and self.desks.ids[agent] in self._own_ring[number]:
                promises.agent_idle(now)

    def _open(self) -> None:
        self.waitlist.reset(built=False)
        self.waitlist.reset(built=True)
        everybody = list(self.desks.skills())
        for callers, line in zip(self.scenario.callers, self._lines, strict=True):
            self._own_ring.append(members(callers.rings, everybody))
            self.waitlist.open_line(line, self._own_ring[-1])
        if self._overflows is not None:
            self._overflows.open_lines(everybody)
        for number, group in enumerate(self.scenario.groups):
            for start, count in group.steps:
                moment = round(start * 1e6)
                self._staff(moment, (number, count)) if start == 0 else self.at(moment, self._staff, (number, count))

    def _staff(self, now: int, change: tuple[int, int]) -> None:
        self._staffed.clear()
        for agent in self.desks.staff(now, *change):
            since = -1 if now == 0 else None
            self.serve(now, self.desks.free(now, agent, self.token(), since=since))

    def _arrive(self, now: int, call: int) -> None:
        kind = self.calls.callers[call]
        callers = self.scenario.callers[kind]
        if self.in_system >= self._trunks:
            self._turn_away(now, call, Fate.BLOCKED)
            return
        if callers.max_size is not None and self.waiting[kind] >= callers.max_size:
            self._turn_away(now, call, Fate.FULL)
            return
        self.in_system += 1
        ahead = self.waiting[kind]
        self.waiting[kind] = ahead + 1
        offer = self.place(f"c{call:08d}", call, now, now - self._credit[kind])
        if offer is not None:
            self.serve(now, offer)
            return
        promises = self._promises[kind]
        if promises is not None and promises.offered(now, call, ahead):
            return
        patience = self.calls.patience[call]
        if patience < FOREVER:
            self.at(now + patience, self._give_up, call)
        for after in self._opens[kind]:
            self.at(now + after, self.tick, None)
        if callers.max_wait is not None:
            limit = now + round(callers.max_wait * 1e6)
            self.waitlist.timers.set(LIMIT, f"c{call:08d}", limit)
            self.at(limit, self.tick, None)
        if self._overflows is not None:
            self._overflows.came(now, call, kind)

    def staffed(self, kind: int) -> int:
        """How many are on duty now who can serve callers of the kind; at least one."""
        if kind not in self._staffed:
            able = self._own_ring[kind]
            self._staffed[kind] = max(1, sum(self.desks.ids[agent] in able for agent in self.desks.on_duty()))
        return self._staffed[kind]

    def _give_up(self, now: int, call: int) -> None:
        if self.trace.fate[call] == Fate.OPEN:
            self._out(now, call, Fate.ABANDONED)

    def _out(self, now: int, call: int, fate: Fate) -> None:
        kind = self.calls.callers[call]
        self.waitlist.gone(f"c{call:08d}", 2)
        self.waiting[kind] -= 1
        self.in_system -= 1
        self.trace.fate[call] = fate
        self.trace.left[call] = self.trace.off_hold[call] = self.trace.ended = now
        self._maybe_again(now, call)

    def _turn_away(self, now: int, call: int, fate: Fate) -> None:
        self.trace.fate[call] = fate
        self.trace.left[call] = self.trace.off_hold[call] = now
        redial = self.scenario.callers[self.calls.callers[call]].redial
        if redial is not None and redial.when_blocked:
            self._maybe_again(now, call)

    def _maybe_again(self, now: int, call: int) -> None:
        redial = self.scenario.callers[self.calls.callers[call]].redial
        if redial is None or self._again.random() >= redial.chance:
            return
        self.at(now + round(float(redial.after.draw(self._again, 1)[0]) * 1e6), self._call_again, call)

    def _call_again(self, now: int, call: int) -> None:
        """The same caller with the same matter and the same patience, as one call more."""
        again = self.calls.copy_of(call, now)
        self.trace.extend()
        self._arrive(now, again)

    def _hang_up(self, now: int, end: tuple[int, int]) -> None:
        agent, wrapped = end
        self.in_system -= 1
        if wrapped > now:
            self.at(wrapped, self.release, agent)
        else:
            self.release(now, agent)

    def tick(self, now: int, _: None) -> None:
        """Do what the waitlist's own timers say is due, as the live ticker does."""
        timers = self.waitlist.timers
        while due := timers.due(now):
            for item in due:
                if item.kind is RING:
                    self.serve(now, self.waitlist.widen(item.subject, now=now, token=self.token()))
                elif item.kind is LIMIT and self.trace.fate[int(item.subject[1:])] == Fate.OPEN:
                    self._out(now, int(item.subject[1:]), Fate.TIMED_OUT)
                elif item.kind is OVERFLOW and self._overflows is not None:
                    self._overflows.fall_due(now, int(item.subject[1:]))
                timers.done(item)


def line_for(callers: Callers, choice: Choice) -> Line:
    """The line in which callers of the kind stand, by the queue's own way of choosing or the scenario's."""
    least = (callers.choice or choice) is Choice.LEAST_OCCUPIED
    return line_of(callers.queue, callers.rings, AgentChoice.LEAST_OCCUPIED if least else AgentChoice.LONGEST_IDLE)
