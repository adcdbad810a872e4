"""Documents the house answers with by itself: for strangers, for faults, and to be asked again."""

from collections.abc import Sequence

from twilio.twiml.voice_response import VoiceResponse

from ivr.sentences import Sentence, sentence
from ivr.twiml.document import Drawable, draw, finished
from ivr.twiml.page import Page
from ivr.twiml.speech import speak

HOLD_SECONDS = 10


def farewell(which: Sentence, language: str = "en-US") -> str:
    """Say one sentence and hang up."""
    response = VoiceResponse()
    speak(*sentence(which, language), response)
    response.hangup()
    return finished(response, "farewell")


def nothing() -> str:
    """An empty document: there is nothing to be heard."""
    return finished(VoiceResponse(), "nothing")


def hold_on(language: str = "en-US") -> str:
    """What a waiting caller hears when the hold flow cannot be asked: he keeps the place, and we are asked again."""
    response = VoiceResponse()
    speak(*sentence(Sentence.PLEASE_HOLD, language), response)
    response.pause(length=HOLD_SECONDS)
    return finished(response, "hold_on")


def message_for_nobody(base_url: str, language: str = "en-US") -> str:
    """The last resort, which needs no database: apologise and take a message; the carrier keeps its sound."""
    response = VoiceResponse()
    speak(*sentence(Sentence.LEAVE_MESSAGE, language), response)
    response.record(
        action=f"{base_url}/voice/fallback/thanks",
        method="POST",
        max_length=120,
        timeout=5,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=f"{base_url}/voice/recording?kind=message",
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    return finished(response, "message_for_nobody")


def go_on_at(actions: Sequence[Drawable], page: Page) -> str:
    """The actions so far, then come back at once for the rest."""
    response = VoiceResponse()
    for action in actions:
        draw(action, response, page)
    response.redirect(page.link("resumed"), method="POST")
    return finished(response, page.call_id)
