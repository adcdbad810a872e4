"""The exchange itself: its calls, its clock and its parts, and how a call comes in or goes out."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

from exchange.calls import Outgoing, answer_inbound, place
from exchange.clock import Clock, within
from exchange.config import ExchangeConfig
from exchange.directory import Directory
from exchange.faults import FaultSwitch
from exchange.legs import Leg, Line, Ticket
from exchange.lines.dead import DeadLine
from exchange.log import ExchangeLog
from exchange.media import Media
from exchange.ports import Ears, Prompts, Voice
from exchange.status import Direction
from exchange.twiml.interpreter import Interpreter
from exchange.twiml.verb import Source
from exchange.webhooks import Webhooks
from exchange.wire import Transport
from foundation.ids import IdSource
from foundation.logs import get_logger

if TYPE_CHECKING:
    from exchange.lines.scripted import Caller

REMEMBERED: Final = 10_000
logger = get_logger(__name__)


class Part(Protocol):
    """A part of the exchange that keeps state of its own (conferences, queues, recordings, streams)."""

    async def close(self) -> None:
        """The exchange shuts down."""
        ...


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """How the exchange speaks, plays and listens."""

    voice: Voice
    prompts: Prompts
    ears: Ears


class Exchange:
    """One telephone exchange. Everything it needs comes in; `close` it when done."""

    def __init__(
        self,
        *,
        config: ExchangeConfig,
        clock: Clock,
        ids: IdSource,
        transport: Transport,
        senses: Senses,
        log: ExchangeLog | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.ids = ids
        self.senses = senses
        self.legs: dict[str, Leg] = {}  # the living, by call SID
        self.past: OrderedDict[str, Leg] = OrderedDict()  # the ended, for REST; the oldest are forgotten
        self.directory = Directory()
        self.faults = FaultSwitch(config.faults)
        self.log = log or ExchangeLog(now=clock.now, new_sid=ids.new)
        self.media = Media(clock=clock, legs=self.legs.values)
        self.webhooks = Webhooks(
            transport=transport,
            clock=clock,
            ids=ids,
            log=self.log,
            auth_token=config.auth_token,
            spawn=self.spawn,
            faults=self.faults,
        )
        self.closing = asyncio.Event()  # set when the exchange begins to shut down
        self._interpreters: dict[str, Interpreter] = {}
        self._parts: dict[type[Part], Part] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def part(self, kind: type[P]) -> P:
        """The exchange's one part of that class, made as `kind(exchange)` when it is first asked for."""
        if kind not in self._parts:
            self._parts[kind] = cast("Any", kind)(self)
        return cast("P", self._parts[kind])

    def arrive(self, line: Line, *, to: str, from_: str, params: tuple[tuple[str, str], ...] = ()) -> Leg:
        """A caller's line dials one of our numbers: the leg, ringing; the number's voice URL is being asked."""
        leg = self._new_leg(line, to=to, from_=from_, direction=Direction.INBOUND, params=params)
        answer_inbound(self, leg)
        return leg

    def call(self, *, to: str, from_: str, listens: bool = False) -> "Caller":
        """A scripted caller dials one of our numbers (tests, simulations)."""
        from exchange.lines.inside import call

        return call(self, to=to, from_=from_, listens=listens)

    def dial(self, outgoing: Outgoing) -> Leg:
        """Place a call; the leg, queued. Wait for `leg.answered` or `leg.over`. Used by REST and <Dial>."""
        endpoint = self.directory.find(outgoing.to)
        line = endpoint() if endpoint is not None else None
        leg = self._new_leg(
            line,
            to=outgoing.to,
            from_=outgoing.from_,
            direction=outgoing.direction,
            parent_sid=outgoing.parent_sid,
            params=outgoing.params,
        )
        place(self, leg, outgoing, reachable=line is not None)
        return leg

    def redirect(self, leg: Leg, source: Source) -> bool:
        """REST's update with Url or Twiml: what the leg does is interrupted. False when the call is over."""
        if leg.status.final:
            return False
        self.interpreter(leg).redirect(source)
        return True

    def interpreter(self, leg: Leg) -> Interpreter:
        """The interpreter of the leg's documents, made when first asked for."""
        if leg.sid not in self._interpreters:
            self._interpreters[leg.sid] = Interpreter(self, leg)
        return self._interpreters[leg.sid]

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do it in the background; an error in it is logged, and `close` ends it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Hang up on everybody, let the app be told (a second of the clock), end every task, close every part."""
        self.closing.set()
        for leg in list(self.legs.values()):
            leg.hang_up(reason="the exchange shuts down")
        with suppress(TimeoutError):
            await within(self.clock, 1.0, self._settled())
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.media.close()
        for part in list(self._parts.values()):
            await part.close()
        await self.webhooks.transport.close()

    def leg(self, sid: str) -> Leg | None:
        """The leg of a call SID, living or ended."""
        return self.legs.get(sid) or self.past.get(sid)

    def _new_leg(
        self,
        line: Line | None,
        *,
        to: str,
        from_: str,
        direction: Direction,
        params: tuple[tuple[str, str], ...] = (),
        parent_sid: str = "",
    ) -> Leg:
        ticket = Ticket(
            sid=self.ids.new("CA"),
            account_sid=self.config.account_sid,
            to=to,
            from_=from_,
            direction=direction,
            created_at=self.clock.now(),
            parent_sid=parent_sid,
            params=params,
        )
        leg = Leg(ticket, self.clock, line or DeadLine(), sound_wanted=self.media.wake)
        leg.watchers.append(self._changed)
        self.legs[leg.sid] = leg
        return leg

    def _changed(self, leg: Leg) -> None:
        if leg.status.final:
            self.legs.pop(leg.sid, None)
            self._interpreters.pop(leg.sid, None)
            self.webhooks.forget(leg)
            self.past[leg.sid] = leg
            while len(self.past) > REMEMBERED:
                self.past.popitem(last=False)

    async def _settled(self) -> None:
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("exchange task failed", exc_info=task.exception())
            self.log.error(81000, f"the exchange itself failed: {task.exception()!r}")
