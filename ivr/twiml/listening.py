"""Streams and recordings: who listens along, from where and until when."""

from twilio.twiml.voice_response import Start, Stop, VoiceResponse

from ivr.twiml.page import Page

STREAM_NAME = "listen"


def draw_stream_start(into: VoiceResponse, page: Page) -> None:
    """Send what this party says to the media process; without an address the call goes on unheard."""
    if not page.stream_url:
        return
    start = Start()
    start.stream(
        name=STREAM_NAME,
        url=page.stream_url,
        track="inbound_track",
        status_callback=page.status_link("stream"),
        status_callback_method="POST",
    )
    into.append(start)


def draw_stream_stop(into: VoiceResponse) -> None:
    """Listen no more; what has been said so far is kept."""
    stop = Stop()
    stop.stream(name=STREAM_NAME)
    into.append(stop)


def draw_recording_start(into: VoiceResponse, page: Page) -> None:
    """Record both sides apart from here: channel 1 what the caller says, channel 2 what the caller hears."""
    start = Start()
    start.recording(
        channels="dual",
        track="both",
        trim="do-not-trim",
        recording_status_callback=page.status_link("recording"),
        recording_status_callback_method="POST",
        recording_status_callback_event="in-progress completed absent",
    )
    into.append(start)
