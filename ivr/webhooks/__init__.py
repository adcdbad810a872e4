"""The voice webhooks: one small file a family, all behind the carrier's signature."""

from flask import Blueprint

from ivr.deps import IvrDeps
from ivr.signature import SignatureGate
from ivr.webhooks import (
    agent,
    callback,
    conference,
    connect,
    fallback,
    guard,
    incoming,
    message,
    recording,
    status,
    steps,
    stream,
    waiting,
)
from ivr.webhooks.house import House, build_house

FAMILIES = (
    incoming,
    steps,
    waiting,
    connect,
    agent,
    callback,
    status,
    conference,
    recording,
    stream,
    message,
    fallback,
)


def create_blueprint(deps: IvrDeps) -> Blueprint:
    """Everything under /voice."""
    blueprint = Blueprint("voice", __name__, url_prefix="/voice")
    settings = deps.settings
    guard.install(
        blueprint,
        SignatureGate(
            base_url=settings.public_base_url, tokens=settings.auth_tokens, trusted_hops=settings.trusted_proxies
        ),
    )
    house = build_house(deps)
    for family in FAMILIES:
        family.register(blueprint, house)
    return blueprint


__all__ = ["House", "create_blueprint"]
