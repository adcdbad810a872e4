"""Promises 9 and 16: a whole house is killed piece by piece, and every callback is made once, and none too early."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest

from benchmarks.callback_chaos import Plan, chaos

pytestmark = [pytest.mark.promise(9), pytest.mark.promise(16), pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_callback_is_lost_doubled_or_early_while_processes_are_killed(seed):
    """The short form of `benchmarks.callback_chaos`, which also judges how late they are."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    try:
        plan = Plan(callbacks=24, kills=10, rate=2.0, agents=6, drain=150.0)
        counted = asyncio.run(chaos(plan, folder, None, seed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert (counted.lost, counted.doubled, counted.early) == (0, 0, 0)
    assert counted.order_kept, "in line as before, after Redis was flushed"
