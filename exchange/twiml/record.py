"""<Record>: records the caller until a key, a silence, the longest length or the hang-up, and asks its action."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

from exchange.clock import within
from exchange.mixer import loudness
from exchange.recorder import Recorder
from exchange.recordings import Recording, Source, Wanted
from exchange.sound import FRAME_SECONDS
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Interruption, Stage
from exchange.twiml.verb import Outcome, Proceed, Verb

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SPEAKING: Final = 0.01  # loudness above which a frame counts as somebody speaking
EVENTS: Final = ("in-progress", "completed", "absent")
NOT_TRANSCRIBED: Final = 13619


@dataclass(slots=True)
class Quiet:
    """A tap that notices when nobody has spoken for so many seconds; 0 never."""

    seconds: float
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _ticks: int = 0

    def frames(self, _tick: int, inbound: bytes, _outbound: bytes) -> None:
        """20 ms more."""
        self._ticks = 0 if loudness(inbound) > SPEAKING else self._ticks + 1
        if self.seconds and self._ticks * FRAME_SECONDS >= self.seconds:
            self.reached.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Verb):
    """Take a message. A message without sound is none: the next verb follows and no action is asked."""

    action: str = ""
    method: str = "POST"
    timeout: int = 5
    finish_keys: frozenset[str] = frozenset("1234567890*#")
    longest: int = 3600
    beep: bool = True
    wanted: Wanted

    name: ClassVar[str] = "Record"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Record>."""
        attributes = Attributes(element, notes)
        transcribe = attributes.flag("transcribe", default=False)
        if transcribe:
            notes.add("this exchange does not transcribe a <Record>", element, code=NOT_TRANSCRIBED)
        record = cls(
            action=attributes.text("action"),
            method=attributes.method(),
            timeout=attributes.number("timeout", 5),
            finish_keys=frozenset(attributes.text("finishOnKey", "1234567890*#")),
            longest=attributes.number("maxLength", 120 if transcribe else 3600, least=1, most=86_400),
            beep=attributes.flag("playBeep", default=True),
            wanted=Wanted(
                source=Source.RECORD_VERB,
                track="inbound",
                trim=attributes.choice("trim", ("trim-silence", "do-not-trim"), "trim-silence") == "trim-silence",
                callback=attributes.text("recordingStatusCallback"),
                callback_method=attributes.method("recordingStatusCallbackMethod"),
                callback_events=frozenset(attributes.words("recordingStatusCallbackEvent", EVENTS, ("completed",))),
            ),
        )
        attributes.done("transcribeCallback", "recordingConfigurationId")
        return record

    async def perform(self, stage: Stage) -> Outcome:
        """Beep, record, and ask the action with what was recorded."""
        if self.beep:
            stage.leg.cue("beep")
            await stage.leg.play(stage.exchange.senses.prompts.beep())
        stage.leg.cue("record", f"up to {self.longest} s")
        recorder = stage.exchange.part(Recorder)
        recording = recorder.start(stage.leg, self._wanted_at(stage))
        with stage.if_interrupted(self._last_word(stage, recorder, recording)):
            key = await self._wait(stage)
        recorder.change(recording, "stopped")
        if not recording.seconds:
            return Proceed()
        params = _result(recorder, recording) | ({"Digits": key} if key else {})
        return stage.goto(self.action, method=self.method, params=params)

    async def _wait(self, stage: Stage) -> str:
        """The key that ended the message; empty when silence or length did."""
        keys: asyncio.Queue[str] = asyncio.Queue()
        quiet = Quiet(self.timeout)
        with stage.leg.keys(keys.put_nowait), stage.leg.tapped(quiet):
            finished = asyncio.ensure_future(self._finish_key(keys))
            silent = asyncio.ensure_future(quiet.reached.wait())
            either = asyncio.wait({finished, silent}, return_when=asyncio.FIRST_COMPLETED)
            try:
                await within(stage.exchange.clock, self.longest, either)
            except TimeoutError:
                return ""
            finally:
                silent.cancel()
                finished.cancel()
        return finished.result() if finished.done() and not finished.cancelled() else ""

    async def _finish_key(self, keys: "asyncio.Queue[str]") -> str:
        while True:
            key = await keys.get()
            if key in self.finish_keys:
                return key

    def _wanted_at(self, stage: Stage) -> Wanted:
        wanted = self.wanted
        return replace(wanted, callback=stage.absolute(wanted.callback)) if wanted.callback else wanted

    def _last_word(
        self, stage: Stage, recorder: Recorder, recording: Recording
    ) -> "Callable[[Interruption], Awaitable[None]]":
        async def told(why: Interruption) -> None:
            if recording.live:
                recorder.change(recording, "stopped")
            if why is Interruption.HANGUP and recording.seconds:
                params = _result(recorder, recording) | {"Digits": "hangup"}
                stage.tell(self.action or stage.url, params, method=self.method)

        return told


def _result(recorder: Recorder, recording: Recording) -> dict[str, str]:
    return {
        "RecordingUrl": recorder.url(recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.seconds),
    }
