"""A bridge: two legs that hear each other, as <Dial> makes them; frames pass untouched."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.clock import Clock
from exchange.legs import Leg
from exchange.ports import Prompts

if TYPE_CHECKING:
    from exchange.exchange import Exchange


@dataclass(slots=True, eq=False)
class Bridge:
    """Connects two legs until one of them is over or somebody parts them (port `legs.Source`)."""

    one: Leg
    other: Leg
    clock: Clock
    prompts: Prompts
    parted: asyncio.Event = field(default_factory=asyncio.Event)
    gone: Leg | None = None  # who was taken out of it to do something else

    def frame_for(self, leg: Leg, tick: int) -> bytes | None:  # noqa: ARG002 - the port's names
        """What the other says."""
        return self.across(leg).inbound

    def across(self, leg: Leg) -> Leg:
        """The other end."""
        return self.other if leg is self.one else self.one

    async def hold_together(self, *, hang_up_on_star: bool = False) -> None:
        """Connect, and return when a leg is over, the bridge parted, or `one` has pressed the star that ends it."""

        def pressed_by_one(digit: str) -> None:
            if hang_up_on_star and digit == "*":
                self.parted.set()
            else:
                self._pass_on(digit, self.other)

        self.one.source = self.other.source = self
        ends = [asyncio.ensure_future(event.wait()) for event in (self.one.over, self.other.over, self.parted)]
        try:
            with self.one.keys(pressed_by_one), self.other.keys(lambda digit: self._pass_on(digit, self.one)):
                self.one.sound_wanted()
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            for leg in (self.one, self.other):
                if leg.source is self:
                    leg.source = None

    def _pass_on(self, digit: str, listener: Leg) -> None:
        listener.cue("digit", digit)
        listener.mouth.lay(self.prompts.keys(digit), self.clock.monotonic())


class Bridges:
    """The bridges of an exchange, so that REST can take one leg out of one."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._of: dict[str, Bridge] = {}

    async def close(self) -> None:
        """Nothing to give back."""

    async def connect(self, one: Leg, other: Leg, *, hang_up_on_star: bool = False) -> Bridge:
        """Bridge two legs and return, with the bridge, when it is over."""
        bridge = Bridge(one, other, self._exchange.clock, self._exchange.senses.prompts)
        self._of[one.sid] = self._of[other.sid] = bridge
        try:
            await bridge.hold_together(hang_up_on_star=hang_up_on_star)
        finally:
            bridge.parted.set()
            for leg in (one, other):
                if self._of.get(leg.sid) is bridge:
                    del self._of[leg.sid]
        return bridge

    def let_go(self, leg: Leg) -> None:
        """The leg is about to do something else: part the bridge it is in, if any."""
        bridge = self._of.get(leg.sid)
        if bridge is not None:
            bridge.gone = leg
            bridge.parted.set()
