"""The Recordings resource, of the account, of a call and of a conference; and their sound."""

import asyncio
import io
import wave
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np

from exchange.fields import API_VERSION, moment
from exchange.recorder import Recorder
from exchange.recordings import Recording, RecordingFinished, Source, State, Wanted, wav_as_mp3
from exchange.rest.errors import RestError
from exchange.rest.pages import dated, matching, page
from exchange.rest.request import Reply, RestRequest, Route, created, nothing, ok
from exchange.status import CallStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

CURRENT: Final = "Twilio.CURRENT"
_EVENTS: Final = ("in-progress", "completed", "absent")


def represent(request: RestRequest, one: Recording) -> dict[str, object]:
    """A recording as REST shows it."""
    uri = request.uri("Recordings", one.sid)
    if one.live and one.call_sid:
        uri = request.uri("Calls", one.call_sid, "Recordings", one.sid)
    shown: dict[str, object] = {
        "account_sid": one.account_sid,
        "api_version": API_VERSION,
        "call_sid": one.call_sid or None,
        "conference_sid": one.conference_sid or None,
        "date_created": moment(one.started),
        "date_updated": moment(one.updated),
        "start_time": moment(one.started),
        "duration": "-1" if one.live else str(one.seconds),
        "sid": one.sid,
        "price": None,
        "price_unit": "USD",
        "status": one.state.value,
        "channels": one.wanted.channels,
        "source": one.wanted.source.value,
        "error_code": one.error_code,
        "uri": f"{uri}.json",
        "encryption_details": None,
    }
    if "call" in request.names:
        shown["track"] = one.wanted.track
    elif "conference" not in request.names:
        shown["subresource_uris"] = {
            "add_on_results": f"{uri}/AddOnResults.json",
            "transcriptions": f"{uri}/Transcriptions.json",
        }
        shown["media_url"] = request.exchange.part(Recorder).url(one)
    return shown


def wanted_by(request: RestRequest, *, source: Source, channels: int) -> Wanted:
    """The order a form gives to the recorder."""
    track = request.form.choice("RecordingTrack", ("both", "inbound", "outbound"), "both")
    return Wanted(
        source=source,
        channels=channels if track == "both" else 1,
        track=cast("Literal['both', 'inbound', 'outbound']", track),
        trim=request.form.choice("Trim", ("trim-silence", "do-not-trim"), "do-not-trim") == "trim-silence",
        callback=request.form.url("RecordingStatusCallback"),
        callback_method=request.form.method("RecordingStatusCallbackMethod"),
        callback_events=frozenset(
            word for word in request.form.words("RecordingStatusCallbackEvent", ("completed",)) if word in _EVENTS
        ),
    )


def create(request: RestRequest) -> Reply:
    """Begin to record a live call."""
    leg = request.leg()
    if leg.status is not CallStatus.IN_PROGRESS:
        raise RestError(400, 21220, "Requested resource is not eligible for recording")
    channels = 2 if request.form.choice("RecordingChannels", ("mono", "dual"), "mono") == "dual" else 1
    wanted = wanted_by(request, source=Source.CALL_API, channels=channels)
    return created(represent(request, request.exchange.part(Recorder).start(leg, wanted)))


def listing(request: RestRequest) -> Reply:
    """Recordings, the newest first: of everything, of a call, of a conference."""
    every = reversed(list(request.exchange.part(Recorder).library.recordings.values()))
    own = [one for one in every if _belongs(request, one)]
    if "call" not in request.names and "conference" not in request.names:
        own = matching(request, own, CallSid=lambda one: one.call_sid, ConferenceSid=lambda one: one.conference_sid)
    own = dated(request, own, "DateCreated", lambda one: one.started)
    return page(request, "recordings", own, represent)


def fetch(request: RestRequest) -> Reply:
    """One recording."""
    return ok(represent(request, _recording(request)))


def update(request: RestRequest) -> Reply:
    """Pause, resume or stop."""
    recording = _recording(request)
    status = request.form.choice("Status", ("in-progress", "paused", "stopped"))
    pause = cast("Literal['skip', 'silence']", request.form.choice("PauseBehavior", ("skip", "silence"), "silence"))
    request.form.needed("Status")
    try:
        request.exchange.part(Recorder).change(recording, status, pause=pause)
    except RecordingFinished as problem:
        raise RestError(400, 21220, f"Unable to update recording: {problem}") from problem
    return ok(represent(request, recording))


def delete(request: RestRequest) -> Reply:
    """Delete the sound and the entry; a live one is stopped first."""
    recorder, sid = request.exchange.part(Recorder), request.names["recording"]
    if sid in recorder.library.recordings or sid == CURRENT:
        recording = _recording(request)
        if recording.live:
            recorder.change(recording, "stopped")
        sid = recording.sid
    if not recorder.library.delete(sid):
        raise request.gone()
    return nothing()


async def media(request: RestRequest) -> Reply:
    """The sound, as .wav or .mp3; 404 until the recording is completed. RequestedChannels=1 mixes a dual one down."""
    sid, _, kind = request.names["recording"].partition(".")
    library = request.exchange.part(Recorder).library
    wav = library.wav(sid)
    if wav is None or kind not in {"", "wav", "mp3"}:
        raise request.gone()
    if request.query.get("RequestedChannels") == "1":
        wav = mixed_down(wav)
    if kind != "mp3":
        return Reply(200, media=wav, media_type="audio/x-wav")
    with request.exchange.clock.working():
        return Reply(200, media=await asyncio.to_thread(wav_as_mp3, wav), media_type="audio/mpeg")


def mixed_down(wav: bytes) -> bytes:
    """A WAV of several channels as one of one."""
    with wave.open(io.BytesIO(wav)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        rate = file.getframerate()
    mono = np.clip(frames.astype(np.int32).sum(axis=1), -32768, 32767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(mono.tobytes())
    return out.getvalue()


def _recording(request: RestRequest) -> Recording:
    recorder, sid = request.exchange.part(Recorder), request.names["recording"]
    home = request.names.get("call") or request.names.get("conference") or ""
    found = recorder.live(home) if sid == CURRENT and home else recorder.library.recordings.get(sid)
    if found is None or found.state is State.DELETED or not _belongs(request, found):
        raise request.gone()
    return found


def _belongs(request: RestRequest, one: Recording) -> bool:
    names: Mapping[str, str] = request.names
    return names.get("call", one.call_sid) == one.call_sid and names.get("conference", one.conference_sid) == (
        one.conference_sid
    )


ROUTES: Final = (
    Route("GET", "/Recordings.json", listing),
    Route("GET", "/Recordings/{recording}.json", fetch),
    Route("DELETE", "/Recordings/{recording}.json", delete),
    Route("GET", "/Recordings/{recording}", media),
    Route("POST", "/Calls/{call}/Recordings.json", create),
    Route("GET", "/Calls/{call}/Recordings.json", listing),
    Route("GET", "/Calls/{call}/Recordings/{recording}.json", fetch),
    Route("POST", "/Calls/{call}/Recordings/{recording}.json", update),
    Route("DELETE", "/Calls/{call}/Recordings/{recording}.json", delete),
    Route("GET", "/Conferences/{conference}/Recordings.json", listing),
    Route("GET", "/Conferences/{conference}/Recordings/{recording}.json", fetch),
    Route("POST", "/Conferences/{conference}/Recordings/{recording}.json", update),
    Route("DELETE", "/Conferences/{conference}/Recordings/{recording}.json", delete),
)
