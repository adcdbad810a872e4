"""<Conference>: a place in a conference, inside <Dial>."""

from dataclasses import dataclass, field
from typing import Final, Self

from exchange import conferences
from exchange.conferences import Left, Participant, Status
from exchange.dialling import Dialled
from exchange.music import DEFAULT_MUSIC, listen_while
from exchange.recorder import Recorder
from exchange.recordings import Source
from exchange.room_events import EVENTS, Subscription
from exchange.rooms import Room, Rooms, Seat
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.interpreter import ApplicationError
from exchange.twiml.recording import RecordingPlan, events_of
from exchange.twiml.stage import Interruption, Stage
from exchange.twiml.verb import Ask
from exchange.twiml.verb import Source as Document

WAIT_VERBS: Final = frozenset({"Play", "Say", "Pause", "Redirect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """Join the conference of this name."""

    name: str
    participant: Participant  # without its call
    wait_url: str | None = None  # None: the exchange's own music; empty: silence
    wait_method: str = "POST"
    max_participants: int = 250
    record: bool = False
    plan: RecordingPlan = field(default_factory=RecordingPlan)
    status_callback: str = ""
    status_method: str = "POST"
    status_words: tuple[str, ...] = ()

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Conference>."""
        attributes = Attributes(element, notes)
        conference = cls(
            name=element.text,
            participant=_participant(attributes),
            wait_url=attributes.text("waitUrl") if "waitUrl" in element.attributes else None,
            wait_method=attributes.method("waitMethod"),
            max_participants=attributes.number("maxParticipants", 250, least=1, most=250),
            record=attributes.choice("record", ("do-not-record", "record-from-start"), "") == "record-from-start",
            plan=RecordingPlan(
                trim=attributes.choice("trim", ("trim-silence", "do-not-trim"), "trim-silence") == "trim-silence",
                callback=attributes.text("recordingStatusCallback"),
                callback_method=attributes.method("recordingStatusCallbackMethod"),
                callback_events=events_of(attributes),
            ),
            status_callback=attributes.text("statusCallback"),
            status_method=attributes.method("statusCallbackMethod"),
            status_words=attributes.words("statusCallbackEvent", EVENTS, ()),
        )
        attributes.done("region", "jitterBufferSize", "eventCallbackUrl", "recordingConfigurationId", "waitUrl")
        return conference

    async def connect(self, stage: Stage, dialled: Dialled, *, timeout: int, hang_up_on_star: bool) -> None:  # noqa: ARG002, ASYNC109 - one form for both nouns
        """Be in the conference until one leaves it or it ends."""
        room = self._room(stage)
        participant = conferences.of_call(self.participant, stage.leg.sid)
        refused = conferences.refusal(room.conference, participant)
        if refused is not None:
            stage.complain(int(refused.value), f"conference {self.name!r} refused the call: {refused.name.lower()}")
            dialled.status = "failed"
            return
        stage.leg.cue("conference", self.name)
        seat = room.enter(stage.leg, participant, waiting=self._waiting(stage), holding=DEFAULT_MUSIC)
        dialled.bridged, dialled.status = True, "answered"
        await _stay(stage, room, seat, dialled, hang_up_on_star=hang_up_on_star)

    def _room(self, stage: Stage) -> Room:
        url = stage.absolute(self.status_callback) if self.status_callback else ""
        words = frozenset(self.status_words)
        subscription = Subscription(url=url, method=self.status_method, words=words)
        rooms = stage.exchange.part(Rooms)
        begun = rooms.named(self.name) is None
        room = rooms.open(self.name, subscription=subscription, max_participants=self.max_participants)
        if begun and self.record:
            wanted = self.plan.wanted(stage, source=Source.CONFERENCE, channels=1)
            stage.exchange.part(Recorder).record_from_start(room, wanted)
        return room

    def _waiting(self, stage: Stage) -> Document | None:
        if self.wait_url is None:
            return DEFAULT_MUSIC
        return Ask(url=stage.absolute(self.wait_url), method=self.wait_method) if self.wait_url else None


async def _stay(stage: Stage, room: Room, seat: Seat, dialled: Dialled, *, hang_up_on_star: bool) -> None:
    async def interrupted(why: Interruption) -> None:
        room.leave(stage.leg.sid, why=Left.UPDATED if why is Interruption.REDIRECT else Left.HUNG_UP)

    def pressed(digit: str) -> None:
        if hang_up_on_star and digit == "*":
            room.leave(stage.leg.sid)

    with stage.if_interrupted(interrupted), stage.leg.keys(pressed):
        while not seat.out.is_set():
            seat.changed.clear()
            document, again = room.music_for(stage.leg.sid)
            try:
                await listen_while(stage, document, again=again, until=seat.changed, allowed=WAIT_VERBS)
            except ApplicationError:
                if room.conference.status is not Status.INIT:
                    continue  # hold music that cannot be had is silence
                dialled.status = "failed"
                room.leave(stage.leg.sid)


def _participant(attributes: Attributes) -> Participant:
    beep = attributes.choice("beep", ("true", "false", "onEnter", "onExit"), "true")
    coach = attributes.text("coach")
    return Participant(
        call_sid="",
        label=attributes.text("participantLabel")[:128],
        muted=attributes.flag("muted", False),
        coaching=bool(coach),
        call_sid_to_coach=coach,
        start_conference_on_enter=attributes.flag("startConferenceOnEnter", True),
        end_conference_on_exit=attributes.flag("endConferenceOnExit", False),
        beep_on_enter=beep in {"true", "onEnter"},
        beep_on_exit=beep in {"true", "onExit"},
    )
