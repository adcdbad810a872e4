"""Performs documents on one leg: fetch, read, verb after verb, the next document; and what interrupts it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from exchange.legs import Leg
from exchange.ports import SoundUnavailable, Speech
from exchange.status import CallStatus
from exchange.twiml.document import Document, read_answer, read_twiml
from exchange.twiml.elements import InvalidDocument
from exchange.twiml.stage import Interruption, Parting, Stage
from exchange.twiml.verb import Ask, End, GoTo, Inline, LeaveQueue, Outcome, Proceed, Source
from exchange.webhooks import WebhookFailed

if TYPE_CHECKING:
    from exchange.exchange import Exchange

APOLOGY: Final = "We're sorry, an application error has occurred. Goodbye."


Failure = WebhookFailed | InvalidDocument


class ApplicationError(Exception):
    """The app gave no document that can be performed; it is in the log already. The caller hears the apology."""


class Interpreter:
    """One leg's performance. `fallback_url` is asked when the app fails."""

    def __init__(self, exchange: "Exchange", leg: Leg) -> None:
        self.fallback_url = ""
        self.fallback_method = "POST"
        self._exchange = exchange
        self._leg = leg
        self._runner: asyncio.Task[None] | None = None
        self._body: asyncio.Task[None] | None = None
        self._next: Source | None = None
        self._partings: list[Parting] = []
        leg.watchers.append(self._changed)

    def start(self, source: Source) -> None:
        """Begin with this document; when the last one ends, the leg is hung up."""
        self._runner = self._exchange.spawn(self._run(source))

    def redirect(self, source: Source) -> None:
        """Stop what is done now and go on with this document."""
        if self._runner is None or self._runner.done():
            self.start(source)
            return
        self._next = source
        if self._body is not None:
            self._body.cancel()

    async def perform_inner(self, source: Source, *, allowed: frozenset[str] | None = None) -> Outcome:
        """Perform a document and those it redirects to; how that ended. Raises `ApplicationError`."""
        while True:
            document = await self._fetch(source)
            outcome = await self._perform(document, allowed)
            if not isinstance(outcome, GoTo):
                return outcome
            source = outcome.source

    async def _run(self, first: Source) -> None:
        source: Source | None = first
        while source is not None and not self._leg.status.final:
            self._next = None
            self._body = asyncio.create_task(self._follow(source), name=f"twiml {self._leg.sid}")
            try:
                await asyncio.wait({self._body})
            finally:
                self._body.cancel()
            await self._part()
            problem = None if self._body.cancelled() else self._body.exception()
            if problem is not None:
                self._leg.hang_up(reason="exchange failure")
                raise problem
            source = self._next
        self._leg.hang_up(reason="end of document")

    async def _follow(self, source: Source) -> None:
        try:
            outcome = await self.perform_inner(source)
        except ApplicationError:
            await self._apologise()
            return
        match outcome:
            case End(refused="busy"):
                self._leg.refuse(CallStatus.BUSY, reason="rejected as busy")
            case End(refused="rejected"):
                self._leg.refuse(CallStatus.FAILED, reason="rejected")
            case End() | Proceed() | LeaveQueue() | GoTo():
                self._leg.hang_up(reason="hung up by the app")

    async def _fetch(self, source: Source) -> Document:
        """The document; when the app fails or its answer is no document: the fallback's. Complaints go to the log."""
        if isinstance(source, Inline):
            document, failure = self._read(lambda: read_twiml(source.twiml, ""))
        else:
            document, failure = await self._ask(source)
            if failure is not None and self.fallback_url:
                why = (("ErrorCode", str(failure.code)), ("ErrorUrl", source.url))
                fallback = Ask(url=self.fallback_url, method=self.fallback_method, params=source.params + why)
                document, failure = await self._ask(fallback)
        if document is None or failure is not None:
            raise ApplicationError(str(failure))
        for note in document.notes:
            self._exchange.log.warning(
                note.code, note.message, call_sid=self._leg.sid, url=document.url, line=note.line
            )
        return document

    async def _ask(self, ask: Ask) -> tuple[Document | None, Failure | None]:
        try:
            answer = await self._exchange.webhooks.ask(self._leg, ask)
        except WebhookFailed as failed:
            self._fail(failed.code, str(failed), url=failed.url)
            return None, failed
        return self._read(lambda: read_answer(answer.body, answer.content_type, answer.url), url=answer.url)

    def _read(self, read: Callable[[], Document], *, url: str = "") -> tuple[Document | None, Failure | None]:
        try:
            return read(), None
        except InvalidDocument as invalid:
            self._fail(invalid.code, str(invalid), url=url, line=invalid.line)
            return None, invalid

    def _fail(self, code: int, message: str, *, url: str, line: int = 0) -> None:
        self._exchange.log.error(code, message, call_sid=self._leg.sid, url=url, line=line)

    async def _perform(self, document: Document, allowed: frozenset[str] | None) -> Outcome:
        stage = Stage(self._exchange, self._leg, document.url, self._partings)
        for verb, line in document.verbs:
            if allowed is not None and verb.name not in allowed:
                stage.complain(12200, f"<{verb.name}> is not allowed here; it is skipped", line=line)
                continue
            if verb.answers and self._leg.status is CallStatus.RINGING:
                self._leg.answer()
            outcome = await verb.perform(stage)
            if not isinstance(outcome, Proceed):
                return outcome
        return Proceed()

    async def _apologise(self) -> None:
        if self._leg.status is CallStatus.RINGING:
            self._leg.answer()
        self._leg.cue("say", APOLOGY, language="en-US")
        try:
            with self._exchange.clock.working():
                sound = await self._exchange.senses.voice.speak(Speech(content=(APOLOGY,), language="en-US"))
        except SoundUnavailable:
            self._leg.hang_up(reason="application error")
            return
        await self._leg.play(sound)
        self._leg.hang_up(reason="application error")

    async def _part(self) -> None:
        why = Interruption.HANGUP if self._leg.status.final else Interruption.REDIRECT
        partings, self._partings[:] = list(self._partings), []
        for told in partings:
            await told(why)

    def _changed(self, leg: Leg) -> None:
        if leg.status.final and self._body is not None and asyncio.current_task() is not self._body:
            self._body.cancel()
