"""A step's actions as one document: which file draws which action."""

from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

from call_flows.actions import (
    Collect,
    Dial,
    EndingAction,
    Enqueue,
    HangUp,
    ImmediateAction,
    KeepComment,
    KeepScore,
    LeaveQueue,
    NoteConsent,
    Pause,
    PauseRecording,
    Play,
    RaiseAlert,
    RecordMessage,
    Refuse,
    ResumeRecording,
    Say,
    StartRecording,
    StopRecording,
    TagCall,
    TakeCard,
    WaitingAction,
)
from foundation.errors import Problem
from ivr.twiml.collect import draw_collect
from ivr.twiml.dial import draw_dial
from ivr.twiml.listening import draw_recording_start, draw_stream_start, draw_stream_stop
from ivr.twiml.page import CALL, MAX_BYTES, STEP, STREAM, DocumentTooLarge, Page, holdable
from ivr.twiml.pay import draw_pay
from ivr.twiml.record import draw_message
from ivr.twiml.speech import draw_prompt
from ivr.twiml.waiting import draw_enqueue, draw_leave, draw_pause

Drawable = ImmediateAction | WaitingAction | EndingAction


def render(actions: Sequence[Drawable], page: Page) -> str:
    """The document. Raises DocumentTooLarge where a carrier would not read it to its end.

    A menu is the same for every caller but for where its links lead: such a document is drawn once and kept.
    """
    try:
        place = f"wait/{STEP}" if page.in_wait else STEP
        stream = STREAM if page.stream_url else ""
        template = Page(page.base_url, CALL, place, page.site_version, page.prompts, stream)
        kept = _drawn_once(tuple(actions), template)
    except TypeError:  # an action that holds a mapping cannot be a key
        return _draw_all(actions, page)
    text = kept.replace(CALL, page.call_id).replace(STEP, page.step.removeprefix("wait/"))
    return text.replace(STREAM, page.stream_url) if page.stream_url else text


@lru_cache(maxsize=512)
def _drawn_once(actions: tuple[Drawable, ...], template: Page) -> str:
    return _draw_all(actions, template)


def _draw_all(actions: Sequence[Drawable], page: Page) -> str:
    response = VoiceResponse()
    for action in actions:
        draw(action, response, page)
    return finished(response, page.call_id)


def finished(response: VoiceResponse, where: str) -> str:
    """The document's text, within the carrier's limit; what XML cannot hold is left out wherever it stands."""
    _clean(response)
    text = response.to_xml()
    if len(text) > MAX_BYTES // 4 and len(text.encode()) > MAX_BYTES:
        raise DocumentTooLarge(
            Problem("twiml_size", "The document is over 64 KB.", where=where, todo="Shorten the prompts of this node.")
        )
    return str(text)


def _clean(node: TwiML) -> None:
    node.attrs = {name: holdable(value) for name, value in node.attrs.items()}
    node.value = holdable(node.value)
    for child in node.verbs:
        _clean(child)


def draw(action: Drawable, into: VoiceResponse, page: Page) -> None:
    """Draw one action into a document."""
    match action:
        case Say() | Play():
            draw_prompt(action, into, page)
        case StartRecording() | PauseRecording() | ResumeRecording() | StopRecording():
            _draw_listening(action, into, page)
        case NoteConsent() | TagCall() | RaiseAlert() | KeepScore() | KeepComment():
            return  # facts of ours: nothing to be heard
        case Collect() | Enqueue() | LeaveQueue() | Dial() | RecordMessage() | TakeCard() | Pause():
            _draw_waiting(action, into, page)
        case HangUp():
            into.hangup()
        case Refuse():
            into.reject(reason="busy" if action.reason == "busy" else "rejected")
        case _:
            assert_never(action)


def _draw_listening(
    action: StartRecording | PauseRecording | ResumeRecording | StopRecording, into: VoiceResponse, page: Page
) -> None:
    match action:
        case StartRecording():
            draw_recording_start(into, page)
            draw_stream_start(into, page)
        case ResumeRecording():
            draw_stream_start(into, page)
        case PauseRecording() | StopRecording():
            draw_stream_stop(into)
        case _:
            assert_never(action)


def _draw_waiting(action: WaitingAction, into: VoiceResponse, page: Page) -> None:
    match action:
        case Collect():
            draw_collect(action, into, page)
        case Enqueue():
            draw_enqueue(action, into, page)
        case LeaveQueue():
            draw_leave(into)
        case Dial():
            draw_dial(action, into, page)
        case RecordMessage():
            draw_message(action, into, page)
        case TakeCard():
            draw_pay(action, into, page)
        case Pause():
            draw_pause(action, into, page)
        case _:
            assert_never(action)
