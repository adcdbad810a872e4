"""What the engine may know of the world at one moment, gathered for one event."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from call_flows.facts import CallerFacts, Facts, HoursStatus, QueueFacts
from call_flows.hours import status as hours_status
from foundation.clock import Clock
from ivr.emergency import Emergencies
from ivr.sites import Shelved

KEPT_SECONDS = 1.0


class QueueView(Protocol):
    """What routing tells of its queues. A view that cannot be had answers with what is safe to say."""

    def queue(self, name: str) -> QueueFacts:
        """One queue as it stands."""
        ...

    def position(self, entry_id: str) -> tuple[int | None, float]:
        """The caller's place from 1 (None when it cannot be known now), and the seconds waited."""
        ...


class FactsSource:
    """Gathers facts. Hours change by the minute and queues are kept for a second, so that a webhook asks neither."""

    def __init__(self, clock: Clock, queues: QueueView, emergencies: Emergencies | None = None) -> None:
        self._clock = clock
        self._queues = queues
        self._emergencies = emergencies
        self._hours: tuple[tuple[str, datetime, Collection[str]], Mapping[str, HoursStatus]] | None = None
        self._seen: tuple[str, float, Mapping[str, QueueFacts]] | None = None

    def gather(self, shelved: Shelved, caller: CallerFacts, *, entry_id: str = "") -> Facts:
        """The facts of this moment; `entry_id` is the caller's place in a queue, when there is one."""
        now = self._clock.now()
        position, waited = self._queues.position(entry_id) if entry_id else (None, 0.0)
        return Facts(
            now=now,
            hours=self._hours_at(shelved, now),
            queues=self._queues_now(shelved),
            caller=caller,
            position=position,
            waited_seconds=waited,
        )

    def _hours_at(self, shelved: Shelved, now: datetime) -> Mapping[str, HoursStatus]:
        emergencies: Collection[str] = () if self._emergencies is None else self._emergencies.now()
        key = (shelved.version, now.replace(second=0, microsecond=0), emergencies)
        kept = self._hours
        if kept is None or kept[0] != key:
            kept = self._hours = (key, hours_status(shelved.loaded.site, key[1], emergencies))
        return kept[1]

    def _queues_now(self, shelved: Shelved) -> Mapping[str, QueueFacts]:
        moment = self._clock.monotonic()
        kept = self._seen
        if kept is None or kept[0] != shelved.version or moment - kept[1] >= KEPT_SECONDS:
            queues = {name: self._queues.queue(name) for name in shelved.loaded.site.queues}
            kept = self._seen = (shelved.version, moment, queues)
        return kept[2]
