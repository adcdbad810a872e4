"""What the engine asks of ourselves in a dialogue: the outside world is asked, everything else is written down."""

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from call_flows.actions import (
    ChangeCustomer,
    Fetch,
    FindCustomer,
    KeepComment,
    KeepScore,
    NoteConsent,
    PauseRecording,
    RaiseAlert,
    ResumeRecording,
    SendMessage,
    StartRecording,
    StopRecording,
    TagCall,
    TakeCard,
)
from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.events import Event
from call_flows.facts import Facts, OpenCallback
from call_flows.scenario.record import Record

if TYPE_CHECKING:
    from call_flows.scenario.conversation import Conversation

Inside = Fetch | FindCustomer | ChangeCustomer | SendMessage | PromiseCallback | ChangeCallback | TakeCard
"""Asks the outside world, and waits for what it answers."""
Ours = (
    StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | NoteConsent
    | TagCall
    | RaiseAlert
    | KeepScore
    | KeepComment
)


def ask(call: "Conversation", action: Inside) -> tuple[Event, float]:
    """What the outside world answers, and how long it takes."""
    record, facts = call.record, call.facts()
    match action:
        case Fetch():
            record.asked.append(action)
            return call.outside.fetched(action, facts)
        case FindCustomer():
            return call.outside.customer(action, facts), 0.0
        case ChangeCustomer():
            return _changed(call, action), 0.0
        case SendMessage():
            answer = call.outside.message(action, facts)
            if answer.taken:
                record.messages.append(action)
            return answer, 0.0
        case PromiseCallback() | ChangeCallback():
            return _callback(call, action, facts), 0.0
        case TakeCard():
            for prompt in action.prompts:
                record.hear(prompt.text, prompt.language)
            paid = call.outside.payment(action, facts)
            record.paid = action if paid.taken else record.paid
            return paid, 20.0
        case _:
            assert_never(action)


def _callback(call: "Conversation", action: PromiseCallback | ChangeCallback, facts: Facts) -> Event:
    if isinstance(action, PromiseCallback):
        return _promised(call, action, facts)
    return _callback_changed(call, action, facts)


def _promised(call: "Conversation", action: PromiseCallback, facts: Facts) -> Event:
    """What is promised is owed from now on; one there is already moves."""
    answer, scene = call.outside.promise(action, facts), call.scene
    if action.tentative:
        return answer
    call.record.promises.append((action, answer.reason))
    others = tuple(one for one in scene.callbacks if (one.queue, one.number) != (action.queue, action.number))
    moved = len(others) < len(scene.callbacks)
    call.record.callbacks.append("refused" if answer.reason else "moved" if moved else "promised")
    if not answer.reason and action.number == scene.caller.number:
        scene.callbacks = (*others, OpenCallback(action.queue, action.number, action.due_at, action.zone))
    return replace(answer, facts=call.facts())


def _callback_changed(call: "Conversation", action: ChangeCallback, facts: Facts) -> Event:
    answer, scene = call.outside.change(action, facts), call.scene
    if not answer.reason:
        call.record.callbacks.append("used" if action.use else "cancelled")
        scene.callbacks = tuple(one for one in scene.callbacks if one.queue != action.queue)
    return replace(answer, facts=call.facts())


def _changed(call: "Conversation", action: ChangeCustomer) -> Event:
    """The record changes; that of the caller shows in the facts from now on."""
    caller = call.scene.caller
    if action.number == caller.number and (caller.known or action.create):
        tags = (*(tag for tag in caller.tags if tag not in action.drop_tags), *action.add_tags)
        values = action.values
        call.scene.caller = replace(
            caller,
            known=True,
            name=values.get("name", caller.name),
            tier=values.get("tier", caller.tier),
            language=values.get("language", caller.language),
            tags=tuple(dict.fromkeys(tags)),
        )
    answer = call.outside.customer(action, call.facts())
    return replace(answer, known=caller.known) if action.number == caller.number and not answer.error else answer


def keep(record: Record, action: Ours) -> None:
    """Write down what the flow does besides talking."""
    match action:
        case StartRecording() | ResumeRecording():
            record.recording = True
        case PauseRecording() | StopRecording():
            record.recording = False
        case NoteConsent(given=given):
            record.consent = given
        case TagCall(tag=tag):
            record.tags.append(tag)
        case RaiseAlert():
            record.alerts.append(action)
        case KeepScore():
            record.scores = [one for one in record.scores if one.node != action.node] + [action]
        case KeepComment():
            record.comments.append(action)
        case _:
            assert_never(action)
