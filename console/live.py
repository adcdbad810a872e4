"""The place of server-sent events: what a page may hear, from where it had heard, for as long as it is logged in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask_login import current_user
from redis.exceptions import RedisError
from werkzeug.exceptions import NotFound

from console.access import may, sees_only_own_calls
from console.auth.browsers import find
from console.desk.reading import current_call_id
from console.here import services
from console.looking import looking
from console.review.reading import may_see
from console.services import Services
from foundation.live import LiveItem, LiveStream

BLOCK_MS = 10_000
RETRY_MS = 2_000
WALL = "wall"

blueprint = Blueprint("live", __name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: the session that must stay open, and the topics asked for."""

    token: str
    agent_id: str | None
    topics: tuple[str, ...]
    follows_own_call: bool = False


def cursor_of(positions: Mapping[str, str]) -> str:
    """Positions in several topics as one event id."""
    return ";".join(f"{topic}={at}" for topic, at in sorted(positions.items()))


def positions_of(cursor: str) -> dict[str, str]:
    """The positions an event id stands for; whatever is not one is forgotten."""
    pairs = (part.partition("=") for part in cursor.split(";") if "=" in part)
    return {topic: at for topic, _, at in pairs if at.replace("-", "", 1).isdecimal()}


def cursor_now(live: LiveStream, topics: tuple[str, ...]) -> str:
    """The event id of this moment: a page is drawn after asking for it, and misses nothing."""
    try:
        return cursor_of({topic: live.last_id(topic) for topic in topics})
    except RedisError:
        return ""


@blueprint.get("/events")
def events() -> Response:
    """The stream of a page: `?view=desk`, `?view=wall` or `?view=call&call=<id>`; `since` or Last-Event-ID replays."""
    here = services()
    listener = _listener(here)
    seen = positions_of(request.headers.get("Last-Event-ID") or request.args.get("since", ""))
    return Response(
        stream(here, listener, seen),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _listener(here: Services) -> Listener:
    view, token, agent_id = request.args.get("view", ""), current_user.get_id(), current_user.agent_id
    if view == "desk" and agent_id:
        return Listener(token, agent_id, (f"agent:{agent_id}",), follows_own_call=True)
    if view == "wall" and may(current_user.role, "wall.page"):
        return Listener(token, agent_id, (WALL,))
    call_id = request.args.get("call", "")
    is_reader = may(current_user.role, "review.call")
    if view == "call" and is_reader and may_see(here, call_id, for_agent=sees_only_own_calls()):
        return Listener(token, agent_id, (f"call:{call_id}",))
    raise NotFound


def stream(here: Services, listener: Listener, seen: Mapping[str, str]) -> Iterator[str]:
    """Events until the browser goes or its session ends; a beat now and then keeps the line open."""
    yield f"retry: {RETRY_MS}\n\n"
    at = _positions(here, listener, dict(seen))
    while _is_open(here, listener):
        try:
            items = here.live.read(at, block_ms=BLOCK_MS)
        except RedisError:
            yield "event: interrupted\ndata: {}\n\n"
            return  # the browser comes again by itself
        for item in items:
            at[item.topic] = item.id
            yield _event(item, at)
        if any(item.topic.startswith("agent:") for item in items):
            at = _positions(here, listener, at)
        if not items:
            yield "event: beat\ndata: {}\n\n"  # keeps the line open, and asks a hidden page whether it is there
    yield "event: signed_out\ndata: {}\n\n"


def _positions(here: Services, listener: Listener, at: dict[str, str]) -> dict[str, str]:
    """Where to read from in every topic this listener may hear now."""
    topics = listener.topics
    if listener.follows_own_call and listener.agent_id:
        call_id = current_call_id(here, listener.agent_id)
        topics = (*topics, f"call:{call_id}") if call_id else topics
    try:
        return {topic: at.get(topic) or here.live.last_id(topic) for topic in topics}
    except RedisError:
        return dict.fromkeys(topics, "$")


def _is_open(here: Services, listener: Listener) -> bool:
    with looking(here.db) as session:
        return find(session, listener.token, clock=here.clock) is not None


def _event(item: LiveItem, at: Mapping[str, str]) -> str:
    topic = item.topic.partition(":")[0]
    data = json.dumps({"topic": topic, "kind": item.kind, "data": item.data}, separators=(",", ":"))
    return f"id: {cursor_of(at)}\nevent: {topic}\ndata: {data}\n\n"
