"""The customer's leg of a callback."""

from flask import Blueprint, request

from ivr.callback_legs import Where, where_of
from ivr.callback_machines import Machines
from ivr.sentences import Sentence
from ivr.twiml.apology import farewell
from ivr.webhooks.edge import METHODS, Form, answering, noting
from ivr.webhooks.house import House


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/callback/<promise_id> and what follows it, all with ?attempt=… (and ?reservation=… of an agent)."""
    legs, machines = house.callbacks, Machines(house.deps)

    def customer(form: Form, promise_id: str) -> str:
        return legs.ask(_where(promise_id), form.get("CallSid", ""))

    def pressed(form: Form, promise_id: str) -> str:
        return legs.pressed(_where(promise_id), form.get("Digits", ""), form.get("SpeechResult", ""))

    def hold(_form: Form, promise_id: str) -> str:
        return legs.hold(_where(promise_id))

    def connect(_form: Form, promise_id: str) -> str:
        return legs.connect(_where(promise_id))

    def later(_form: Form, promise_id: str) -> str:
        return legs.later(_where(promise_id))

    def voicemail(_form: Form, promise_id: str) -> str:
        return machines.message(promise_id, request.args.get("attempt", ""))

    def answered_by(form: Form, promise_id: str) -> None:  # noqa: ARG001 - the address names the promise for people
        key = request.args.get("attempt", "")
        machines.answered_by(key, form.get("AnsweredBy", ""), form.get("CallSid", ""))

    def sorry(_form: Form, **_route: object) -> str:
        # the end of this leg makes the attempt a failed one, and the promise is tried again
        return farewell(Sentence.UNKNOWN_CALL)

    documents = {"": customer, "pressed": pressed, "hold": hold, "connect": connect, "later": later}
    for name, answer in {**documents, "voicemail": voicemail}.items():
        rule, endpoint = f"/callback/<promise_id>/{name}".rstrip("/"), f"callback_{name}".rstrip("_")
        blueprint.add_url_rule(rule, endpoint, answering(answer, sorry), methods=METHODS)
    blueprint.add_url_rule(
        "/callback/<promise_id>/answered-by", "callback_answered_by", noting(answered_by), methods=METHODS
    )


def _where(promise_id: str) -> Where:
    return where_of(promise_id, request.args)
