"""<Enqueue>: waits in a queue, hearing the waitUrl's documents over and over, and tells the action how it ended."""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from exchange.music import DEFAULT_MUSIC, one_turn
from exchange.queues import LARGEST, Line, QueueResult, result_fields, wait_fields
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.interpreter import ApplicationError
from exchange.twiml.stage import Interruption, Stage
from exchange.twiml.verb import Ask, End, LeaveQueue, Outcome, Proceed, Verb
from exchange.twiml.verb import Source as Document
from exchange.waiting import Fetch, Queues, Waiter

WAIT_VERBS: Final = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
GREETING_VERBS: Final = frozenset({"Play", "Say", "Pause", "Redirect"})


@dataclass(slots=True)
class _Course:
    """How the waiting goes: what the last webhook will tell."""

    result: QueueResult = QueueResult.HANGUP
    bridged: bool = False
    waited: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue(Verb):
    """Wait in the queue of this name."""

    queue: str
    action: str = ""
    method: str = "POST"
    wait_url: str | None = None  # None: the exchange's own music; empty: silence
    wait_method: str = "POST"
    max_size: int | None = None

    name: ClassVar[str] = "Enqueue"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of an <Enqueue>."""
        attributes = Attributes(element, notes)
        size = attributes.number("maxQueueSize", 0, least=1, most=LARGEST)
        enqueue = cls(
            queue=element.text[:64],
            action=attributes.text("action"),
            method=attributes.method(),
            wait_url=attributes.text("waitUrl") if "waitUrl" in element.attributes else None,
            wait_method=attributes.method("waitUrlMethod"),
            max_size=size or None,
        )
        attributes.done("waitUrl", "workflowSid")
        if len(element.text) > 64:  # noqa: PLR2004 - Twilio's limit
            notes.add("the name of a queue has at most 64 characters", element, code=13620)
        return enqueue

    async def perform(self, stage: Stage) -> Outcome:
        """Wait; then ask the action, or go on with the document."""
        queues = stage.exchange.part(Queues)
        line = queues.open(self.queue or "default", max_size=self.max_size)
        waiter = queues.join(line, stage.leg)
        if waiter is None:
            return self._ask_action(stage, result_fields(QueueResult.FULL, line, 0))
        stage.leg.cue("enqueue", line.name)
        course = _Course()

        async def interrupted(why: Interruption) -> None:
            if self.action:
                stage.tell(self.action, _fields(queues, waiter, course, why), method=self.method)

        with stage.if_interrupted(interrupted):
            try:
                outcome = await self._wait(stage, queues, waiter, course)
            finally:
                course.waited = queues.leave(waiter) if course.waited is None else course.waited
        fields = result_fields(course.result, line, course.waited)
        if isinstance(outcome, End):
            stage.tell(self.action, fields, method=self.method)
            return outcome
        return self._ask_action(stage, fields)

    def _ask_action(self, stage: Stage, fields: dict[str, str]) -> Outcome:
        return stage.goto(self.action, method=self.method, params=fields) if self.action else Proceed()

    async def _wait(self, stage: Stage, queues: Queues, waiter: Waiter, course: _Course) -> Outcome:
        """Hear the music until it leaves, hangs up or breaks, or somebody has come."""
        music = asyncio.ensure_future(self._music(stage, queues, waiter))
        try:
            ends: set[asyncio.Future[Any]] = {music, waiter.fetched}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not waiter.fetched.done():
                outcome = music.result()
                course.result = QueueResult.LEAVE if isinstance(outcome, LeaveQueue) else QueueResult.HANGUP
                return outcome
        except ApplicationError:
            course.result = QueueResult.ERROR
            return Proceed()
        finally:
            music.cancel()
            await asyncio.gather(music, return_exceptions=True)
        await self._talk(stage, queues, waiter, course)
        return Proceed()

    async def _music(self, stage: Stage, queues: Queues, waiter: Waiter) -> Outcome:
        if self.wait_url is not None and not self.wait_url:
            await waiter.leg.over.wait()
        while True:
            line = queues.lines[waiter.line_sid]
            outcome = await one_turn(stage, self._document(stage, line), allowed=WAIT_VERBS)
            if not isinstance(outcome, Proceed):
                return outcome

    def _document(self, stage: Stage, line: Line) -> Document:
        if not self.wait_url:
            return DEFAULT_MUSIC
        fields = wait_fields(line, stage.leg.sid, stage.exchange.clock.monotonic())
        url = stage.absolute(self.wait_url)
        return Ask(url=url, method=self.wait_method, params=tuple(fields.items()))

    async def _talk(self, stage: Stage, queues: Queues, waiter: Waiter, course: _Course) -> None:
        """Hear the greeting of who has come, then talk until it is over."""
        fetch = waiter.fetched.result()
        course.waited = queues.leave(waiter)
        course.result, course.bridged = QueueResult.BRIDGED, True
        await _greet(stage, waiter, fetch, course.waited)
        waiter.ready.set()
        await waiter.over.wait()


async def _greet(stage: Stage, waiter: Waiter, fetch: Fetch, waited: int) -> None:
    if fetch.greeting is None:
        return
    fields = {"QueueSid": waiter.line_sid, "QueueTime": str(waited), "DequeingCallSid": fetch.leg.sid}
    greeting = Ask(url=fetch.greeting.url, method=fetch.greeting.method, params=tuple(fields.items()))
    try:
        await stage.perform(greeting, allowed=GREETING_VERBS)
    except ApplicationError:
        return  # it is in the log; they talk without it


def _fields(queues: Queues, waiter: Waiter, course: _Course, why: Interruption) -> dict[str, str]:
    result = course.result
    if why is Interruption.REDIRECT:
        result = QueueResult.REDIRECTED_FROM_BRIDGED if course.bridged else QueueResult.REDIRECTED
    return result_fields(result, queues.lines[waiter.line_sid], course.waited or 0)
