"""Listening to an answered call for who answers: before its document is performed, or beside it (AsyncAmd)."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from exchange.answering import AnsweredBy, Detection, Detector
from exchange.legs import Leg
from exchange.twiml.verb import Ask, Source

if TYPE_CHECKING:
    from exchange.exchange import Exchange


@dataclass(eq=False, slots=True)
class _Ear:
    """A tap that listens until it knows."""

    detector: Detector
    known: asyncio.Event = field(default_factory=asyncio.Event)

    def frames(self, _tick: int, inbound: bytes, _outbound: bytes, /) -> None:
        """20 ms of what the called party says."""
        if self.detector.feed(inbound) is not None:
            self.known.set()


async def who_answers(leg: Leg, detection: Detection) -> tuple[AnsweredBy, int]:
    """Who or what has answered, and after how many milliseconds; unknown when the call ends before."""
    ear = _Ear(Detector(detection))
    waits = [asyncio.ensure_future(ear.known.wait()), asyncio.ensure_future(leg.over.wait())]
    try:
        with leg.tapped(ear):
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return ear.detector.verdict or AnsweredBy.UNKNOWN, ear.detector.heard


async def listen_before(leg: Leg, detection: Detection, source: Source | None) -> Source | None:
    """Hold the call's document back until it is known who answers; the request for it then tells."""
    verdict, heard = await who_answers(leg, detection)
    leg.answered_by = verdict.value
    told = {"AnsweredBy": verdict.value, "MachineDetectionDuration": str(heard)}
    return replace(source, params=(*source.params, *told.items())) if isinstance(source, Ask) else source


async def listen_beside(exchange: "Exchange", leg: Leg, detection: Detection) -> None:
    """Let the call go on, and tell who answers as soon as it is known; nothing when the call is over before."""
    verdict, heard = await who_answers(leg, detection)
    if leg.over.is_set() and verdict is AnsweredBy.UNKNOWN:
        return
    leg.answered_by = verdict.value
    told = {
        "AccountSid": leg.ticket.account_sid,
        "CallSid": leg.sid,
        "AnsweredBy": verdict.value,
        "MachineDetectionDuration": str(heard),
    }
    ask = Ask(url=detection.async_url, method=detection.async_method, params=tuple(told.items()))
    exchange.webhooks.report(leg, ask)
