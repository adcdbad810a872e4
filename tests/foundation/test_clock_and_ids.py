"""The clock and the ids: the two things only the foundation asks the system for."""

import re
from datetime import UTC, datetime

import pytest

from foundation.clock import ManualClock, SystemClock
from foundation.ids import CountingIds, RandomIds

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def test_a_manual_clock_stands_still_until_told_to_advance():
    clock = ManualClock(START)
    assert clock.now() == START
    clock.advance(90.5)
    assert (clock.now() - START).total_seconds() == 90.5
    assert clock.monotonic() == 90.5


def test_time_does_not_go_back():
    clock = ManualClock(START)
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
    assert clock.now() == START


def test_the_system_clock_gives_aware_moments_and_a_counter_that_grows():
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    first = clock.monotonic()
    assert clock.monotonic() >= first


@pytest.mark.parametrize("source", [RandomIds(), CountingIds()], ids=["random", "counting"])
def test_both_id_sources_give_ids_of_twilios_shape_and_never_the_same_twice(source):
    """`^XX[0-9a-fA-F]{32}$`, so that our ids may stand wherever a carrier's may."""
    ids = {source.new("CW") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("CW[0-9a-f]{32}", i) for i in ids)
