"""What a waiting caller hears: the carrier asks again and again, and brings what the hold flow gathered."""

from functools import partial

from flask import Blueprint, request

from call_flows.events import Event, WaitTurn
from call_flows.facts import Facts
from ivr.store import Loaded
from ivr.twiml.apology import hold_on
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House
from ivr.webhooks.steps import gathered, resumed

TOKEN = "I-Twilio-Idempotency-Token"  # noqa: S105 - the name of a header
_EVENTS = {"gathered": gathered, "resumed": resumed}


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/calls/<call_id>/wait and …/wait/<turn>/<kind>."""

    def turn(_form: Form, call_id: str) -> str:
        return house.sessions.wait(call_id, next_turn, token=request.headers.get(TOKEN, "")[:36])

    def heard(form: Form, call_id: str, turn: int, kind: str) -> str:
        make = _EVENTS.get(kind)
        if make is None:
            return hold_on()
        return house.sessions.wait(call_id, partial(make, form), turn=turn, kind=kind)

    def keep_holding(_form: Form, **_route: object) -> str:
        return hold_on()

    blueprint.add_url_rule("/calls/<call_id>/wait", "wait", answering(turn, keep_holding), methods=METHODS)
    blueprint.add_url_rule(
        "/calls/<call_id>/wait/<int:turn>/<kind>", "wait_heard", answering(heard, keep_holding), methods=METHODS
    )


def next_turn(call: Loaded, facts: Facts) -> Event | None:
    """The caller's next turn; one who has left the queue already hears the document with which he left."""
    waits = call.line.entry_id and not call.line.leaving
    return WaitTurn(facts) if waits else None
