"""The words of an explanation: the same sentences on the wall and in the terminal, and the same facts as JSON."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from console.rendering import STATE_NAMES, duration, words
from console.why import Told
from routing.explain import AgentSeen, Explanation, Hold, NextRing

HOLDS = {
    Hold.RINGING: "A desk rings for the caller right now.",
    Hold.ABOUT_TO: "Somebody is free who would do: the caller is about to be offered.",
    Hold.UNMATCHED: "Redis does not answer: nobody is being matched until it is back.",
    Hold.ALONE: "The caller waits for one agent alone, for a while.",
    Hold.BUSY: "Everybody who would do is busy.",
    Hold.RESTING: "Those who would do are not ready.",
    Hold.ABSENT: "Those who would do are not signed in.",
    Hold.LATER: "Nobody signed in would do yet: only agents of a later ring.",
    Hold.NOBODY: "No agent of the site has the skills this caller needs.",
    Hold.AHEAD: "Others are before this caller.",
}


def sentences(told: Told) -> Iterator[str]:
    """What holds the caller, in the order of weight."""
    if told.explanation is None:
        yield told.elsewhere
        return
    yield from (HOLDS[hold] for hold in told.explanation.holds)
    yield from told.gates


def place(told: Explanation) -> str:
    """Where the caller stands and what he may expect."""
    wait = told.wait
    expected = "no estimate" if wait.ewt is None else f"estimate {_span(wait.ewt.low, wait.ewt.seconds, wait.ewt.high)}"
    kind = "A callback's place" if wait.is_callback else "Waits"
    line = f"place {wait.position} of {wait.in_line}, {expected}"
    return f"{kind} in {words(wait.queue)} for {duration(told.waited)}, {line}."


def needs_told(needs: Mapping[str, int]) -> str:
    """Skills with the least level of each."""
    return ", ".join(f"{words(skill)} {level}" for skill, level in needs.items()) or "no skill"


def doing(one: AgentSeen, at: datetime) -> str:
    """What an agent is doing, and for how long."""
    fact = one.fact
    about = f" ({words(fact.queue)})" if fact.queue else f" ({fact.reason})" if fact.reason else ""
    return f"{STATE_NAMES[fact.state].lower()}{about} for {duration(max(0.0, (at - fact.since).total_seconds()))}"


def ring_told(ring: NextRing, told: Explanation) -> str:
    """When the next ring opens, whom it adds, and who would be asked if nothing changes."""
    sooner = f", or as soon as {ring.when_waiting} wait" if ring.when_waiting else ""
    adds = ", ".join(f"{one.fact.name} ({doing(one, told.at)})" for one in ring.adds) or "nobody"
    names = {one.fact.id: one.fact.name for one in told.agents}
    then = f" As things stand, {names[ring.would_take]} is asked then." if ring.would_take else ""
    opens = duration((ring.opens_at - told.at).total_seconds())
    return f"Ring {ring.index + 1} opens in {opens}{sooner}, for {needs_told(ring.needs)}: adds {adds}.{then}"


def later(told: Explanation) -> Iterator[str]:
    """What happens to the wait by time alone."""
    wait, at = told.wait, told.at
    if told.ring is None and wait.alone_until is not None:
        names = {one.fact.id: one.fact.name for one in told.agents}
        yield f"Waits for {names.get(wait.preferred, wait.preferred)} alone for {_until(wait.alone_until, at)} more."
    if wait.overflow_at is not None and wait.overflow_to:
        yield f"Goes on to {words(wait.overflow_to)} in {_until(wait.overflow_at, at)}."
    if wait.max_wait_at is not None:
        yield f"The longest wait of the queue is over in {_until(wait.max_wait_at, at)}."


def text(told: Told) -> Iterator[str]:
    """The whole answer, a line at a time."""
    yield f"{told.call_id or 'A callback'}  {told.number}"
    why = told.explanation
    if why is None:
        yield told.elsewhere
        return
    yield place(why)
    yield from (f"  {sentence}" for sentence in sentences(told))
    if why.wait.ringing:
        names = {one.fact.id: one.fact.name for one in why.agents}
        yield f"It rings at {names.get(why.wait.ringing, why.wait.ringing)}."
    if why.ring is not None:
        yield f"Needs now: {needs_told(why.needs)} (ring {why.ring + 1} of {len(why.wait.rings)})."
    yield from _agents("Would do now:", [one for one in why.agents if one.would_do_now], why)
    if why.next_ring is not None:
        yield ring_told(why.next_ring, why)
    yield from later(why)
    never = [one for one in why.agents if one.ring is None]
    if never:
        yield "Would never do: " + ", ".join(f"{one.fact.name} (lacks {needs_told(one.lacks)})" for one in never) + "."


def as_json(told: Told) -> dict[str, Any]:
    """The same, for programs. Times are ISO, lengths in seconds."""
    why = told.explanation
    base: dict[str, Any] = {"call": told.call_id, "number": told.number, "waits": why is not None}
    if why is None:
        return {**base, "elsewhere": told.elsewhere}
    wait, ring = why.wait, why.next_ring
    return {
        **base,
        "queue": wait.queue,
        "callback": wait.is_callback,
        "waited": round(why.waited, 3),
        "position": wait.position,
        "in_line": wait.in_line,
        "estimate": None if wait.ewt is None else [wait.ewt.low, wait.ewt.seconds, wait.ewt.high],
        "holds": [hold.value for hold in why.holds],
        "gates": list(told.gates),
        "ringing": wait.ringing or None,
        "ring": why.ring,
        "needs": dict(why.needs),
        "free_now": list(why.free_now),
        "agents": [_agent(one) for one in why.agents],
        "next_ring": None
        if ring is None
        else {
            "opens_at": ring.opens_at.isoformat(),
            "when_waiting": ring.when_waiting,
            "needs": dict(ring.needs),
            "adds": [one.fact.id for one in ring.adds],
            "would_take": ring.would_take or None,
        },
        "overflow": {"to": wait.overflow_to, "at": wait.overflow_at.isoformat()} if wait.overflow_at else None,
        "max_wait_at": wait.max_wait_at.isoformat() if wait.max_wait_at else None,
    }


def _agent(one: AgentSeen) -> dict[str, Any]:
    fact = one.fact
    return {
        "id": fact.id,
        "state": fact.state.value,
        "reason": fact.reason,
        "since": fact.since.isoformat(),
        "queue": fact.queue or None,
        "ring": one.ring,
        "would_do_now": one.would_do_now,
        "lacks": dict(one.lacks),
    }


def _agents(title: str, found: list[AgentSeen], why: Explanation) -> Iterator[str]:
    if not found:
        yield f"{title} nobody."
        return
    yield title
    width = max(len(one.fact.name) for one in found)
    yield from (f"  {one.fact.name:<{width}}  {doing(one, why.at)}" for one in found)


def _span(low: float, mean: float, high: float) -> str:
    return f"{duration(mean)} ({duration(low)} to {duration(high)})"


def _until(moment: datetime, at: datetime) -> str:
    return duration(max(0.0, (moment - at).total_seconds()))
