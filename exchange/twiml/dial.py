"""<Dial>: connects the caller to numbers, clients, a conference or the next one of a queue."""

from dataclasses import dataclass, field
from typing import ClassVar, Final, Self

from exchange.dialling import Dialled, ring_and_talk
from exchange.recorder import Recorder
from exchange.recordings import Recording, Source
from exchange.status import CallStatus
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.client import Client
from exchange.twiml.conference import Conference
from exchange.twiml.elements import Element
from exchange.twiml.number import Number
from exchange.twiml.queue import Queue
from exchange.twiml.recording import RecordingPlan, events_of
from exchange.twiml.stage import Interruption, Stage
from exchange.twiml.verb import Outcome, Proceed, Verb

RECORD: Final = (
    "do-not-record",
    "true",
    "false",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
)
Noun = Number | Client | Conference | Queue
_NOUNS: Final[dict[str, type[Number] | type[Client] | type[Conference] | type[Queue]]] = {
    "Number": Number,
    "Client": Client,
    "Conference": Conference,
    "Queue": Queue,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Verb):
    """Connect the caller. Several numbers and clients ring at once and the first to answer wins."""

    nouns: tuple[Noun, ...]
    action: str = ""
    method: str = "POST"
    timeout: int = 30
    time_limit: int = 14_400
    caller_id: str = ""
    hang_up_on_star: bool = False
    answer_on_bridge: bool = False
    sequential: bool = False
    record: str = "do-not-record"
    plan: RecordingPlan = field(default_factory=RecordingPlan)

    name: ClassVar[str] = "Dial"
    answers: ClassVar[bool] = False  # with answerOnBridge only the bridge answers

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Dial>."""
        attributes = Attributes(element, notes)
        dial = cls(
            nouns=_nouns(element, notes),
            action=attributes.text("action"),
            method=attributes.method(),
            timeout=attributes.number("timeout", 30, least=1, most=600),
            time_limit=attributes.number("timeLimit", 14_400, least=1, most=86_400),
            caller_id=attributes.text("callerId"),
            hang_up_on_star=attributes.flag("hangupOnStar", False),
            answer_on_bridge=attributes.flag("answerOnBridge", False),
            sequential=attributes.flag("sequential", False),
            record=attributes.choice("record", RECORD, "do-not-record"),
            plan=RecordingPlan(
                track=attributes.choice("recordingTrack", ("both", "inbound", "outbound"), "both"),
                trim=attributes.choice("trim", ("trim-silence", "do-not-trim"), "do-not-trim") == "trim-silence",
                callback=attributes.text("recordingStatusCallback"),
                callback_method=attributes.method("recordingStatusCallbackMethod"),
                callback_events=events_of(attributes),
            ),
        )
        attributes.done("ringTone", "referUrl", "referMethod", "callReason", "recordingConfigurationId", "events")
        return dial

    async def perform(self, stage: Stage) -> Outcome:
        """Connect, wait for the end of it, and ask the action what comes next."""
        dialled = Dialled()
        if not self.nouns:
            stage.complain(13201, "<Dial> has nobody to connect to")
            return Proceed()
        if not self.answer_on_bridge and stage.leg.status is CallStatus.RINGING:
            stage.leg.answer()

        async def interrupted(why: Interruption) -> None:
            if why is Interruption.HANGUP and self.action:
                stage.tell(self.action, dialled.fields(stage), method=self.method)

        with stage.if_interrupted(interrupted):
            try:
                if "ringing" in self.record:
                    dialled.recording = self._record(stage)
                await self._connect(stage, dialled)
            finally:
                self._stop_recording(stage, dialled.recording)
        if not self.action:
            return Proceed()
        return stage.goto(self.action, method=self.method, params=dialled.fields(stage))

    async def _connect(self, stage: Stage, dialled: Dialled) -> None:
        first = self.nouns[0]

        def answered() -> None:
            if self.record not in {"do-not-record", "false"} and dialled.recording is None:
                dialled.recording = self._record(stage)

        if isinstance(first, Conference | Queue):
            if stage.leg.status is CallStatus.RINGING:
                stage.leg.answer()
            answered()
            await first.connect(stage, dialled, timeout=self.timeout, hang_up_on_star=self.hang_up_on_star)
            return
        parties = [noun for noun in self.nouns if isinstance(noun, Number | Client)]
        await ring_and_talk(stage, self, parties, dialled, answered)

    def _record(self, stage: Stage) -> Recording:
        channels = 2 if self.record.endswith("-dual") else 1
        return stage.exchange.part(Recorder).start(
            stage.leg, self.plan.wanted(stage, source=Source.DIAL, channels=channels)
        )

    def _stop_recording(self, stage: Stage, recording: Recording | None) -> None:
        if recording is not None and recording.live:
            stage.exchange.part(Recorder).change(recording, "stopped")


def _nouns(element: Element, notes: Notes) -> tuple[Noun, ...]:
    nouns: list[Noun] = []
    for child in element.children:
        kind = _NOUNS.get(child.name)
        if kind is None:
            notes.add(f"<{child.name}> cannot be dialled from this exchange", child)
        else:
            nouns.append(kind.read(child, notes))
    if element.text:
        nouns.append(Number(number=element.text))
    alone = next((noun for noun in nouns if isinstance(noun, Conference | Queue)), None)
    if alone is not None and len(nouns) > 1:
        notes.add("<Conference> and <Queue> stand alone in a <Dial>", element)
        return (alone,)
    if len(nouns) > 10:  # noqa: PLR2004 - Twilio's limit of parties dialled at once
        notes.add("<Dial> rings at most ten at once", element)
    return tuple(nouns[:10])
