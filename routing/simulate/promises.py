"""Callbacks of a simulated queue: offered, kept in line as the live engine keeps them, dialled agent-first.

Keep-place is the live rule: a placeholder stands in the same waiting set at the caller's virtual arrival, and what
reaches its turn is an ordinary offer. Behind-live lets those on the line go first, as a site may have it: the
placeholder stands in the same set so far back that every live caller is before it, and with `due_within` it goes
before everybody once it is that old. Agents kept in reserve are for comparison: then placeholders wait apart, and one
is put in line when more agents than those stay free.
"""

import math
from collections import deque
from typing import TYPE_CHECKING

from routing.simulate.scenario import CallbackMode, Callbacks, Callers
from routing.simulate.trace import Fate

if TYPE_CHECKING:
    from routing.simulate.floor import Floor

BEHIND = 86_400_000_000
"""So far behind its arrival a callback stands that lets live calls go first, in microseconds; as `callbacks` has it."""
AHEAD = 2 * BEHIND
"""The credit of one that goes before everybody."""


class Promises:
    """The callbacks of the callers of one kind."""

    def __init__(self, floor: "Floor", kind: int, callers: Callers) -> None:
        if callers.callbacks is None:
            raise ValueError(f"{callers.queue} has no callbacks")
        self._floor, self._kind = floor, kind
        self._rule: Callbacks = callers.callbacks
        self._mean = _mean_service(callers)
        self._apart: deque[int] = deque()
        self._owed: set[int] = set()
        self._attempts: dict[int, int] = {}

    def offered(self, now: int, call: int, ahead: int) -> bool:
        """Whether the caller who must wait, with so many waiting before him, hangs up with a promise."""
        rule, floor = self._rule, self._floor
        estimate = (ahead + 1) * self._mean / floor.staffed(self._kind)
        if estimate <= rule.offer_above:
            return False
        floor.trace.offered[call] = 1
        if floor.calls.accepts[call] >= rule.accept:
            return False
        floor.waitlist.gone(f"c{call:08d}", 2)
        floor.trace.called_back[call] = 1
        floor.trace.off_hold[call] = now
        floor.in_system -= 1
        if rule.mode is CallbackMode.KEEP_PLACE:
            floor.serve(now, floor.place(f"p{call:08d}", call, now, floor.kept_place(call)))
            return True
        floor.waiting[self._kind] -= 1
        self._owed.add(call)
        if rule.reserve:
            self._apart.append(call)
        else:
            floor.serve(now, floor.place(f"p{call:08d}", call, now, now + BEHIND))
        if rule.due_within is not None:
            floor.at(now + round(rule.due_within * 1e6), self._fall_due, call)
        return True

    def agent_idle(self, now: int) -> None:
        """An agent stays free: a callback that waits apart may come in line."""
        while self._apart and self._apart[0] not in self._owed:
            self._apart.popleft()
        if self._apart and self._floor.desks.idle_count > self._rule.reserve:
            call = self._apart.popleft()
            self._floor.serve(now, self._floor.place(f"p{call:08d}", call, now, self._floor.kept_place(call)))

    def dial(self, now: int, call: int, agent: int) -> None:
        """The agent is there; the caller's phone rings, and is answered or not."""
        floor, rule = self._floor, self._rule
        if call in self._owed:  # behind live callers it was not counted among those who wait
            self._owed.discard(call)
            floor.waiting[self._kind] += 1
        floor.trace.dials += 1
        made = self._attempts[call] = self._attempts.get(call, 0) + 1
        if rule.answer >= 1 or floor.calls.answers[call][made - 1] < rule.answer:
            ready = now + round(rule.ring * 1e6)
            floor.desks.work(agent, now, ready)
            self._answered(ready, (call, agent)) if ready == now else floor.at(ready, self._answered, (call, agent))
            return
        given_up = now + round(rule.no_answer * 1e6)
        floor.desks.work(agent, now, given_up)
        floor.at(given_up, floor.release, agent)
        if made < rule.attempts:
            floor.at(given_up + round(rule.retry_after * 1e6), self._again, call)
        else:
            floor.trace.fate[call] = Fate.MISSED
            floor.trace.left[call] = given_up

    def _answered(self, now: int, pair: tuple[int, int]) -> None:
        call, agent = pair
        self._floor.trace.left[call] = now
        self._floor.in_system += 1
        self._floor.talk(now, call, agent, Fate.CALLED_BACK)

    def _again(self, now: int, call: int) -> None:
        floor = self._floor
        made = self._attempts[call]
        place = floor.kept_place(call) if made <= self._rule.places_kept else now
        floor.waiting[self._kind] += 1
        floor.serve(now, floor.place(f"p{call:08d}.{made}", call, now, place))

    def _fall_due(self, now: int, call: int) -> None:
        if call in self._owed:
            floor = self._floor
            floor.serve(now, floor.place(f"p{call:08d}", call, now, floor.kept_place(call) - AHEAD, revision=2))


def _mean_service(callers: Callers) -> float:
    laws = callers.service if isinstance(callers.service, tuple) else ((0.0, callers.service),)
    return math.fsum(law.mean for _, law in laws) / len(laws)
