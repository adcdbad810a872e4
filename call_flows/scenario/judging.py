"""Whether what a dialogue expects holds: one small judge a key, each says what there is instead."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from call_flows.actions import Fetch
from call_flows.notes import CallEnded, note_to_json
from call_flows.scenario.expectations import Asked, Expect, Promised, Sent
from call_flows.scenario.failure import Unmet
from call_flows.scenario.kinds import finder, matcher

if TYPE_CHECKING:
    from call_flows.scenario.conversation import Conversation

Flag = bool
"""Yes or no, as the designer wrote it."""
Judge = Callable[["Conversation", Any], str | None]
"""None when it holds, else what there is instead."""


def judge(call: "Conversation", expected: Expect) -> None:
    """Raises Unmet with everything that does not hold."""
    wrong: list[str] = []
    for name in expected.model_fields_set:
        wanted = getattr(expected, name)
        if wanted is None:
            continue
        instead = JUDGES[name](call, wanted)
        if instead is not None:
            wrong.append(f"{name}: {_shown(wanted)}, but {instead}")
    if wrong:
        raise Unmet("expected " + "; and ".join(wrong))


def _shown(wanted: object) -> str:
    if isinstance(wanted, Asked | Sent | Promised):
        return json.dumps(wanted.model_dump(exclude_none=True, mode="json"), ensure_ascii=False)
    if isinstance(wanted, list):
        return ", ".join(f"“{one}”" for one in wanted)
    if isinstance(wanted, bool):
        return str(wanted).lower()
    return json.dumps(wanted, default=str, ensure_ascii=False) if isinstance(wanted, dict) else str(wanted)


def _same(wanted: object, found: object) -> bool:
    """Numbers by value, everything else as it is written."""
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found or str(wanted).lower() == str(found).lower()
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(float(wanted) - float(found)) < 1e-9
    return str(getattr(wanted, "written", wanted)) == str(found)


def _queued(call: "Conversation", wanted: str | Flag) -> str | None:
    queued = call.queued
    if queued is None:
        return None if wanted is False else "the caller waits in no queue" + _where(call)
    return None if queued.queue == wanted else f"the caller waits in {queued.queue}"


def _where(call: "Conversation") -> str:
    return " (the call is over)" if call.state.ended else ""


def _needs(call: "Conversation", wanted: dict[str, int]) -> str | None:
    queued = call.queued
    if queued is None:
        return "the caller waits in no queue"
    waited = call.now - call.joined
    found = dict(
        next(needs for after, needs in reversed(queued.rings) if after <= waited or after == queued.rings[0][0])
    )
    return None if found == wanted else f"an agent needs {json.dumps(found)} after {waited:g} s"


def _priority(call: "Conversation", wanted: float) -> str | None:
    queued = call.queued
    found = None if queued is None else queued.priority
    return None if found == wanted else "the caller waits in no queue" if found is None else f"it is {found:g}"


def _first_asked(call: "Conversation", wanted: str) -> str | None:
    if call.queued is None:
        return "the caller waits in no queue"
    found = call.queued.preferred_agent
    return None if found == wanted else f"it is {found}" if found else "it is nobody"


def _position(call: "Conversation", wanted: int) -> str | None:
    if call.queued is None:
        return "the caller waits in no queue"
    found = call.facts().position
    return None if found == wanted else f"it is {found}"


def _connected(call: "Conversation", wanted: Flag) -> str | None:
    return None if call.talking is wanted else "nobody speaks to the caller" if wanted else "somebody does"


def _dialled(call: "Conversation", wanted: str | Flag) -> str | None:
    dialled = call.record.dialled
    if not dialled:
        return None if wanted is False else "nobody was dialled"
    return None if wanted is not False and matcher(str(wanted)).match(dialled[-1]) else f"{dialled[-1]} was dialled"


def _promised(call: "Conversation", wanted: "Flag | Promised") -> str | None:
    kept = [promise for promise, refused in call.record.promises if not refused]
    if isinstance(wanted, bool):
        return None if bool(kept) is wanted else "no callback is promised" if wanted else "a callback is promised"
    if not kept:
        return "no callback is promised"
    found = kept[-1]
    due = None if found.due_at is None else found.due_at.astimezone(call.site.zone)
    at = wanted.at if wanted.at is None or wanted.at.tzinfo else wanted.at.replace(tzinfo=call.site.zone)
    holds = (
        wanted.queue in {None, found.queue}
        and wanted.number in {None, found.number}
        and at in {None, due}
        and wanted.needs in (None, dict(found.needs))
    )
    when = "now-in-line" if due is None else due.strftime("%Y-%m-%dT%H:%M")
    return None if holds else f"{found.queue} calls {found.number} back {when}, needs {json.dumps(dict(found.needs))}"


def _asked(call: "Conversation", wanted: "list[str] | Asked | Flag") -> str | None:
    asked = call.record.asked
    if wanted is False:
        return None if not asked else f"{asked[-1].method} {asked[-1].url} was"
    wishes = [Asked(fetch=one) for one in wanted] if isinstance(wanted, list) else [wanted]
    for wish in wishes:
        if isinstance(wish, Asked) and not any(_is_asked(call, wish, action) for action in asked):
            return "was asked: " + (", ".join(f"{one.method} {one.url}" for one in asked) or "nobody")
    return None


def _is_asked(call: "Conversation", wish: Asked, action: Fetch) -> bool:
    if wish.method not in {None, action.method} or not matcher(call.outside.address(wish.fetch)).match(action.url):
        return False
    if any(action.headers.get(name) != value for name, value in (wish.headers or {}).items()):
        return False
    if not wish.body:
        return True
    sent = json.loads(action.body) if action.body else {}
    return isinstance(sent, dict) and all(_same(value, sent.get(key)) for key, value in wish.body.items())


def _words(pieces: Iterable[str], wanted: list[str], what: str) -> str | None:
    text = "\n".join(pieces)
    missing = [words for words in wanted if not finder(words).search(text)]
    return f"{what} “{missing[0]}”" if missing else None


def _heard(call: "Conversation", wanted: list[str]) -> str | None:
    return _words([call.record.text], wanted, "the caller has not heard")


def _not_heard(call: "Conversation", wanted: list[str]) -> str | None:
    found = next((words for words in wanted if finder(words).search(call.record.text)), None)
    return None if found is None else f"the caller has heard “{found}”"


def _slot(call: "Conversation", wanted: dict[str, Any]) -> str | None:
    slots = call.state.slots
    wrong = {name: slots.get(name) for name, value in wanted.items() if not _same(value, slots.get(name))}
    return None if not wrong else "it is " + ", ".join(f"{name} = {_shown(value)}" for name, value in wrong.items())


def _tag(call: "Conversation", wanted: list[str]) -> str | None:
    tags = call.record.tags
    return None if set(wanted) <= set(tags) else f"the labels are {', '.join(tags) or 'none'}"


def _message(call: "Conversation", wanted: "Flag | Sent") -> str | None:
    sent = call.record.messages
    if isinstance(wanted, bool):
        return None if bool(sent) is wanted else "no message was sent" if wanted else f"“{sent[-1].text}” was sent"
    if not sent:
        return "no message was sent"
    found = sent[-1]
    holds = wanted.to in {None, found.number} and (wanted.text is None or finder(wanted.text).search(found.text))
    return None if holds else f"“{found.text}” was sent to {found.number}"


def _alert(call: "Conversation", wanted: str | Flag) -> str | None:
    alerts = call.record.alerts
    if not alerts:
        return None if wanted is False else "nobody was alerted"
    found = alerts[-1].text
    return None if wanted is not False and finder(str(wanted)).search(found) else f"the alert was “{found}”"


def _score(call: "Conversation", wanted: dict[str, int]) -> str | None:
    found = {str(one.survey): one.score for one in call.record.scores}
    return None if all(found.get(name) == score for name, score in wanted.items()) else f"the scores are {found}"


def _paid(call: "Conversation", wanted: str | Flag) -> str | None:
    paid = call.record.paid
    if paid is None:
        return None if wanted is False else "no card was taken"
    holds = wanted is True or (wanted is not False and _same(wanted, paid.amount))
    return None if holds else f"{paid.amount or 'a card'} was taken"


def _recorded(call: "Conversation", wanted: Flag) -> str | None:
    found = call.record.recording
    return None if found is wanted else "it is recorded" if found else "it is not recorded"


def _consent(call: "Conversation", wanted: Flag) -> str | None:
    found = call.record.consent
    return (
        None if found is wanted else "nothing was answered to a notice" if found is None else f"it is {found}".lower()
    )


def _left_message(call: "Conversation", wanted: str | Flag) -> str | None:
    left = call.record.left
    if not left:
        return None if wanted is False else "no message was left"
    holds = wanted is True or (wanted is not False and left[-1].queue == wanted)
    return None if holds else f"a message was left for {left[-1].queue or 'nobody'}"


def _logged(call: "Conversation", wanted: list[str]) -> str | None:
    return _words(_notes(call), wanted, "no note has")


def _notes(call: "Conversation") -> Iterator[str]:
    for note in call.record.notes:
        yield " ".join(str(value) for value in note_to_json(note).values())


def _language(call: "Conversation", wanted: str) -> str | None:
    return None if call.state.language == wanted else f"it is {call.state.language}"


def _ended(call: "Conversation", wanted: str | Flag) -> str | None:
    ended = call.state.ended
    if isinstance(wanted, bool):
        return None if ended is wanted else "the call is over" if ended else "the call goes on"
    why = next((note.reason for note in reversed(call.record.notes) if isinstance(note, CallEnded)), "")
    return None if ended and why == wanted else f"it ended: {why}" if ended else "the call goes on"


def _flow(call: "Conversation", wanted: str) -> str | None:
    found = (call.state.hold or call.state.at).flow
    return None if wanted in {found, call.state.at.flow} else f"the call stands in {found}"


def _node(call: "Conversation", wanted: str) -> str | None:
    spots = [call.state.at] if call.state.hold is None else [call.state.hold, call.state.at]
    if any(wanted in {spot.node, f"{spot.flow}.{spot.node}"} for spot in spots):
        return None
    return f"the call stands at {spots[0].flow}.{spots[0].node}"


JUDGES: Final[dict[str, Judge]] = {
    "queued": _queued,
    "needs": _needs,
    "priority": _priority,
    "first_asked": _first_asked,
    "position": _position,
    "connected": _connected,
    "dialled": _dialled,
    "promised": _promised,
    "asked": _asked,
    "heard": _heard,
    "not_heard": _not_heard,
    "slot": _slot,
    "tag": _tag,
    "message": _message,
    "alert": _alert,
    "score": _score,
    "paid": _paid,
    "recorded": _recorded,
    "consent": _consent,
    "left_message": _left_message,
    "logged": _logged,
    "language": _language,
    "ended": _ended,
    "flow": _flow,
    "node": _node,
}
"""Who judges each key of `expect`."""
