"""How a call begins and what the app is told of its life: inbound, placed by REST or by <Dial>, status callbacks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.answering import Detection
from exchange.clock import within
from exchange.fields import call_seconds, moment
from exchange.legs import Leg, answered_or_over
from exchange.status import CallStatus, Direction
from exchange.twiml.verb import Ask, Source
from exchange.who_answers import listen_before, listen_beside

if TYPE_CHECKING:
    from exchange.exchange import Exchange

EVENTS: Final = ("initiated", "ringing", "answered", "completed")
_EVENT_OF: Final = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}
_SIP_CODE: Final = {
    CallStatus.COMPLETED: "200",
    CallStatus.BUSY: "486",
    CallStatus.NO_ANSWER: "487",
    CallStatus.CANCELED: "487",
    CallStatus.FAILED: "404",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPlan:
    """Where a call's life is told, and which events; `completed` stands for every way to end."""

    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A call to be placed. Without a `source` the answered leg stands silent: who placed it takes charge of it."""

    to: str
    from_: str
    source: Source | None = None
    direction: Direction = Direction.OUTBOUND_API
    parent_sid: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"
    status: StatusPlan | None = None
    timeout: float = 60.0
    time_limit: float = 14_400.0
    send_digits: str = ""  # keys sent once the call is answered
    detection: Detection | None = None  # who answers: listened for before the document, or beside it
    params: tuple[tuple[str, str], ...] = ()


class StatusReports:
    """Tells the app of one leg's moves: a watcher of the leg. SequenceNumber counts what is told, from 0."""

    def __init__(self, exchange: "Exchange", plan: StatusPlan) -> None:
        self._exchange = exchange
        self._plan = plan
        self._told = 0
        self._moves = 0

    def __call__(self, leg: Leg) -> None:
        """The leg has moved."""
        self._moves += 1
        if leg.status is CallStatus.CANCELED and self._moves == 1:
            return  # canceled while queued: nothing is told
        event = "completed" if leg.status.final else _EVENT_OF.get(leg.status)
        if event not in self._plan.events:
            return
        params = {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._told),
            "Timestamp": moment(self._exchange.clock.now()),
        }
        if leg.status.final:
            seconds = call_seconds(leg)
            params["CallDuration"] = str(seconds)
            params["Duration"] = str(-(-seconds // 60))
            params["SipResponseCode"] = _SIP_CODE[leg.status]
        self._told += 1
        self._exchange.webhooks.tell(
            leg, Ask(url=self._plan.url, method=self._plan.method, params=tuple(params.items()))
        )


def answer_inbound(exchange: "Exchange", leg: Leg) -> None:
    """A caller's leg has come in: ask the dialled number's URL what to do, or let it fail for want of a number."""
    number = exchange.config.numbers.get(leg.ticket.to)
    if number is None:
        leg.refuse(CallStatus.FAILED, reason="no such number")
        return
    if number.status_callback:
        plan = StatusPlan(url=number.status_callback, method=number.status_callback_method)
        leg.watchers.append(StatusReports(exchange, plan))
    leg.move(CallStatus.RINGING)
    interpreter = exchange.interpreter(leg)
    interpreter.fallback_url = number.fallback_url
    interpreter.start(Ask(url=number.voice_url, method=number.voice_method))


def place(exchange: "Exchange", leg: Leg, outgoing: Outgoing, *, reachable: bool) -> None:
    """Let the far end ring, and perform the call's document once it answers."""
    if outgoing.status is not None:
        leg.watchers.append(StatusReports(exchange, outgoing.status))
    exchange.spawn(_place(exchange, leg, outgoing, reachable=reachable))


async def _place(exchange: "Exchange", leg: Leg, outgoing: Outgoing, *, reachable: bool) -> None:
    if not leg.move(CallStatus.INITIATED):
        return  # canceled while queued
    if not reachable:
        client = outgoing.to.startswith("client:")
        leg.refuse(CallStatus.NO_ANSWER if client else CallStatus.FAILED, reason="nobody has registered there")
        return
    leg.move(CallStatus.RINGING)
    leg.line.ring(leg)
    try:
        await within(exchange.clock, outgoing.timeout, answered_or_over(leg))
    except TimeoutError:
        leg.refuse(CallStatus.NO_ANSWER, reason="nobody answered")
        return
    if leg.status is not CallStatus.IN_PROGRESS:
        return
    exchange.spawn(_limit(exchange, leg, outgoing.time_limit))
    if outgoing.send_digits:
        leg.cue("play", f"keys {outgoing.send_digits}")
        await leg.play(exchange.senses.prompts.keys(outgoing.send_digits))
    source = outgoing.source
    if outgoing.detection is not None and outgoing.detection.async_url:
        exchange.spawn(listen_beside(exchange, leg, outgoing.detection))
    elif outgoing.detection is not None:
        source = await listen_before(leg, outgoing.detection, source)
    if source is not None and not leg.over.is_set():
        interpreter = exchange.interpreter(leg)
        interpreter.fallback_url = outgoing.fallback_url
        interpreter.fallback_method = outgoing.fallback_method
        interpreter.start(source)


async def _limit(exchange: "Exchange", leg: Leg, seconds: float) -> None:
    try:
        await within(exchange.clock, seconds, leg.over.wait())
    except TimeoutError:
        leg.hang_up(reason="time limit")
