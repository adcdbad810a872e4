"""The caller of a dialogue on a real line: the same steps as in virtual time, done with keys and a voice."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, Final, cast

from sqlalchemy import select

from call_flows.nodes.consent import ConsentNode
from call_flows.scenario.conversation import Conversation
from call_flows.scenario.failure import Unmet
from call_flows.scenario.judging import judge
from call_flows.scenario.kinds import finder, is_pattern
from call_flows.scenario.steps import (
    PATIENCE,
    After,
    AgentDoes,
    CallbackIs,
    Expects,
    HangsUp,
    Hears,
    LeavesMessage,
    Presses,
    QueueDoes,
    Says,
    Silent,
    Step,
)
from call_flows.values import Duration
from console.rehearsal.given import AGENT, NotOverAudio
from console.rehearsal.house import House
from console.rehearsal.seen import Seen
from exchange.exchange import Exchange
from exchange.lines.inside import ScriptedPhone
from exchange.lines.scripted import Caller
from foundation.calls import Call
from ivr.tables import CallSession

LOOK: Final = 0.1
"""How often, in seconds of the virtual clock, the caller looks up."""
BREATH: Final = 0.4
SETTLE: Final = 1.0
"""What a webhook under way needs to have its effect."""
UNDERSTOOD: Final = 2.5
"""The same after words: free speech is over only after a breath of silence."""


class Acting:
    """One caller on the line."""

    def __init__(
        self, exchange: Exchange, house: House, seen: Seen, caller: Caller, *, listens: Callable[[str], bool]
    ) -> None:
        self._listens = listens
        self._exchange = exchange
        self._clock = exchange.clock
        self._house = house
        self._seen = seen
        self._caller = caller
        self._asked = 0  # in notices: questions before this have been answered
        self._desk = ScriptedPhone(exchange, f"client:{AGENT}")
        self._agent: Caller | None = None
        self._spoke = False

    async def act(self, step: Step) -> None:
        """Do one step. Raises Unmet, or NotOverAudio."""
        await self._do(step)
        self._spoke = isinstance(step, Says)

    async def _do(self, step: Step) -> None:
        match step:
            case Hears():
                for words in step.hears:
                    await self._hears(words, str(step.language or ""), float(step.within))
            case Presses(presses=keys):
                await self._presses(keys)
            case Says(says=words):
                await self._says(words)
            case Silent(silence=silence):
                await self._silent(silence)
            case After(after=seconds):
                await self._clock.sleep(float(seconds))
            case Expects(expect=expected):
                await self.look(UNDERSTOOD if self._spoke else SETTLE)
                judge(cast("Conversation", self._seen), expected)
            case AgentDoes() | QueueDoes():
                await self._in_the_house(step)
            case CallbackIs(callback=wanted):
                await self._callback(wanted)
            case LeavesMessage(leaves_message=message):
                await self._leaves_message(message)
            case HangsUp():
                self._caller.hangs_up()
                await self._caller.ended()
            case _:
                raise NotOverAudio(f"nobody knows how to do '{step.kind}' with a voice")

    async def _in_the_house(self, step: AgentDoes | QueueDoes) -> None:
        if isinstance(step, QueueDoes):
            return await self._queue(step.queue)
        return await (self._agent_answers() if step.agent == "answers" else self._agent_hangs_up())

    async def close(self) -> None:
        """Leave the line."""
        if not self._caller.status:
            self._caller.hangs_up()
            await self._caller.ended()
        self._desk.close()

    async def look(self, settle: float = 0.0) -> None:
        """Read what the call has come to, after letting what is under way have its effect."""
        if settle:
            await self._clock.sleep(settle)
        with self._clock.working():
            self._seen.now = self._clock.monotonic()
            self._seen.listen(self._caller)
            await asyncio.to_thread(self._seen.look, self._caller.sid)

    async def _until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds; False when it does not in time, or the call ends before."""
        deadline = self._clock.monotonic() + seconds
        while not holds():
            if self._caller.status or self._clock.monotonic() >= deadline:
                return holds()
            await self._clock.sleep(LOOK)
        return True

    async def _hears(self, words: str, language: str, within: float) -> None:
        pattern = finder(words)
        record = self._seen.record

        def found() -> bool:
            self._seen.listen(self._caller)
            return pattern.search(record.text, record.read) is not None

        if not await self._until(found, within):
            wanted = f"something like {words}" if is_pattern(words) else f"“{words}”"
            raise Unmet(f"the caller should hear {wanted}", self._heard())
        match = pattern.search(record.text, record.read)
        if match is not None:
            spoken = next(one for one in reversed(record.spoken) if one.at <= match.start())
            if language and spoken.language and spoken.language != language:
                raise Unmet(f"the caller should hear this in {language}, and hears it in {spoken.language}")
            record.read = match.end()

    def _heard(self) -> tuple[str, ...]:
        self._seen.listen(self._caller)
        told = [f"  {one.language}  “{one.text}”" for one in self._seen.record.unread()]
        return ("heard instead:", *told[:8]) if told else ("nothing was heard",)

    async def _presses(self, keys: str) -> None:
        if self._agent is None:
            await self._question(keys)
        self._seen.record.pass_over()
        await self._caller.presses(keys)

    async def _says(self, words: str) -> None:
        if self._agent is None:
            language = await self._question("")
        else:
            language = self._seen.state.language
        if not self._listens(language):
            raise NotOverAudio(f"no model listens to {language}")
        self._seen.record.pass_over()
        await self._caller.says(words, language=language)

    async def _question(self, keys: str) -> str:
        """Wait for a question that these keys may answer, and for its words to be said; the language it is heard in."""
        while True:
            place = await self._next_question()
            document, state = await self._session()
            self._asked = place + 1
            wanted = _prompts(document)

            def said(place: int = place, wanted: int = wanted) -> bool:
                cues = [one for one in self._caller.notices[place:] if one.get("kind") in {"say", "play"}]
                return len(cues) >= wanted

            await self._until(said, 60.0)
            if not self._is_notice(state, keys):
                await self._clock.sleep(BREATH)
                self._seen.listen(self._caller)
                return str(self._caller.notices[place].get("language") or "en-US")

    async def _next_question(self) -> int:
        def asked() -> bool:
            return _last(self._caller, {"gather"}) >= self._asked

        if not await self._until(asked, float(PATIENCE)):
            raise Unmet("the caller answers, but nothing is asked", self._heard())
        return _last(self._caller, {"gather"})

    def _is_notice(self, state: dict[str, Any], keys: str) -> bool:
        at = state.get("at", {})
        flow = self._seen.site.flows.get(str(at.get("flow")))
        node = None if flow is None else flow.nodes.get(str(at.get("node")))
        return state.get("hold") is None and isinstance(node, ConsentNode) and node.opt_out != keys

    async def _session(self) -> tuple[str, dict[str, Any]]:
        """What is being heard now, and where the call stands."""
        with self._clock.working():
            return await asyncio.to_thread(self._read)

    def _read(self) -> tuple[str, dict[str, Any]]:
        query = (
            select(CallSession.document, CallSession.state)
            .join(Call, Call.id == CallSession.call_id)
            .where(Call.carrier_sid == self._caller.sid)
        )
        with self._house.deps.db.begin() as session:
            row = session.execute(query).first()
        return ("", {}) if row is None else (row[0], row[1])

    async def _silent(self, silence: int | Duration) -> None:
        self._seen.listen(self._caller)
        self._seen.record.pass_over()
        if isinstance(silence, Duration):
            await self._clock.sleep(float(silence))
            return
        for _ in range(silence):
            await self._until(lambda: _last(self._caller, {"record", "gather"}) >= self._asked, float(PATIENCE))
            if _last(self._caller, {"record"}) >= self._asked:
                self._asked = _last(self._caller, {"record"}) + 1
            else:
                await self._question("")
            place = len(self._caller.notices)
            if not await self._until(lambda place=place: len(self._caller.notices) > place, 60.0):  # type: ignore[misc]
                raise Unmet("the caller is silent, and nothing follows", self._heard())

    async def _leaves_message(self, message: Duration | str) -> None:
        def recording() -> bool:
            return _last(self._caller, {"record"}) >= self._asked

        if not await self._until(recording, float(PATIENCE)):
            raise Unmet("the caller leaves a message, but nothing records one", self._heard())
        self._asked = _last(self._caller, {"record"}) + 1
        self._seen.listen(self._caller)
        self._seen.record.pass_over()
        await self._clock.sleep(2 * BREATH)
        await self._caller.says(message if isinstance(message, str) else "This is my message. Please call me back.")
        await self._caller.presses("#")

    async def _agent_answers(self) -> None:
        with self._clock.working():
            await asyncio.to_thread(self._house.sign_in)
        for _ in range(300):
            with self._clock.working():
                taken = await asyncio.to_thread(self._house.answer)
            if taken:
                break
            await self._clock.sleep(LOOK)
        else:
            raise Unmet("an agent answers, but the caller waits for nobody", self._heard())
        self._agent = await self._desk.rings(within_seconds=30.0)
        self._agent.accepts()
        if not await self._until(lambda: _last(self._caller, {"conference"}) >= 0, 30.0):
            raise Unmet("an agent answers, and is not connected", self._heard())
        self._seen.record.pass_over()
        self._asked = len(self._caller.notices)

    async def _queue(self, befalls: str) -> None:
        await self.look(SETTLE)
        queued = self._seen.queued
        if queued is None:
            raise Unmet(f"the queue {befalls}, but the caller waits in none", self._heard())
        with self._clock.working():
            befall = self._house.close_queue if befalls == "closes" else self._house.empty_queue
            await asyncio.to_thread(befall, queued.queue)
        await self.look(SETTLE)

    async def _agent_hangs_up(self) -> None:
        if self._agent is None:
            raise Unmet("the agent hangs up, but has not answered", todo="Write before it: - agent: answers")
        self._agent.hangs_up()
        self._agent = None
        await self._clock.sleep(SETTLE)

    async def _callback(self, wanted: str) -> None:
        await self.look(SETTLE)
        record = self._seen.record
        fresh = record.callbacks[record.promises_read :]
        record.promises_read = len(record.callbacks)
        if not fresh or fresh[-1] not in {wanted, {"moved": "promised"}.get(wanted, wanted)}:
            instead = f", and was {fresh[-1]}" if fresh else ""
            raise Unmet(f"a callback should be {wanted}{instead}", self._heard())


def _last(caller: Caller, kinds: set[str]) -> int:
    """The place of the last notice of these kinds; -1 when there is none."""
    for place in range(len(caller.notices) - 1, -1, -1):
        if caller.notices[place].get("kind") in kinds:
            return place
    return -1


def _prompts(document: str) -> int:
    """How much a document says within its last question."""
    gathers = list(ET.fromstring(document).iter("Gather")) if document else []  # noqa: S314 - the app's own
    return len(list(gathers[-1])) if gathers else 0
