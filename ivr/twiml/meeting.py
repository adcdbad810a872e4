"""Documents with which the parties of a call come together in its conference."""

from twilio.twiml.voice_response import Dial, VoiceResponse

from ivr.twiml.document import finished
from ivr.twiml.listening import draw_recording_start, draw_stream_start
from ivr.twiml.page import Page
from ivr.twiml.speech import speak

EVENTS = "start end join leave mute hold"


def agent_joins(page: Page, reservation_id: str) -> str:
    """The agent's leg: heard along where the caller has agreed; begins the conference and ends it by leaving."""
    response = VoiceResponse()
    draw_stream_start(response, page)
    _conference(response, page, reservation_id, begins=True)
    return finished(response, page.call_id)


def caller_joins(page: Page, reservation_id: str) -> str:
    """The caller's leg, fetched out of the queue: whoever leaves, the caller comes back to the flow if still there."""
    response = VoiceResponse()
    _conference(response, page, reservation_id, begins=False, action=page.link("answered"))
    return finished(response, page.call_id)


def customer_joins(page: Page, reservation_id: str, *, recorded: bool) -> str:
    """The customer's leg of a callback."""
    response = VoiceResponse()
    if recorded:
        draw_recording_start(response, page)
    draw_stream_start(response, page)
    _conference(response, page, reservation_id, begins=True)
    return finished(response, page.call_id)


def whisper(text: str, language: str) -> str:
    """What a dialled party hears before being connected."""
    response = VoiceResponse()
    speak(text, language, response)
    return finished(response, "whisper")


def _conference(
    response: VoiceResponse, page: Page, reservation_id: str, *, begins: bool, action: str | None = None
) -> None:
    dial = Dial(action=action, method="POST" if action else None)
    dial.conference(
        page.call_id,
        beep="false",
        start_conference_on_enter=begins,
        end_conference_on_exit=True,
        status_callback=f"{page.status_link('conference')}?reservation={reservation_id}",
        status_callback_event=EVENTS,
        status_callback_method="POST",
    )
    response.append(dial)
