"""The caller, fetched out of the queue, comes into the conference."""

from flask import Blueprint, request

from ivr.sessions import UnknownCall
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/calls/<call_id>/connect?reservation=… ."""

    def connect(_form: Form, call_id: str) -> str:
        document = house.connections.caller_document(call_id, request.args.get("reservation", ""))
        if document is None:
            raise UnknownCall
        return document

    blueprint.add_url_rule("/calls/<call_id>/connect", "connect", answering(connect, house.rescue), methods=METHODS)
