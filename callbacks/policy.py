"""Who may be called back, and when: number plans, countries, quiet hours, opening hours, caps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

from callbacks.caps import Caps
from callbacks.schedule import Condition, next_allowed, outside_quiet
from foundation.phone import NumberRefused, dialable, is_emergency

UNKNOWN_ZONE = "Etc/Unknown"
FARTHEST = timedelta(days=30)


class First(StrEnum):
    """Who is dialled first."""

    AGENT = "agent"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a queue calls back. Times in seconds.

    `attempts` and the seconds between them; `is_open` None: at any hour. `first` customer: only while an agent is as
    good as free, and for at most `hold` on the line. `behind` live calls rather than at the place kept. `promise` is
    the age at which a callback goes before everybody; `window` how long after its time it may still be made, and
    `expire` that it ends with the day's hours. `owner_waits` until anyone may call in the owner's stead.
    `voicemail` is the message for answering machines by language, looked for only where `detect`.
    """

    attempts: int = 3
    retry_after: tuple[float, ...] = (600.0, 900.0)
    is_open: Condition | None = None
    first: First = First.AGENT
    hold: float = 60.0
    behind: bool = False
    promise: float | None = None
    window: float = 86_400.0
    expire: bool = False
    owner_waits: float = 3600.0
    detect: bool = True
    voicemail: Mapping[str, str] = field(default_factory=dict)
    span: timedelta = timedelta(minutes=15)
    """How long a span of chosen times is, and `room` for how many callbacks each; None: for any number."""
    room: int | None = None
    confirms: bool = False
    """Whether a promise is confirmed by text message."""
    abandoned: str = "none"
    """Whether who hung up having waited `abandoned_after` seconds is called (`call`) or written to (`sms`)."""
    abandoned_after: float = 30.0

    def message(self, language: str) -> tuple[str, str]:
        """The message for answering machines, and its language: the caller's, else the same tongue, else the first."""
        if not self.voicemail:
            return "", ""
        near = [known for known in self.voicemail if known[:2].lower() == language[:2].lower()]
        chosen = language if language in self.voicemail else (near or list(self.voicemail))[0]
        return self.voicemail[chosen], chosen


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """What a site allows. `zone` is the site's own, for numbers whose zone nobody knows."""

    countries: tuple[str, ...] = ("US",)
    quiet: tuple[time, time] | None = None
    max_per_number_per_day: int = 3
    max_requests_per_number_per_day: int = 6
    caps: Caps = field(default_factory=Caps)
    zone: tzinfo = UTC
    plans: Mapping[str, Plan] = field(default_factory=dict)

    def plan(self, queue: str) -> Plan:
        """How the queue tries."""
        return self.plans.get(queue) or Plan()

    def number_refusal(self, written: str) -> tuple[str, str]:
        """The number in E.164 and an empty code, or an empty number and the code of the rule that refuses it."""
        if is_emergency(written, self.countries):
            return "", "emergency_or_short"
        try:
            return dialable(written, countries=self.countries), ""
        except NumberRefused as error:
            return "", error.problem.code

    def conditions(self, number: str, queue: str) -> tuple[Condition, ...]:
        """What must hold at the moment of the dial: the queue's hours, no quiet hours where the number may be."""
        found: list[Condition] = []
        is_open = self.plan(queue).is_open
        if is_open is not None:
            found.append(is_open)
        if self.quiet is not None:
            found.append(outside_quiet(*self.quiet, zones_of(number, self.zone)))
        return tuple(found)

    def next_allowed(self, number: str, queue: str, at: datetime) -> datetime | None:
        """The first moment from `at` on when the number may be dialled for that queue."""
        return next_allowed(at, self.conditions(number, queue))

    def time_refusal(self, number: str, queue: str, *, now: datetime, chosen: datetime) -> str:
        """Empty when the number may be dialled at the chosen time, else the code of what speaks against it."""
        if chosen < now:
            return "time_past"
        if chosen > now + FARTHEST:
            return "time_too_far"
        is_open = self.plan(queue).is_open
        if is_open is not None and not is_open(chosen):
            return "closed"
        if not all(condition(chosen) for condition in self.conditions(number, queue)):
            return "quiet_hours"
        return ""


def zones_of(number: str, fallback: tzinfo) -> Sequence[tzinfo]:
    """Every zone the number may be in; the fallback where nobody knows."""
    names = timezone.time_zones_for_number(phonenumbers.parse(number))
    zones = [ZoneInfo(name) for name in names if name != UNKNOWN_ZONE]
    return zones or [fallback]
