"""The customer's leg of a callback."""

from flask import Blueprint, request

from ivr.sentences import Sentence
from ivr.twiml.apology import farewell
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/callback/<promise_id> and …/pressed, both with ?reservation=… ."""

    def customer(form: Form, promise_id: str) -> str:
        return house.callbacks.ask(promise_id, request.args.get("reservation", ""), form.get("CallSid", ""))

    def pressed(form: Form, promise_id: str) -> str:
        return house.callbacks.pressed(promise_id, request.args.get("reservation", ""), form.get("Digits", ""))

    def sorry(_form: Form, **_route: object) -> str:
        # the end of this leg makes the attempt a failed one, and the promise is tried again
        return farewell(Sentence.UNKNOWN_CALL)

    blueprint.add_url_rule("/callback/<promise_id>", "callback", answering(customer, sorry), methods=METHODS)
    blueprint.add_url_rule(
        "/callback/<promise_id>/pressed", "callback_pressed", answering(pressed, sorry), methods=METHODS
    )
