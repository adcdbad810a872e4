"""The agents of a simulation: who is on duty, and how each becomes free and busy in the live waitlist's eyes."""

import itertools
from array import array
from collections.abc import Callable, Iterator

from numpy.random import Generator

from routing.simulate.scenario import Choice, Group
from routing.simulate.trace import Trace
from routing.waitlist import Idle, Offer, Waitlist

Agents = list[int]


class Desks:
    """All agents by number; their ids are made so that equal idle times fall to the lower number."""

    def __init__(
        self, groups: tuple[Group, ...], choice: Choice, waitlist: Waitlist, trace: Trace, chance: Generator
    ) -> None:
        self.groups = groups
        self.members: list[Agents] = []
        self.group_of: Agents = []
        for number, group in enumerate(groups):
            first = len(self.group_of)
            self.members.append(list(range(first, first + group.most)))
            self.group_of += [number] * group.most
        count = len(self.group_of)
        self.ids = [f"a{number:05d}" for number in range(count)]
        self.numbers = {agent_id: number for number, agent_id in enumerate(self.ids)}
        self.pace = [groups[group].pace for group in self.group_of]
        self.idle_count = 0
        self._waitlist, self._trace = waitlist, trace
        self._revision = [0] * count
        self._is_idle = bytearray(count)
        self._on_since: list[int | None] = [None] * count
        self._leaving = bytearray(count)
        self._busy_for = array("q", [0] * count)
        self._scores = _scores(chance)
        self._score = self._score_by(choice)
        self._longest_idle = choice in {Choice.LONGEST_IDLE, Choice.LEAST_OCCUPIED}
        self._least_occupied = choice is Choice.LEAST_OCCUPIED

    def skills(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Every agent there ever is, with the skills."""
        for agent_id, group in zip(self.ids, self.group_of, strict=True):
            yield agent_id, dict(self.groups[group].skills)

    def free(self, now: int, agent: int, token: str, *, since: int | None = None) -> Offer | None:
        """The agent is free, or goes home if the shift is over; the call the waitlist holds him for, if any."""
        if self._leaving[agent]:
            self._go_home(now, agent)
            return None
        revision = self._revision[agent] = self._revision[agent] + 1
        score = (now if since is None else since) if self._longest_idle else self._score(agent)
        occupied = self._busy_for[agent] * 1_000_000_000 // max(1, now) if self._least_occupied else 0
        offer = self._waitlist.free(Idle(self.ids[agent], revision, score, occupied), now=now, token=token)
        self._is_idle[agent] = 1
        self.idle_count += 1
        return offer

    def busy(self, agent: int) -> None:
        """The agent has taken a call."""
        revision = self._revision[agent] = self._revision[agent] + 1
        self._is_idle[agent] = 0
        self.idle_count -= 1
        self._waitlist.busy(self.ids[agent], revision)

    def work(self, agent: int, start: int, end: int) -> None:
        """Note that the agent is busy from then to then."""
        trace = self._trace
        trace.work_agent.append(agent)
        trace.work_from.append(start)
        trace.work_till.append(end)
        self._busy_for[agent] += end - start

    def staff(self, now: int, group: int, count: int) -> list[int]:
        """So many of the group from now on. Who leaves is idle, or finishes first; returns who comes."""
        here = [agent for agent in self.members[group] if self._on_since[agent] is not None]
        staying = [agent for agent in here if not self._leaving[agent]]
        if count < len(staying):
            for agent in sorted(staying, key=lambda one: not self._is_idle[one])[: len(staying) - count]:
                self._leave(now, agent)
            return []
        called = [agent for agent in here if self._leaving[agent]]
        for agent in called[: count - len(staying)]:
            self._leaving[agent] = 0
        absent = [agent for agent in self.members[group] if self._on_since[agent] is None]
        coming = absent[: max(0, count - len(staying) - len(called))]
        for agent in coming:
            self._on_since[agent] = now
        return coming

    def on_duty(self) -> list[int]:
        """The agents there now who are not about to leave."""
        return [agent for agent, since in enumerate(self._on_since) if since is not None and not self._leaving[agent]]

    def close(self, now: int) -> None:
        """The simulation is over: note the duty of everybody still there."""
        for agent, since in enumerate(self._on_since):
            if since is not None:
                self._note_duty(agent, since, now)

    def _leave(self, now: int, agent: int) -> None:
        if self._is_idle[agent]:
            self._is_idle[agent] = 0
            self.idle_count -= 1
            self._go_home(now, agent)
        else:
            self._leaving[agent] = 1

    def _go_home(self, now: int, agent: int) -> None:
        self._leaving[agent] = 0
        revision = self._revision[agent] = self._revision[agent] + 1
        self._waitlist.busy(self.ids[agent], revision)
        since = self._on_since[agent]
        if since is not None:
            self._note_duty(agent, since, now)
        self._on_since[agent] = None

    def _note_duty(self, agent: int, start: int, end: int) -> None:
        self._trace.duty_agent.append(agent)
        self._trace.duty_from.append(start)
        self._trace.duty_till.append(end)

    def _score_by(self, choice: Choice) -> Callable[[int], int]:
        if choice is Choice.RANDOM:
            return lambda _: next(self._scores)
        return lambda agent: agent


def _scores(chance: Generator) -> Iterator[int]:
    return itertools.chain.from_iterable(chance.integers(0, 1 << 50, 1024).tolist() for _ in itertools.count())
