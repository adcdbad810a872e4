"""<Queue>: the next one who waits in a queue, inside <Dial>."""

import asyncio
from dataclasses import dataclass
from typing import Self

from exchange.bridge import Bridges
from exchange.clock import within
from exchange.dialling import Dialled
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Ask
from exchange.waiting import Queues, Waiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Connect to the first of this queue; `url` is a document that only he hears, before."""

    name: str
    url: str = ""
    method: str = "POST"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Queue>."""
        attributes = Attributes(element, notes)
        queue = cls(name=element.text, url=attributes.text("url"), method=attributes.method())
        attributes.done("reservationSid", "postWorkActivitySid")
        return queue

    async def connect(self, stage: Stage, dialled: Dialled, *, timeout: int, hang_up_on_star: bool) -> None:  # noqa: ASYNC109 - seconds of the exchange's clock
        """Wait for the first of the queue, as long as the timeout lasts, and talk with him."""
        queues = stage.exchange.part(Queues)
        greeting = Ask(url=stage.absolute(self.url), method=self.method) if self.url else None
        stage.leg.cue("dial", f"queue {self.name}")
        fetch = queues.fetch(queues.open(self.name), stage.leg, greeting)
        try:
            waiter: Waiter = await within(stage.exchange.clock, float(timeout), _result(fetch.found))
        except TimeoutError:
            dialled.status = "no-answer"
            return
        finally:
            if not fetch.found.done():
                fetch.found.cancel()
        dialled.leg = waiter.leg
        try:
            await _ready(waiter)
            if waiter.leg.over.is_set():
                dialled.status = "no-answer"
                return
            dialled.bridged, dialled.status = True, "completed"
            await stage.exchange.part(Bridges).connect(stage.leg, waiter.leg, hang_up_on_star=hang_up_on_star)
        finally:
            waiter.over.set()


async def _result(found: "asyncio.Future[Waiter]") -> Waiter:
    return await asyncio.shield(found)


async def _ready(waiter: Waiter) -> None:
    """The greeting has been heard, or he who was to hear it is gone."""
    ends = [asyncio.ensure_future(event.wait()) for event in (waiter.ready, waiter.leg.over)]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
