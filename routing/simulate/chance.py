"""Chance: one random stream for each purpose, so that two variants of a day meet the same callers.

A stream is named by the seed, the replication and what it is for (`"patience", "billing"`). Staffing, rings or
callbacks may change, and the same callers still come at the same moments with the same calls: common random numbers.
"""

import zlib
from dataclasses import dataclass

from numpy.random import PCG64, Generator, SeedSequence


@dataclass(frozen=True, slots=True)
class Chance:
    """All streams of one replication; the same names give the same numbers, on every machine."""

    seed: int
    replication: int = 0

    def of(self, *purpose: str) -> Generator:
        """The stream for that purpose, from its beginning."""
        name = zlib.crc32("|".join(purpose).encode())
        return Generator(PCG64(SeedSequence(self.seed, spawn_key=(self.replication, name))))
