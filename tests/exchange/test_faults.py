"""The fault switch is off until asked, and repeats itself for the same seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from exchange.faults import FaultRates, FaultSwitch

rates = st.builds(
    FaultRates,
    duplicate=st.floats(0, 1),
    reorder=st.floats(0, 1),
    delay=st.floats(0, 1),
    drop=st.floats(0, 1),
    delay_seconds=st.floats(0, 60),
)


def test_a_switch_nobody_touched_lets_everything_through():
    """A house in use has no faults but its own."""
    fates = [FaultSwitch().fate() for _ in range(100)]
    assert {(fate.copies, fate.delay, fate.overtaken) for fate in fates} == {(1, 0.0, False)}


@given(rates=rates, seed=st.integers())
def test_the_same_seed_gives_the_same_faults(rates: FaultRates, seed: int):
    """A failing run must be repeatable."""
    first, second = (FaultSwitch(rates, random.Random(seed)) for _ in range(2))
    told = [(first.fate(), second.fate()) for _ in range(20)]
    assert all(one == other for one, other in told)
    assert all(0 <= one.copies <= 2 and 0 <= one.delay <= rates.delay_seconds for one, _ in told)
