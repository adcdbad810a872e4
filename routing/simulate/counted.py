"""A trace as arrays: who counts, for how long each waited, how busy the agents were. Seconds, unless said otherwise."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.simulate.laws import Floats
from routing.simulate.scenario import Scenario
from routing.simulate.trace import NEVER_LEFT, Fate, Trace

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the calls that count: columns of equal length."""

    arrival: Floats
    wait: Floats
    """Until an agent, or until the caller gave up."""
    hold: Floats
    """Of that, on the line."""
    fate: Whole
    ring: Whole
    called_back: Mask
    offered: Mask
    """A callback, taken or not."""

    def where(self, mask: Mask) -> "Part":
        """Those for which it holds."""
        return Part(
            self.arrival[mask],
            self.wait[mask],
            self.hold[mask],
            self.fate[mask],
            self.ring[mask],
            self.called_back[mask],
            self.offered[mask],
        )

    def __len__(self) -> int:
        return len(self.arrival)

    @property
    def admitted(self) -> "Part":
        """Those who were let in."""
        return self.where((self.fate != Fate.BLOCKED) & (self.fate != Fate.FULL))

    @property
    def served(self) -> "Part":
        """Those who came to an agent, on the line or when called back."""
        return self.where((self.fate == Fate.SERVED) | (self.fate == Fate.CALLED_BACK))

    @property
    def abandoned(self) -> "Part":
        """Those who hung up waiting."""
        return self.where(self.fate == Fate.ABANDONED)

    @property
    def live(self) -> "Part":
        """Those who took no callback."""
        return self.where(~self.called_back)

    @property
    def promised(self) -> "Part":
        """Those who took one."""
        return self.where(self.called_back)


class Counted:
    """What is counted of one replication: the callers who came in the window, and the window's time."""

    def __init__(self, scenario: Scenario, trace: Trace) -> None:
        self.scenario, self.trace = scenario, trace
        self.errors: dict[float, tuple[float, ...]] = {}
        """Of the estimators, by the constant announced; reckoned once."""
        self._parts: dict[tuple[str | None, tuple[float, float] | None], Part] = {}
        self.opens, self.closes = scenario.window.opens, scenario.window.closes
        self._arrival = np.array(trace.calls.arrival, dtype=np.int64)
        self._left = self._moment(trace.left)
        self._kind = np.array(trace.calls.callers, dtype=np.int64)

    @cached_property
    def everybody(self) -> Part:
        """All who came in the window."""
        arrival, inside = self._arrival, self._inside
        off_hold = self._moment(self.trace.off_hold)
        return Part(
            arrival[inside] / 1e6,
            (self._left - arrival)[inside] / 1e6,
            (off_hold - arrival)[inside] / 1e6,
            np.frombuffer(self.trace.fate, dtype=np.uint8)[inside].astype(np.int64),
            np.array(self.trace.ring, dtype=np.int64)[inside],
            np.frombuffer(self.trace.called_back, dtype=np.uint8)[inside].astype(np.bool_),
            np.frombuffer(self.trace.offered, dtype=np.uint8)[inside].astype(np.bool_),
        )

    def part(self, queue: str | None, between: tuple[float, float] | None = None) -> Part:
        """All, or the callers of one queue, or those who came between two moments."""
        key = queue, between
        if key not in self._parts:
            self._parts[key] = self._part(queue, between)
        return self._parts[key]

    def _part(self, queue: str | None, between: tuple[float, float] | None) -> Part:
        part = self.everybody
        mask = np.ones(len(part), dtype=np.bool_)
        if queue is not None:
            kind = next(n for n, callers in enumerate(self.scenario.callers) if callers.queue == queue)
            mask &= self._kind[self._inside] == kind
        if between is not None:
            mask &= (part.arrival >= between[0]) & (part.arrival < between[1])
        return part.where(mask)

    @cached_property
    def _inside(self) -> Mask:
        opens, closes = round(self.opens * 1e6), round(self.closes * 1e6)
        inside: Mask = (self._arrival >= opens) & (self._arrival < closes)
        return inside

    def _moment(self, column: list[int]) -> Whole:
        """Who is still there at the end has waited until then."""
        moments = np.array(column, dtype=np.int64)
        return np.where(moments == NEVER_LEFT, self.trace.ended, moments)

    @cached_property
    def busy(self) -> Floats:
        """Seconds of work in the window, by agent."""
        return self._by_agent(self.trace.work_agent, self.trace.work_from, self.trace.work_till)

    @cached_property
    def on_duty(self) -> Floats:
        """Seconds on duty in the window, by agent."""
        return self._by_agent(self.trace.duty_agent, self.trace.duty_from, self.trace.duty_till)

    def agents(self, group: str | None) -> Whole:
        """The numbers of all agents, or of one group's."""
        numbers, first = [], 0
        for each in self.scenario.groups:
            if group in {None, each.name}:
                numbers += list(range(first, first + each.most))
            first += each.most
        return np.array(numbers, dtype=np.int64)

    @cached_property
    def queue_moments(self) -> tuple[float, float]:
        """Mean and variance over time of the number in line."""
        waited = self._left > self._arrival
        came, left = self._arrival[waited] / 1e6, self._left[waited] / 1e6
        moments = np.concatenate((came, left))
        steps = np.concatenate((np.ones(len(came)), -np.ones(len(left))))
        order = np.argsort(moments, kind="stable")
        moments, numbers = moments[order], np.cumsum(steps[order])
        edges = np.clip(np.append(moments, np.inf), self.opens, self.closes)
        lasted = np.diff(edges)
        length = self.closes - self.opens
        mean = float(lasted @ numbers) / length
        return mean, float(lasted @ (numbers * numbers)) / length - mean * mean

    def _by_agent(self, agent: object, start: object, end: object) -> Floats:
        number = np.asarray(agent, dtype=np.int64)
        begins = np.asarray(start, dtype=np.int64) / 1e6
        ends = np.asarray(end, dtype=np.int64) / 1e6
        inside = np.clip(np.minimum(ends, self.closes) - np.maximum(begins, self.opens), 0.0, None)
        count = sum(group.most for group in self.scenario.groups)
        return np.bincount(number, weights=inside, minlength=count).astype(np.float64)
