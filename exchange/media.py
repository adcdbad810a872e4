"""The 20 ms tick: one task moves the sound of all legs, and only while somebody listens to any of them."""

import asyncio
import math
from collections.abc import Callable, Iterable
from typing import Final

from exchange.clock import Clock
from exchange.legs import Leg
from exchange.sound import FRAME_SECONDS, SILENCE

_LATEST: Final = 50  # ticks the media may be behind (a second) before it gives them up as lost


class Media:
    """Ticks while somebody listens to a leg. Under a virtual clock ticks come as fast as their listeners can follow."""

    def __init__(self, *, clock: Clock, legs: Callable[[], Iterable[Leg]]) -> None:
        self._clock = clock
        self._legs = legs
        self._task: asyncio.Task[None] | None = None
        self.lost = 0  # ticks given up because the machine was too slow

    def wake(self) -> None:
        """Call when a leg may have come to need frames; does nothing when the tick runs already."""
        if (self._task is None or self._task.done()) and self._needed():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="media tick")

    async def close(self) -> None:
        """Stop ticking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _needed(self) -> bool:
        return any(needs_frames(leg) for leg in self._legs())

    async def _run(self) -> None:
        tick = math.floor(self._clock.monotonic() / FRAME_SECONDS) + 1
        while self._needed():
            await self._clock.sleep_until(tick * FRAME_SECONDS)
            behind = math.floor(self._clock.monotonic() / FRAME_SECONDS) - tick
            if behind > _LATEST:
                self.lost += behind
                tick += behind
            move_sound(tick, self._legs())
            tick += 1


def needs_frames(leg: Leg) -> bool:
    """Whether somebody listens to this leg, so that its sound must be made frame by frame."""
    return bool(leg.taps) or (leg.line.wants_sound and not leg.status.final)


def move_sound(tick: int, legs: Iterable[Leg]) -> None:
    """One tick: take what every party says, then give each what it hears, then let the taps hear both."""
    live = [leg for leg in legs if leg.answered.is_set() and not leg.over.is_set()]
    for leg in live:
        leg.inbound = leg.line.take_frame(tick) or SILENCE
    for leg in live:
        leg.outbound = _heard_by(leg, tick)
    for leg in live:
        if leg.line.wants_sound:
            leg.line.give_frame(tick, leg.outbound)
        for tap in list(leg.taps):
            tap.frames(tick, leg.inbound, leg.outbound)


def _heard_by(leg: Leg, tick: int) -> bytes:
    own = leg.mouth.frame(tick)
    if own is not None:
        return own
    connected = leg.source.frame_for(leg, tick) if leg.source is not None else None
    return connected or SILENCE
