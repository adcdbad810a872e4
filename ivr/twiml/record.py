"""RecordMessage as `<Record>`: a message after the tone."""

import math

from twilio.twiml.voice_response import VoiceResponse

from call_flows.actions import RecordMessage
from ivr.twiml.page import Page


def draw_message(action: RecordMessage, into: VoiceResponse, page: Page) -> None:
    """Take a message; its sound is told of twice, when the caller is done and when it is ready to be fetched.

    Silence is trimmed, so that a caller who says nothing has left no message: the carrier then does not ask the action
    but goes on with the next verb, which brings the same news.
    """
    into.record(
        action=page.link("recorded"),
        method="POST",
        max_length=max(1, math.ceil(action.max_seconds)),
        timeout=max(1, math.ceil(action.silence_seconds)),
        finish_on_key=action.finish_on_key,
        play_beep=action.beep,
        trim="trim-silence",
        recording_status_callback=f"{page.status_link('recording')}?kind={'comment' if action.comment else 'message'}",
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    into.redirect(page.link("recorded"), method="POST")
