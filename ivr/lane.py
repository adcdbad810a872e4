"""Where a call goes on when its flow cannot: an apology, a person, else a message. Pure, and needs no site.

It speaks the engine's own language, events in and actions out, so that nothing else has to know of it.
"""

from call_flows.actions import Enqueue, HangUp, Pause, RecordMessage, Say
from call_flows.events import Event, HungUp, MessageRecorded, QueueEnded, QueueOutcome, WaitTurn
from ivr.sentences import Sentence, sentence
from ivr.twiml import Drawable

PERSON = "person"
MESSAGE = "message"
HOLD_SECONDS = 10.0


def enter(queue: str, language: str) -> tuple[str, tuple[Drawable, ...]]:
    """Apologise and wait for a person; where the site has no queue, take a message."""
    if not queue:
        return MESSAGE, _take_message(queue, language)
    return PERSON, (_say(Sentence.TROUBLE, language), Enqueue(queue=queue, rings=((0.0, {}),)))


def go_on(lane: str, event: Event, queue: str, language: str) -> tuple[str, tuple[Drawable, ...]]:
    """What comes next, and in which lane."""
    match event:
        case WaitTurn():
            return lane, (_say(Sentence.PLEASE_HOLD, language), Pause(HOLD_SECONDS))
        case QueueEnded(outcome=QueueOutcome.ANSWERED):
            return lane, (_say(Sentence.GOODBYE, language), HangUp())
        case QueueEnded():
            return MESSAGE, _take_message(queue, language)
        case MessageRecorded():
            return lane, (_say(Sentence.THANKS, language), HangUp())
        case HungUp():
            return lane, ()
        case _:
            return (lane, _take_message(queue, language)) if lane == MESSAGE else enter(queue, language)


def _take_message(queue: str, language: str) -> tuple[Drawable, ...]:
    return (_say(Sentence.LEAVE_MESSAGE, language), RecordMessage(queue=queue))


def _say(which: Sentence, language: str) -> Say:
    text, spoken = sentence(which, language)
    return Say(text, spoken)
