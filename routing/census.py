"""What the waitlist holds beside what SQL says it should. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Census:
    """Everybody the waitlist could match now: waiting entries and free agents."""

    waiting: frozenset[str]
    idle: frozenset[str]


class Counted(Protocol):
    """Whoever can be counted."""

    def census(self) -> Census:
        """Everybody whom it could match now: for whoever compares it with SQL."""
        ...


@dataclass(frozen=True, slots=True)
class Differences:
    """Who is missing in the waitlist, and who stands there without a right to."""

    missing_entries: frozenset[str] = frozenset()
    extra_entries: frozenset[str] = frozenset()
    missing_agents: frozenset[str] = frozenset()
    extra_agents: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing_entries or self.extra_entries or self.missing_agents or self.extra_agents)

    def both(self, other: "Differences") -> "Differences":
        """What was seen on both looks: the rest was on its way."""
        return Differences(
            self.missing_entries & other.missing_entries,
            self.extra_entries & other.extra_entries,
            self.missing_agents & other.missing_agents,
            self.extra_agents & other.extra_agents,
        )


def compare(census: Census, waiting: Collection[str], available: Collection[str]) -> Differences:
    """The differences between the waitlist and the rows of SQL."""
    entries, agents = frozenset(waiting), frozenset(available)
    return Differences(
        missing_entries=entries - census.waiting,
        extra_entries=census.waiting - entries,
        missing_agents=agents - census.idle,
        extra_agents=census.idle - agents,
    )
