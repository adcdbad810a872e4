"""The virtual clock: it leaps only when nothing is left to do in the present."""

import asyncio

import pytest

from exchange.clock import RealClock, VirtualClock, within


def test_an_hour_passes_as_soon_as_everybody_waits():
    """An hour on hold must cost a test nothing."""

    async def scenario() -> float:
        clock = VirtualClock()
        await clock.sleep(3600)
        return clock.monotonic()

    assert asyncio.run(scenario()) == 3600


def test_sleepers_wake_in_the_order_of_their_moments():
    """Two events at different moments never swap, however long their tasks take to get there."""

    async def scenario() -> list[str]:
        clock, woken = VirtualClock(), []

        async def sleeper(name: str, seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append(f"{name} at {clock.monotonic():g}")

        await asyncio.gather(sleeper("late", 2), sleeper("early", 1), sleeper("middle", 1.5))
        return woken

    assert asyncio.run(scenario()) == ["early at 1", "middle at 1.5", "late at 2"]


def test_time_stands_still_while_work_is_outstanding():
    """A webhook that takes real milliseconds takes no virtual time, and no timeout fires meanwhile."""

    async def scenario() -> tuple[float, bool]:
        clock = VirtualClock()
        alarm = asyncio.ensure_future(clock.sleep(0.001))
        with clock.working():
            await asyncio.to_thread(sum, range(200_000))
            rang = alarm.done()
        await alarm
        return clock.monotonic(), rang

    elapsed, rang = asyncio.run(scenario())
    assert (elapsed, rang) == (0.001, False)


def test_a_long_chain_of_callbacks_is_finished_before_time_goes_on():
    """Quiet means that the loop has nothing ready, not that a fixed number of turns went by."""

    async def scenario() -> float:
        clock = VirtualClock()
        alarm = asyncio.ensure_future(clock.sleep(1))
        for _ in range(500):
            await asyncio.sleep(0)
        at_the_end_of_the_chain = clock.monotonic()
        await alarm
        return at_the_end_of_the_chain

    assert asyncio.run(scenario()) == 0


def test_time_does_not_go_to_a_sleeper_who_was_cancelled():
    """A timeout that was called off leaves no trace in the time."""

    async def scenario() -> float:
        clock = VirtualClock()
        cancelled = asyncio.ensure_future(clock.sleep(1000))
        await asyncio.sleep(0)
        cancelled.cancel()
        await clock.sleep(5)
        return clock.monotonic()

    assert asyncio.run(scenario()) == 5


def test_within_gives_the_result_or_times_out_and_cancels():
    """Every time limit of the exchange is this one function."""

    async def scenario() -> tuple[str, float, bool]:
        clock = VirtualClock()
        stopped = asyncio.Event()

        async def quick() -> str:
            await clock.sleep(1)
            return "done"

        async def slow() -> None:
            try:
                await clock.sleep(100)
            except asyncio.CancelledError:
                stopped.set()
                raise

        result = await within(clock, 2, quick())
        with pytest.raises(TimeoutError):
            await within(clock, 2, slow())
        return result, clock.monotonic(), stopped.is_set()

    assert asyncio.run(scenario()) == ("done", 3, True)


def test_the_real_clock_goes_on_by_itself():
    """The same port over the machine's time; a moment that is past is not waited for."""

    async def scenario() -> bool:
        clock = RealClock()
        before = clock.monotonic()
        await clock.sleep_until(before - 10)
        with clock.working():
            await clock.sleep(0)
        return clock.monotonic() >= before and clock.now().tzinfo is not None

    assert asyncio.run(scenario())
