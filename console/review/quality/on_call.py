"""The place where the page of a call asks for what quality has of it."""

from flask import abort

from console.here import services
from console.looking import looking
from console.review.quality.reading import read_call_quality
from console.review.quality.shown import CallQuality
from console.review.quality.viewing import viewer
from foundation.calls import Call


def of_call(call_id: str) -> CallQuality:
    """Notes and reviews of the call, as far as whoever asks may see them."""
    with looking(services().db) as session:
        call = session.get(Call, call_id) or abort(404)
        return read_call_quality(session, services(), call, viewer())
