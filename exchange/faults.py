"""The switch that makes the telephone network as bad as it can be: webhooks doubled, swapped, late or lost."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRates:
    """How often (0 to 1) each fault happens to a webhook; `delay_seconds` is the longest delay."""

    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    drop: float = 0.0
    delay_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one webhook: how many copies arrive, how late, and whether the next one overtakes it."""

    copies: int = 1
    delay: float = 0.0
    overtaken: bool = False


@dataclass(slots=True)
class FaultSwitch:
    """Decides each webhook's fate. Off (all rates 0) until `rates` is set; chance comes in, so that a test repeats."""

    rates: FaultRates = field(default_factory=FaultRates)
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - faults, not secrets

    def fate(self) -> Fate:
        """The fate of the next webhook."""
        rates = self.rates
        if self._happens(rates.drop):
            return Fate(copies=0)
        return Fate(
            copies=2 if self._happens(rates.duplicate) else 1,
            delay=self.chance.uniform(0, rates.delay_seconds) if self._happens(rates.delay) else 0.0,
            overtaken=self._happens(rates.reorder),
        )

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self.chance.random() < rate
