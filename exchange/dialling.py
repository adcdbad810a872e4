"""Ringing the parties of a <Dial>: who answers first wins, hears the whisper, and is bridged with the caller."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from exchange.bridge import Bridges
from exchange.calls import Outgoing, StatusPlan
from exchange.fields import call_seconds
from exchange.legs import Leg, answered_or_over
from exchange.recorder import Recorder
from exchange.recordings import Recording
from exchange.sound import Sound
from exchange.status import CallStatus, Direction
from exchange.twiml.interpreter import ApplicationError
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Ask, Proceed

if TYPE_CHECKING:
    from exchange.twiml.dial import Dial

WHISPER_VERBS: Final = frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Start", "Stop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What <Number> and <Client> have in common, ready to be rung."""

    address: str
    url: str = ""
    method: str = "POST"
    status: StatusPlan | None = None
    send_digits: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Dialled:
    """How a <Dial> went, as far as it has gone: becomes the fields of its action."""

    status: str = ""
    leg: Leg | None = None
    bridged: bool = False
    recording: Recording | None = None
    parted: bool = False  # REST has given the called one something else to do

    def fields(self, stage: Stage) -> dict[str, str]:
        """DialCallStatus and the rest."""
        status = self.status or ("completed" if self.bridged else "canceled")
        fields = {"DialCallStatus": status, "DialBridged": "true" if self.bridged else "false"}
        if self.leg is not None:
            fields["DialCallSid"] = self.leg.sid
            if self.leg.answered_at is not None:
                fields["DialCallDuration"] = str(call_seconds(self.leg))
        if self.recording is not None:
            fields |= {
                "RecordingUrl": stage.exchange.part(Recorder).url(self.recording),
                "RecordingSid": self.recording.sid,
                "RecordingDuration": str(self.recording.seconds),
            }
        return fields


class PartyNoun(Protocol):
    """What can be rung: <Number> and <Client>."""

    def party(self, stage: Stage) -> Party:
        """The party to ring, URLs made absolute."""
        ...


async def ring_and_talk(
    stage: Stage, dial: "Dial", nouns: Sequence[PartyNoun], dialled: Dialled, answered: Callable[[], None]
) -> None:
    """Ring all parties at once (or one after the other) and stay until the talk is over."""
    parties = [noun.party(stage) for noun in nouns]
    turns = [[party] for party in parties] if dial.sequential else [parties]
    for turn in turns:
        legs: list[Leg] = []
        try:
            legs.extend(_ring(stage, dial, party) for party in turn)
            winner = await _first_to_answer(stage, legs)
            if winner is None:
                dialled.leg, dialled.status = legs[0], _failure(legs)
                continue
            dialled.leg = winner
            _hang_up(leg for leg in legs if leg is not winner)
            await _talk(stage, dial, turn[legs.index(winner)], dialled, answered)
            return
        finally:
            _hang_up(leg for leg in legs if not (dialled.parted and leg is dialled.leg))


def _ring(stage: Stage, dial: "Dial", party: Party) -> Leg:
    stage.leg.cue("dial", party.address)
    return stage.exchange.dial(
        Outgoing(
            to=party.address,
            from_=dial.caller_id or stage.leg.ticket.from_,
            direction=Direction.OUTBOUND_DIAL,
            parent_sid=stage.leg.sid,
            status=party.status,
            timeout=float(dial.timeout),
            time_limit=float(dial.time_limit),
            params=party.params,
        )
    )


async def _first_to_answer(stage: Stage, legs: Sequence[Leg]) -> Leg | None:
    """The first leg that is answered; None when all have refused. The caller hears it ring meanwhile."""
    waits = {asyncio.ensure_future(answered_or_over(leg)): leg for leg in legs}
    ringing = asyncio.ensure_future(_ringback(stage))
    try:
        while waits:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                leg = waits.pop(task)
                if leg.status is CallStatus.IN_PROGRESS:
                    return leg
        return None
    finally:
        for task in (*waits, ringing):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await ringing


async def _ringback(stage: Stage) -> None:
    if stage.leg.status is CallStatus.RINGING:  # answerOnBridge: the caller's own network rings
        return
    ring: Sound = stage.exchange.senses.prompts.ringback()
    while ring.ulaw:
        await stage.leg.play(ring)


async def _talk(stage: Stage, dial: "Dial", party: Party, dialled: Dialled, answered: Callable[[], None]) -> None:
    callee = dialled.leg
    assert callee is not None  # noqa: S101 - the winner is set by the caller
    if party.send_digits:
        await callee.play(stage.exchange.senses.prompts.keys(party.send_digits))
    if party.url and not await _whisper(stage, callee, party):
        dialled.status = "no-answer" if callee.over.is_set() else "completed"
        return
    if stage.leg.status is CallStatus.RINGING:
        stage.leg.answer()
    dialled.bridged, dialled.status = True, "completed"
    answered()
    bridge = await stage.exchange.part(Bridges).connect(stage.leg, callee, hang_up_on_star=dial.hang_up_on_star)
    dialled.parted = bridge.gone is callee


async def _whisper(stage: Stage, callee: Leg, party: Party) -> bool:
    """Perform the document that only the called one hears; whether he may be connected after it."""
    source = Ask(url=party.url, method=party.method)
    whisper = asyncio.ensure_future(stage.exchange.interpreter(callee).perform_inner(source, allowed=WHISPER_VERBS))
    gone = asyncio.ensure_future(callee.over.wait())
    try:
        await asyncio.wait({whisper, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not whisper.done() or callee.over.is_set():
            return False
        return isinstance(whisper.result(), Proceed)
    except ApplicationError:
        return False
    finally:
        for task in (whisper, gone):
            task.cancel()
        await asyncio.gather(whisper, gone, return_exceptions=True)


def _hang_up(legs: Iterable[Leg]) -> None:
    for leg in legs:
        leg.hang_up(reason="the dial is over")


def _failure(legs: Sequence[Leg]) -> str:
    """One DialCallStatus for several refusals: busy says most, then no-answer."""
    statuses = {leg.status for leg in legs}
    for status in (CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.CANCELED):
        if status in statuses:
            return status.value
    return CallStatus.FAILED.value
