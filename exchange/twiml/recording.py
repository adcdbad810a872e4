"""<Recording>, inside <Start> and <Stop>; and what every way to record has in common."""

from dataclasses import dataclass
from typing import Final, Literal, Self, cast

from exchange.recorder import Recorder
from exchange.recordings import Source, Wanted
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage

EVENTS: Final = ("in-progress", "completed", "absent")


def events_of(attributes: Attributes) -> frozenset[str]:
    """RecordingStatusCallbackEvent."""
    return frozenset(attributes.words("recordingStatusCallbackEvent", EVENTS, ("completed",)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlan:
    """How to record and whom to tell; the URL as it stands in the document."""

    track: str = "both"
    trim: bool = False
    callback: str = ""
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})

    def wanted(self, stage: Stage, *, source: Source, channels: int) -> Wanted:
        """The order to the recorder."""
        return Wanted(
            source=source,
            channels=channels if self.track == "both" else 1,
            track=cast("Literal['both', 'inbound', 'outbound']", self.track),
            trim=self.trim,
            callback=stage.absolute(self.callback) if self.callback else "",
            callback_method=self.callback_method,
            callback_events=self.callback_events,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Record the call in the background."""

    channels: int
    plan: RecordingPlan

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Recording>."""
        attributes = Attributes(element, notes)
        recording = cls(
            channels=2 if attributes.choice("channels", ("mono", "dual"), "dual") == "dual" else 1,
            plan=RecordingPlan(
                track=attributes.choice("track", ("both", "inbound", "outbound"), "both"),
                trim=attributes.choice("trim", ("trim-silence", "do-not-trim"), "do-not-trim") == "trim-silence",
                callback=attributes.text("recordingStatusCallback"),
                callback_method=attributes.method("recordingStatusCallbackMethod"),
                callback_events=events_of(attributes),
            ),
        )
        attributes.done("recordingConfigurationId")
        return recording

    def start(self, stage: Stage) -> None:
        """Begin; the document goes on at once."""
        wanted = self.plan.wanted(stage, source=Source.CALL_API, channels=self.channels)
        stage.exchange.part(Recorder).start(stage.leg, wanted)

    @staticmethod
    def stop(stage: Stage) -> None:
        """Stop what records the call, as <Stop><Recording/> says."""
        recorder = stage.exchange.part(Recorder)
        running = recorder.live(stage.leg.sid)
        if running is None:
            stage.complain(21220, "<Stop><Recording/>: nothing records this call")
        else:
            recorder.change(running, "stopped")
