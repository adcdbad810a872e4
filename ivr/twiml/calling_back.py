"""Documents for a customer who is called back: press 1, music until an agent comes, the message for a machine."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from call_flows.actions import Play
from ivr.sentences import Sentence, sentence
from ivr.twiml.document import finished
from ivr.twiml.page import Page
from ivr.twiml.speech import draw_prompt, speak

PRESS_SECONDS = 10
MUSIC = "hold_music"
"""The site's prompt that a customer hears who holds the line."""
BREATH_SECONDS = 2
TAIL_SECONDS = 1


def press_one(page: Page, action: str, language: str, *, recorded: bool, hints: str) -> str:
    """A person presses a key or says yes; an answering machine does not."""
    response = VoiceResponse()
    gather = Gather(
        input="dtmf speech",
        num_digits=1,
        action=action,
        method="POST",
        timeout=PRESS_SECONDS,
        speech_timeout="auto",
        language=language,
        hints=hints,
        action_on_empty_result=True,
    )
    if recorded:
        speak(*sentence(Sentence.RECORDED, language), gather)
    for _ in range(2):
        speak(*sentence(Sentence.PRESS_ONE, language), gather)
    response.append(gather)
    return finished(response, page.call_id)


def hold_for_agent(page: Page, again: str, language: str, *, first: bool) -> str:
    """Music until an agent comes, never silence; we are asked again at its end."""
    response = VoiceResponse()
    if first:
        speak(*sentence(Sentence.AGENT_COMES, language), response)
    if any(name == MUSIC for _, name in page.prompts):
        draw_prompt(Play(MUSIC, language), response, page)
    else:
        speak(*sentence(Sentence.PLEASE_HOLD, language), response)
        response.pause(length=BREATH_SECONDS)
    response.redirect(again, method="POST")
    return finished(response, page.call_id)


def leave_message(page: Page, text: str, language: str) -> str:
    """What a machine records after its tone."""
    response = VoiceResponse()
    response.pause(length=TAIL_SECONDS)
    speak(text, language, response)
    response.hangup()
    return finished(response, page.call_id)
