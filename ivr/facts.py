"""What the engine may know of the world at one moment, gathered for one event."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from call_flows.facts import CallerFacts, Facts, HoursStatus, QueueFacts
from call_flows.hours import status as hours_status
from foundation.clock import Clock
from ivr.emergency import Emergencies
from ivr.sites import Shelved

KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A caller's place from 1 (None when it cannot be known now), the seconds waited, whether a place was taken up."""

    position: int | None = None
    waited: float = 0.0
    resumed: bool = False


class QueueView(Protocol):
    """What routing tells of its queues. A view that cannot be had answers with what is safe to say."""

    def queue(self, name: str) -> QueueFacts:
        """One queue as it stands."""
        ...

    def as_found_by(self, entry_id: str) -> tuple[str, QueueFacts] | None:
        """The queue in which that caller waits, by name and as he finds it; None when it cannot be known now."""
        ...

    def standing(self, entry_id: str) -> Standing:
        """How that caller stands in his queue."""
        ...


class FactsSource:
    """Gathers facts. Hours change by the minute and queues are kept for a second, so that a webhook asks neither."""

    def __init__(
        self,
        clock: Clock,
        queues: QueueView,
        emergencies: Emergencies | None = None,
        offers: Callable[[], Mapping[str, bool]] | None = None,
    ) -> None:
        self._offers = offers
        self._clock = clock
        self._queues = queues
        self._emergencies = emergencies
        self._hours: tuple[tuple[str, datetime, Collection[str]], Mapping[str, HoursStatus]] | None = None
        self._seen: tuple[str, float, Mapping[str, QueueFacts]] | None = None

    def gather(self, shelved: Shelved, caller: CallerFacts, *, entry_id: str = "") -> Facts:
        """The facts of this moment; `entry_id` is the caller's place in a queue, when there is one."""
        now = self._clock.now()
        queues, own = self._queues_now(shelved), self._queues.as_found_by(entry_id) if entry_id else None
        standing = self._queues.standing(entry_id) if entry_id else Standing()
        return Facts(
            now=now,
            hours=self._hours_at(shelved, now),
            queues=queues if own is None else {**queues, own[0]: _as_offered(own[1], queues.get(own[0]))},
            caller=caller,
            position=standing.position,
            waited_seconds=standing.waited,
            resumed=standing.resumed,
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
            queues |= self._offered(shelved, queues)
            kept = self._seen = (shelved.version, moment, queues)
        return kept[2]

    def _offered(self, shelved: Shelved, queues: Mapping[str, QueueFacts]) -> dict[str, QueueFacts]:
        """The queues that mind whether they offer callbacks, with whether they do."""
        site = shelved.loaded.site
        minding = [name for name, one in site.queues.items() if one.callback is not None and one.callback.stop_when]
        now = self._offers() if minding and self._offers is not None else None
        return {} if now is None else {name: replace(queues[name], offering=now.get(name, False)) for name in minding}


def _as_offered(found: QueueFacts, known: QueueFacts | None) -> QueueFacts:
    return found if known is None or known.offering is None else replace(found, offering=known.offering)
