"""Dial: another party on the line."""

import math
from typing import assert_never

from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import VoiceResponse

from call_flows.actions import Dial, DialTarget
from ivr.twiml.page import Page, plain


def draw_dial(action: Dial, into: VoiceResponse, page: Page) -> None:
    """Connect the caller to a number, an agent's desk or a SIP address; come back when that has ended."""
    dial = DialVerb(
        action=page.link("dialled"),
        method="POST",
        timeout=max(1, math.ceil(action.timeout)),
        caller_id=plain(action.caller_id) or None,
        answer_on_bridge=True,
    )
    whisper = page.link("whisper") if action.whisper else None
    address = plain(action.address)
    match action.target:
        case DialTarget.NUMBER:
            dial.number(address, url=whisper, method="POST" if whisper else None)
        case DialTarget.AGENT:
            dial.client(address, url=whisper, method="POST" if whisper else None)
        case DialTarget.SIP:
            dial.sip(address, url=whisper, method="POST" if whisper else None)
        case _:
            assert_never(action.target)
    into.append(dial)
