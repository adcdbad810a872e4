"""Collect as `<Gather>`: keys, words or both, while the prompts are heard."""

import math

from twilio.twiml.voice_response import Gather, VoiceResponse

from call_flows.actions import Collect
from ivr.twiml.page import Page, plain
from ivr.twiml.speech import draw_prompt

MAX_HINTS = 500
MAX_HINT_LENGTH = 100


def draw_collect(action: Collect, into: VoiceResponse, page: Page) -> None:
    """Gather, and come back in any case: silence is an answer too."""
    gather = Gather(
        input="dtmf speech" if action.keys and action.speech else "speech" if action.speech else "dtmf",
        action=page.link("gathered"),
        method="POST",
        timeout=max(1, math.ceil(action.timeout)),
        num_digits=action.max_digits if action.keys else None,
        finish_on_key=action.finish_on_key if action.keys else None,
        action_on_empty_result=True,
        speech_timeout="auto" if action.speech else None,
        hints=_hints(action.hints) if action.speech and action.hints else None,
        language=action.language if action.speech else None,
        profanity_filter=False if action.speech else None,
        barge_in=action.barge_in if action.speech else None,
    )
    for prompt in action.prompts:
        draw_prompt(prompt, gather, page)
    into.append(gather)


def _hints(hints: tuple[str, ...]) -> str:
    """The phrases expected; a comma parts one from the next, so none may hold one."""
    phrases = (" ".join(plain(hint).replace(",", " ").split())[:MAX_HINT_LENGTH] for hint in hints[:MAX_HINTS])
    return ",".join(phrase for phrase in phrases if phrase)
