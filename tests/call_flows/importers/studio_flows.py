"""Studio flows for tests: a short way to write one, and random ones."""

import json
from typing import Any

from hypothesis import strategies as st

OPERATORS = [
    "equal_to", "not_equal_to", "matches_any_of", "does_not_match_any_of", "is_blank", "is_not_blank", "regex",
    "contains", "does_not_contain", "starts_with", "does_not_start_with", "less_than", "greater_than", "is_before_time",
    "is_after_time", "is_before_date", "is_after_date",
]  # fmt: skip


def widget(name: str, kind: str, ways: dict[str, str | None], **properties: Any) -> dict[str, Any]:
    """One widget; `match` ways are added by `case`."""
    transitions = [{"event": event, **({"next": target} if target else {})} for event, target in ways.items()]
    return {"name": name, "type": kind, "properties": properties, "transitions": transitions}


def case(operator: str, argument: str, value: str, target: str | None) -> dict[str, Any]:
    """One way out of a split."""
    condition = {"friendly_name": operator, "type": operator, "arguments": [argument], "value": value}
    return {"event": "match", "conditions": [condition], **({"next": target} if target else {})}


def flow(start: str | None, *widgets: dict[str, Any], event: str = "incomingCall") -> str:
    """A flow's JSON."""
    trigger = widget("Trigger", "trigger", {event: start})
    states = [trigger, *widgets]
    return json.dumps({"description": "A test.", "states": states, "initial_state": "Trigger", "flags": {}})


WORDS = ["", "1", "12", " 7 ", "Yes", "no", "YES, please", "09:30", "17:00", "2026-03-02", "12/24/2026", "a,b", "3.5"]
PATTERNS = ["[0-9]+", "y.*", "(yes|no)", "\\d{2}", ".*please", "a?b*"]
READS = [
    "{{widgets.NAME.Digits}}", "{{ widgets.NAME.SpeechResult }}", "{{widgets.NAME.SpeechResult | upcase}}",
    "{{flow.variables.count}}", "{{flow.variables.word | downcase | strip}}", "{{widgets.SVC.parsed.name}}",
    "{{widgets.SVC.parsed.deep.value}}", "{{widgets.SVC.status_code}}", "{{trigger.call.From}}",
    "{{widgets.NAME.Digits}}x",
    "{{flow.variables.count | plus: 1}}", "{{widgets.DIAL.DialCallStatus}}",
    "{{flow.data.reason | default: 'none'}}",
    "{% if flow.variables.word == 'yes' %}A{% else %}B{% endif %}",
    "{{widgets.NAME.SpeechResult | split: ',' | first}}",
    "{{widgets.NAME.Digits | size}}", "{{'x' | append: flow.variables.word}}", "plain",
    "{% assign n = flow.variables.count | plus: 2 %}{{ n | times: 3 }}",
    "{% case widgets.NAME.Digits %}{% when '1' %}one{% when '2', '3' %}more{% else %}other{% endcase %}",
    "{% unless flow.variables.word contains 'e' %}no e{% endunless %}", "{{ 'now' | timezone: 'UTC' | date: '%H:%M' }}",
    "{{contact.channel.address | slice: -4, 4}}", "{% for i in (1..3) %}{{ i }}{{ flow.variables.word }}{% endfor %}",
    "{{flow.variables.word | replace: 'e', 'E' | truncate: 4}}", "{{flow.variables.word | remove: 'y' | capitalize}}",
    "{{flow.variables.count | minus: 1 | abs | modulo: 4}}",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn, names: list[str]) -> str:
    """A template that reads what widgets leave behind."""
    chosen = draw(st.sampled_from(READS))
    for kind in ("NAME", "SVC", "DIAL"):
        fitting = [name for name in names if name.startswith(kind[0].lower())] or ["nobody"]
        chosen = chosen.replace(kind, draw(st.sampled_from(fitting)))
    return chosen


@st.composite
def studio_flows(draw: st.DrawFn) -> str:
    """A random flow. Names begin with a letter that tells the kind: n gather, s service, d dial."""
    kinds = draw(st.lists(st.sampled_from(sorted(_MAKERS)), min_size=1, max_size=7))
    names = [f"{_MAKERS[kind][0]}{place}" for place, kind in enumerate(kinds)]
    targets = st.one_of(st.none(), st.sampled_from(names), st.sampled_from(names))
    made = [_MAKERS[kind][1](draw, name, names, targets) for kind, name in zip(kinds, names, strict=True)]
    return flow(names[0], *made)


def _say(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    return widget(name, "say-play", {"audioComplete": draw(targets)}, say=f"{name} says {draw(texts(names))}.", loop=1)


def _gather(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    ways = {event: draw(targets) for event in ("keypress", "speech", "timeout")}
    return widget(
        name,
        "gather-input-on-call",
        ways,
        say=f"{name} asks {draw(texts(names))}",
        number_of_digits=draw(st.sampled_from([None, 0, 1, 2, 4])),
        finish_on_key=draw(st.sampled_from(["#", "*", ""])),
        stop_gather=draw(st.booleans()),
        timeout=5,
    )


def _split(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    made = widget(name, "split-based-on", {"noMatch": draw(targets)}, input=draw(texts(names)))
    for _ in range(draw(st.integers(0, 3))):
        operator = draw(st.sampled_from(OPERATORS))
        value = draw(st.sampled_from(PATTERNS if operator == "regex" else WORDS))
        argument = draw(st.one_of(st.just(made["properties"]["input"]), texts(names)))
        made["transitions"].append(case(operator, argument, value, draw(targets)))
    return made


def _set(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(["count", "word"]), min_size=1, max_size=1))
    variables = [{"key": key, "value": draw(st.one_of(st.sampled_from(WORDS), texts(names)))} for key in keys]
    return widget(name, "set-variables", {"next": draw(targets)}, variables=variables)


def _service(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    ways = {"success": draw(targets), "failed": draw(targets)}
    body = json.dumps({"said": draw(texts(names))}).replace("\\'", "'")
    return widget(
        name,
        "make-http-request",
        ways,
        method="POST",
        url="https://service.example/x",
        content_type="application/json;charset=utf-8",
        body=body if "{%" not in body else "{}",
    )


def _dial(draw: Any, name: str, _names: list[str], targets: Any) -> dict[str, Any]:
    ways = {"callCompleted": draw(targets), "hangup": None}
    return widget(
        name, "connect-call-to", ways, noun="number", to="+12025550199", caller_id="{{contact.channel.address}}"
    )


def _queue(draw: Any, name: str, _names: list[str], targets: Any) -> dict[str, Any]:
    ways = {"callComplete": draw(targets), "failedToEnqueue": draw(targets), "callFailure": None}
    return widget(name, "enqueue-call", ways, queue_name="Support Line")


def _voicemail(draw: Any, name: str, _names: list[str], targets: Any) -> dict[str, Any]:
    ways = {"recordingComplete": draw(targets), "noAudio": draw(targets), "hangup": None}
    return widget(name, "record-voicemail", ways, max_length=60, timeout=5)


def _message(draw: Any, name: str, names: list[str], targets: Any) -> dict[str, Any]:
    ways = {"sent": draw(targets), "failed": draw(targets)}
    body = f"{name}: {draw(texts(names))}"
    return widget(
        name, "send-message", ways, body=body, to="{{contact.channel.address}}", **{"from": "{{flow.channel.address}}"}
    )


_MAKERS: dict[str, tuple[str, Any]] = {
    "say-play": ("p", _say),
    "gather-input-on-call": ("n", _gather),
    "gather again": ("n", _gather),
    "split-based-on": ("c", _split),
    "split again": ("c", _split),
    "set-variables": ("v", _set),
    "make-http-request": ("s", _service),
    "connect-call-to": ("d", _dial),
    "enqueue-call": ("q", _queue),
    "record-voicemail": ("r", _voicemail),
    "send-message": ("m", _message),
}


def happenings(kind: str) -> st.SearchStrategy[Any]:
    """What may happen at each kind of wait."""
    from tests.call_flows.importers.studio_oracle import Answered, Gathered

    bodies = st.one_of(
        st.none(),
        st.just([1, 2]),
        st.fixed_dictionaries(
            {}, optional={"name": st.sampled_from([*WORDS, 5, 2.5, True, None]), "deep": st.just({"value": "17:30"})}
        ),
    )
    found: dict[str, st.SearchStrategy[Any]] = {
        "gather": st.one_of(
            st.builds(Gathered, keys=st.text("0123456789*#", min_size=1, max_size=5)),
            st.builds(Gathered, words=st.sampled_from(["yes", "No.", "YES, please", "one,two", "seven", "9"])),
            st.just(Gathered()),
        ),
        "service": st.one_of(
            st.builds(Answered, st.sampled_from([200, 201, 204, 302, 400, 404, 500]), bodies), st.just(Answered(None))
        ),
        "dial": st.sampled_from(["completed", "busy", "no-answer", "failed"]),
        "queue": st.booleans(),
        "record": st.sampled_from([0.0, 4.0]),
        "message": st.booleans(),
        "pay": st.booleans(),
    }
    return found[kind]
