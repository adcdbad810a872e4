"""Enqueue, Leave and Pause: what lets time go by."""

import math

from twilio.twiml.voice_response import VoiceResponse

from call_flows.actions import Enqueue, Pause
from ivr.twiml.page import Page, plain

CARRIER_LIMIT = 5000
"""The carrier's queue is only the room to wait in: who waits how long and in which order is ours to say."""
MAX_NAME = 64


def draw_enqueue(action: Enqueue, into: VoiceResponse, page: Page) -> None:
    """Let the caller wait; the carrier asks again and again what he hears, and tells when the wait has ended."""
    into.enqueue(
        plain(action.queue)[:MAX_NAME],
        action=page.link("queued"),
        method="POST",
        wait_url=page.wait_link(),
        wait_url_method="POST",
        max_queue_size=CARRIER_LIMIT,
    )


def draw_leave(into: VoiceResponse) -> None:
    """End the wait from within."""
    into.leave()


def draw_pause(action: Pause, into: VoiceResponse, page: Page) -> None:
    """Stay silent, then come back. A waiting caller's document is asked for again by the carrier itself."""
    into.pause(length=max(1, math.ceil(action.seconds)))
    if not page.in_wait:
        into.redirect(page.link("resumed"), method="POST")
