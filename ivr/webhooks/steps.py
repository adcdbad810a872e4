"""What a waiting action brought: keys and words, a message, a dialled party, the end of a wait, a pause over."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request

from call_flows.events import (
    Collected,
    DialEnded,
    DialOutcome,
    Event,
    MessageRecorded,
    PaymentEnded,
    QueueEnded,
    QueueOutcome,
    Resumed,
)
from call_flows.facts import Facts
from foundation.calls import CallStatus
from ivr.perform import queue_outcome
from ivr.sessions import UnknownCall
from ivr.statuses import known_status
from ivr.store import Loaded
from ivr.twiml.apology import nothing
from ivr.twiml.meeting import whisper
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House

_DIALLED = {
    "completed": DialOutcome.ANSWERED,
    "answered": DialOutcome.ANSWERED,
    "busy": DialOutcome.BUSY,
    "no-answer": DialOutcome.NO_ANSWER,
    "canceled": DialOutcome.NO_ANSWER,
}
PAID = "success"
_QUEUE_FAILED = {"queue-full": QueueOutcome.FULL, "error": QueueOutcome.FAILED, "system-error": QueueOutcome.FAILED}


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/calls/<call_id>/<revision>/<kind>."""

    def step(form: Form, call_id: str, revision: int, kind: str) -> str:
        if kind == "whisper":
            line = house.sessions.load(call_id).line
            return whisper(line.whisper, line.whisper_language)
        make = EVENTS.get(kind)
        if make is None:
            raise UnknownCall
        if _caller_is_gone(form, kind):
            house.sessions.gone(call_id, known_status(form.get("CallStatus", "")) or CallStatus.COMPLETED)
            return nothing()
        again = house.connections.back_in_line(call_id) if kind == "answered" else None
        return again or house.sessions.step(call_id, revision, kind, partial(make, form))

    blueprint.add_url_rule(
        "/calls/<call_id>/<int:revision>/<kind>", "step", answering(step, house.rescue), methods=METHODS
    )


def _caller_is_gone(form: Form, kind: str) -> bool:
    if form.get("QueueResult") == "hangup":
        return True
    status = known_status(form.get("CallStatus", ""))
    # a caller who hangs up after the tone has left a message all the same, and who has paid has paid
    stays = kind == "recorded" or (kind == "paid" and form.get("Result") == PAID)
    return not stays and status is not None and status.is_over


def gathered(form: Form, _call: Loaded, facts: Facts) -> Event:
    """Keys or words; neither is silence."""
    confidence = _number(form.get("Confidence"))
    return Collected(facts, digits=form.get("Digits", ""), speech=form.get("SpeechResult", ""), confidence=confidence)


def recorded(form: Form, _call: Loaded, facts: Facts) -> Event:
    """A message, or none."""
    recording = form.get("RecordingSid") or form.get("RecordingUrl", "").rpartition("/")[2]
    return MessageRecorded(facts, recording=recording, seconds=_number(form.get("RecordingDuration")) or 0.0)


def paid(form: Form, _call: Loaded, facts: Facts) -> Event:
    """What became of a card. Of its number the carrier tells the end; should it tell more, no more is taken."""
    result = form.get("Result", "")
    return PaymentEnded(
        facts,
        taken=result == PAID,
        result=result[:40],
        token=form.get("PaymentToken", "")[:200],
        last_four="".join(char for char in form.get("PaymentCardNumber", "") if char.isdigit())[-4:],
        card=form.get("PaymentCardType", "")[:20],
        confirmation=form.get("PaymentConfirmationCode", "")[:100],
    )


def dialled(form: Form, _call: Loaded, facts: Facts) -> Event:
    """How the dialled leg ended."""
    outcome = _DIALLED.get(form.get("DialCallStatus", ""), DialOutcome.FAILED)
    return DialEnded(facts, outcome, _number(form.get("DialCallDuration")) or 0.0)


def queued(form: Form, call: Loaded, facts: Facts) -> Event | None:
    """The carrier's wait is over. Who was fetched out of it by us goes on elsewhere: that is no news."""
    asked = request.args.get("outcome")
    if asked:
        return QueueEnded(facts, queue_outcome(asked))
    result = form.get("QueueResult", "")
    if result == "leave":
        return QueueEnded(facts, queue_outcome(call.line.leaving or QueueOutcome.LEFT))
    failed = _QUEUE_FAILED.get(result)
    return QueueEnded(facts, failed) if failed is not None else None


def answered(_form: Form, _call: Loaded, facts: Facts) -> Event:
    """The agent has hung up and the caller stays."""
    return QueueEnded(facts, QueueOutcome.ANSWERED)


def resumed(_form: Form, _call: Loaded, facts: Facts) -> Event:
    """A pause is over."""
    return Resumed(facts)


EVENTS: dict[str, Callable[[Form, Loaded, Facts], Event | None]] = {
    "gathered": gathered,
    "recorded": recorded,
    "paid": paid,
    "dialled": dialled,
    "queued": queued,
    "answered": answered,
    "resumed": resumed,
}


def _number(written: str | None) -> float | None:
    try:
        number = float(written) if written else None
    except ValueError:
        return None
    # "nan" and "inf" are numbers to Python and nothing a carrier says
    return number if number is not None and 0 <= number < float("inf") else None
