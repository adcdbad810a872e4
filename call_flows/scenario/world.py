"""The world around a dialogue: its moment, its hours and queues, who calls, and how long things take to be said."""

import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from call_flows.facts import CallerFacts, Facts, HoursStatus, OpenCallback, QueueFacts
from call_flows.hours import status
from call_flows.loaded import LoadedSite
from call_flows.offering import is_offering
from call_flows.scenario.given import WITHHELD, Customer, Given, QueueGiven
from call_flows.values import QueueName

MORNING: Final = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - on the site's own clock
WORDS_A_SECOND: Final = 2.6
PLAYED: Final = 10.0
"""How long a recording lasts of which nothing is known."""


@dataclass
class World:
    """What is the same for all dialogues of a site."""

    site: LoadedSite
    played: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each recorded prompt."""
    _hours: dict[datetime, dict[str, HoursStatus]] = field(default_factory=dict)
    _agents: dict[str, int] = field(default_factory=dict)

    @cached_property
    def minds(self) -> tuple[str, ...]:
        """The queues that mind whether they offered callbacks a moment ago."""
        queues = self.site.site.queues.items()
        return tuple(
            str(name) for name, one in queues if one.callback is not None and one.callback.stop_when is not None
        )

    def hours(self, now: datetime) -> dict[str, HoursStatus]:
        """Every set of hours at a moment; they change by the minute at most."""
        minute = now.replace(second=0, microsecond=0)
        found = self._hours.get(minute)
        if found is None:
            found = self._hours[minute] = status(self.site.site, minute)
        return found

    def agents(self, queue: str) -> int:
        """How many seeded agents can serve a queue at its loosest."""
        found = self._agents.get(queue)
        if found is None:
            needs = self.site.site.queues[queue].rings[-1].needs
            able = [
                agent
                for agent in self.site.site.agents
                if all(agent.skills.get(skill, 0) >= level for skill, level in needs.items())
            ]
            found = self._agents[queue] = len(able)
        return found

    def seconds(self, text: str, prompt: str = "") -> float:
        """About how long something takes to be heard."""
        if prompt and (not text or prompt in self.played):
            return self.played.get(prompt, PLAYED)
        return (text.count(" ") + 1) / WORDS_A_SECOND if text else 0.0


def world_of(site: LoadedSite) -> World:
    """The world of a site, its recordings measured."""
    return World(site, dict(_lengths(site.root)) if site.root is not None else {})


def _lengths(root: Path) -> Iterator[tuple[str, float]]:
    for file in sorted(root.glob("prompts/*/*.wav")):
        try:
            with wave.open(str(file)) as sound:
                yield file.stem, sound.getnframes() / (sound.getframerate() or 8000)
        except (OSError, EOFError, wave.Error):
            continue  # what cannot be read is told by the check, and lasts as long as any


@dataclass(slots=True)
class Scene:
    """The world of one dialogue, at whatever moment of it."""

    world: World
    start: datetime
    caller: CallerFacts
    dialled: str
    language: str
    queues: dict[str, QueueFacts]
    hours: dict[str, HoursStatus]
    resumed: frozenset[str] = frozenset()
    """Queues in which the caller has a place back."""
    callbacks: tuple[OpenCallback, ...] = ()
    """What is owed to the caller."""
    offering: dict[str, bool] = field(default_factory=dict)
    """The queues that offered callbacks when somebody last looked."""

    def facts(self, elapsed: float, position: int | None = None, waited: float = 0.0, queue: str = "") -> Facts:
        """What the engine may know so many seconds into the call; `queue` is the one the caller waits in."""
        now = self.start + timedelta(seconds=elapsed) if elapsed else self.start
        hours = self.world.hours(now)
        told = {**hours, **self.hours} if self.hours else hours
        found = Facts(now, told, self.queues, self.caller, position, waited, queue in self.resumed, self.callbacks)
        return replace(found, queues=self._offered(found)) if self.world.minds else found

    def change_queues(self, given: Mapping[QueueName, QueueGiven]) -> None:
        """Queues stand otherwise from now on."""
        self.queues = {**self.queues, **{str(name): _stands(self.world, str(name), one) for name, one in given.items()}}

    def _offered(self, found: Facts) -> dict[str, QueueFacts]:
        """The queues, each that minds whether it offered callbacks with whether it does now."""
        queues = dict(found.queues)
        for name in self.world.minds:
            was = self.offering.get(name, False)
            self.offering[name] = is_offering(self.world.site, name, found, was=was)
            queues[name] = replace(queues[name], offering=self.offering[name])
        return queues


def scene_of(world: World, flow: str, given: Given) -> Scene:
    """How a dialogue begins."""
    site = world.site
    start = MORNING if given.at is None else given.at
    if start.tzinfo is None:
        start = start.replace(tzinfo=site.zone)
    numbers = site.site.numbers
    dialled = given.to or next((number for number, entry in numbers.items() if str(entry.flow) == flow), "")
    entry = numbers.get(dialled)
    language = given.language or (entry.language if entry is not None and str(entry.flow) == flow else None)
    return Scene(
        world,
        start,
        caller_of("" if given.caller == WITHHELD else given.caller, given.customer),
        dialled,
        str(language or ""),
        _queues(world, given),
        {str(name): one for name, one in given.hours.items()},
        frozenset(str(name) for name, queue in given.queues.items() if queue.resumed),
        _callbacks(world, given),
    )


def _callbacks(world: World, given: Given) -> tuple[OpenCallback, ...]:
    owed = given.callback
    if owed is None:
        return ()
    due = owed.at if owed.at is None or owed.at.tzinfo else owed.at.replace(tzinfo=world.site.zone)
    return (OpenCallback(str(owed.queue), given.caller, due, being_called=owed.being_called),)


def caller_of(number: str, customer: Customer | None) -> CallerFacts:
    """What is known of a caller."""
    if customer is None:
        return CallerFacts(number)
    return CallerFacts(
        number,
        customer.name or "",
        customer.tier or "",
        str(customer.language or ""),
        customer.known,
        tuple(customer.tags),
        customer.calls,
    )


def _queues(world: World, given: Given) -> dict[str, QueueFacts]:
    found: dict[str, QueueFacts] = {}
    for name in world.site.site.queues:
        queue = next((value for key, value in given.queues.items() if key == name), None)
        found[name] = QueueFacts(0, world.agents(name), None) if queue is None else _stands(world, name, queue)
    return found


def _stands(world: World, name: str, queue: QueueGiven) -> QueueFacts:
    agents = world.agents(name) if queue.agents is None else queue.agents
    wait = None if queue.wait is None else float(queue.wait)
    return QueueFacts(queue.waiting, agents, wait, queue.open, is_ewt_safe=queue.safe)
