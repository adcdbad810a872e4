"""Makes recordings of calls and conferences, to the sample, and tells the app of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exchange import recordings
from exchange.clock import Clock
from exchange.fields import moment
from exchange.legs import Leg
from exchange.recordings import Library, Recording, State, Wanted
from exchange.rooms import Room
from exchange.sound import FRAME, RATE, SILENT
from exchange.twiml.verb import Ask

if TYPE_CHECKING:
    from exchange.conferences import Told
    from exchange.exchange import Exchange


@dataclass(slots=True, eq=False)
class Tape:
    """Feeds one recording (port `legs.Tap`): begins and ends to the sample, and fills what the media lost."""

    recording: Recording
    clock: Clock
    next_sample: int

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:
        """20 ms of both sides."""
        begin = (tick - 1) * FRAME
        self._fill(begin)
        skip = self.next_sample - begin
        if skip < FRAME:
            self.recording.hear(inbound[skip:], outbound[skip:])
            self.next_sample = tick * FRAME

    def end(self) -> None:
        """The recording ends at this moment of the clock."""
        self._fill(round(self.clock.monotonic() * RATE))

    def _fill(self, until: int) -> None:
        missing = until - self.next_sample
        if missing > 0:
            quiet = bytes([SILENT]) * missing
            self.recording.hear(quiet, quiet)
            self.next_sample = until


class Recorder:
    """The exchange's part that records: `start…`, `change`, and the library of all recordings."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        folder = exchange.config.data_dir
        self.library = Library(folder=Path(folder) / "recordings" if folder else None)
        self._tapes: dict[str, tuple[Tape, Leg | Room]] = {}

    async def close(self) -> None:
        """Finish what still runs, so that no sound is lost with the exchange."""
        for sid in list(self._tapes):
            self._finish(self.library.recordings[sid])

    def start(self, leg: Leg, wanted: Wanted) -> Recording:
        """Record a call from this moment to its end, or until it is stopped."""
        recording = self._begin(wanted, call_sid=leg.sid)
        tape = self._tape(recording, leg)
        leg.taps.append(tape)
        leg.watchers.append(lambda changed: self._finish(recording) if changed.status.final else None)
        leg.sound_wanted()
        self._tell(recording, leg)
        return recording

    def start_room(self, room: Room, wanted: Wanted) -> Recording:
        """Record a conference, mono, from now on or from its start."""
        recording = self._begin(wanted, conference_sid=room.sid)

        def ended(told: "Told") -> None:
            if told.event == "conference-end":
                self._finish(recording)

        room.after.append(ended)
        room.listen(self._tape(recording, room))
        self._tell(recording, room.announcer)
        return recording

    def record_from_start(self, room: Room, wanted: Wanted) -> None:
        """Record a conference once its first two are connected: the music before is never recorded."""

        def started(told: "Told") -> None:
            if told.event == "conference-start":
                self.start_room(room, wanted)

        room.after.append(started)

    def change(self, recording: Recording, status: str, *, pause: Literal["skip", "silence"] = "silence") -> None:
        """Pause, resume or stop; raises `RecordingFinished`."""
        tape = self._tapes.get(recording.sid)
        if tape is not None:
            tape[0].end()
        recordings.change(recording, status, pause=pause)
        recording.updated = self._exchange.clock.now()
        if recording.state is State.STOPPED:
            self._finish(recording)

    def live(self, leg_or_room_sid: str) -> Recording | None:
        """The newest recording that still runs on this call or conference (REST's Twilio.CURRENT)."""
        running = (one for one in reversed(self.library.recordings.values()) if one.live)
        return next((one for one in running if leg_or_room_sid in {one.call_sid, one.conference_sid}), None)

    def url(self, recording: Recording) -> str:
        """Where the app fetches it; with .wav or .mp3 behind it."""
        config = self._exchange.config
        return f"{config.base_url}/2010-04-01/Accounts/{config.account_sid}/Recordings/{recording.sid}"

    def _begin(self, wanted: Wanted, *, call_sid: str = "", conference_sid: str = "") -> Recording:
        exchange = self._exchange
        recording = Recording(
            sid=exchange.ids.new("RE"),
            account_sid=exchange.config.account_sid,
            wanted=wanted,
            started=exchange.clock.now(),
            updated=exchange.clock.now(),
            call_sid=call_sid,
            conference_sid=conference_sid,
        )
        self.library.recordings[recording.sid] = recording
        return recording

    def _tape(self, recording: Recording, home: Leg | Room) -> Tape:
        clock = self._exchange.clock
        tape = Tape(recording, clock, round(clock.monotonic() * RATE))
        self._tapes[recording.sid] = (tape, home)
        return tape

    def _finish(self, recording: Recording) -> None:
        entry = self._tapes.pop(recording.sid, None)
        if entry is None:
            return
        tape, home = entry
        if recording.live:
            tape.end()
        taps = home.listeners if isinstance(home, Room) else home.taps
        if tape in taps:
            taps.remove(tape)
        recordings.finish(recording)
        recording.updated = self._exchange.clock.now()
        self.library.keep(recording)
        self._tell(recording, home.announcer if isinstance(home, Room) else home)

    def _tell(self, recording: Recording, leg: Leg) -> None:
        wanted = recording.wanted
        if wanted.callback and recording.state.value in wanted.callback_events:
            fields = recordings.status_fields(recording, url=self.url(recording), started=moment(recording.started))
            ask = Ask(url=wanted.callback, method=wanted.callback_method, params=tuple(fields.items()))
            self._exchange.webhooks.report(leg, ask)
