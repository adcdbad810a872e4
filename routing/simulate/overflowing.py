"""Callers who go on to another queue when their own agents take too long, as the live queues let them.

They keep their place and go on once. With `also` the first queue goes on serving them, and the other's agents come as
later rings; else they are the other queue's callers from then on, and are counted there.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from routing.config import Overflow
from routing.match import AgentChoice, Line, Ring, line_of, members, with_needs
from routing.simulate.scenario import Callers, Choice
from routing.simulate.trace import Fate
from routing.skills import Skills
from routing.waitlist import TimerKind, Waiting

if TYPE_CHECKING:
    from routing.simulate.floor import Floor

AGAIN = 1_000_000
"""Who finds no room in the other queue is looked at again so many microseconds later."""
HOLD = 20_000_000


class Overflows:
    """The overflow rules of one floor: who is due, where he goes, and the line in which he then stands."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor
        callers = floor.scenario.callers
        self._rules = [one.overflow for one in callers]
        numbers = {one.queue: number for number, one in enumerate(callers)}
        self._to = [None if rule is None else numbers[rule.to] for rule in self._rules]
        self._lines = [
            None if rule is None else _beyond(one, callers[numbers[rule.to]], rule, floor.scenario.choice)
            for one, rule in zip(callers, self._rules, strict=True)
        ]

    def open_lines(self, everybody: Iterable[tuple[str, Skills]]) -> None:
        """Open the lines in which those stand who went on; who can serve them is known by then."""
        agents = list(everybody)
        for found in self._lines:
            if found is not None:
                line, rings = found
                self._floor.waitlist.open_line(line, members(rings, agents))

    def came(self, now: int, call: int, kind: int) -> None:
        """Somebody waits in a queue; if it has a rule, he goes on after a while."""
        rule = self._rules[kind]
        if rule is not None:
            self._wake(now + round(rule.after * 1e6), call)

    def fall_due(self, now: int, call: int) -> None:
        """He has waited long enough: he goes on, or is looked at again while there is no room."""
        floor = self._floor
        kind = floor.calls.callers[call]
        rule, to, found = self._rules[kind], self._to[kind], self._lines[kind]
        if rule is None or to is None or found is None or floor.trace.fate[call] != Fate.OPEN:
            return
        if floor.trace.called_back[call] or floor.calls.arrival[call] + round(rule.after * 1e6) > now:
            return
        if rule.while_fewer is not None and floor.waiting[to] >= rule.while_fewer:
            self._wake(now + AGAIN, call)
            return
        place, (line, _) = floor.kept_place(call), found
        if not rule.also:
            floor.waiting[kind] -= 1
            floor.waiting[to] += 1
            floor.calls.callers[call] = to
        arrived = floor.calls.arrival[call]
        waiting = Waiting(f"c{call:08d}", 2, line.id, place, arrived, HOLD)
        offer = floor.waitlist.place(waiting, now=now, token=floor.token())
        for opens in line.opens:
            if arrived + opens > now:
                floor.at(arrived + opens, floor.tick, None)
        floor.serve(now, offer)

    def _wake(self, when: int, call: int) -> None:
        self._floor.waitlist.timers.set(TimerKind.OVERFLOW, f"c{call:08d}", when)
        self._floor.at(when, self._floor.tick, None)


def _beyond(own: Callers, other: Callers, rule: Overflow, choice: Choice) -> tuple[Line, tuple[Ring, ...]]:
    """The line of those who went on, with its rings."""
    rings = with_needs(other.rings, {})
    if rule.also:
        rings = with_needs([*own.rings, *(Ring(rule.after + ring.after, ring.needs) for ring in rings)], {})
    serving = own if rule.also else other
    least = (serving.choice or choice) is Choice.LEAST_OCCUPIED
    by = AgentChoice.LEAST_OCCUPIED if least else AgentChoice.LONGEST_IDLE
    return line_of(serving.queue, rings, by), rings
