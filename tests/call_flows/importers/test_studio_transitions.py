"""An imported flow takes the same ways as Studio would: each call goes through the oracle and through our engine."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from call_flows.importers.made import Fate, Imported
from call_flows.importers.studio.importing import import_studio
from tests.call_flows.importers.both_ways import CALLER, DIALLED, NOW, Script, drive
from tests.call_flows.importers.studio_flows import OPERATORS, case, flow, happenings, studio_flows, widget
from tests.call_flows.importers.studio_oracle import Answered, Gathered, Oracle, Run

DATA = Path(os.environ.get("CALLWRIGHT_DATA") or Path(__file__).parents[4] / "shared" / "data")
WAYS_COMPARED = 30


def same_ways(source: str, script: Script, *, event: str = "incomingCall", entry: str = "") -> tuple[Imported, Run]:
    """Follow one call both ways and compare every widget that is entered and everything that is said."""
    imported = import_studio(source, name="test")
    assert not imported.errors, "\n".join(map(str, imported.errors)) + imported.texts["flows/test.yaml"]
    oracle = Oracle(json.loads(source), script, caller=CALLER, dialled=DIALLED, now=NOW)
    run = oracle.follow(event)
    ours = drive(imported, script.happened, entry)
    entered = [node for node in ours.entered if node in oracle.widgets and node != "Trigger"]
    left = {part.name for part in imported.parts if part.fate is Fate.LEFT}
    parted = next((place for place, name in enumerate(run.journey) if name in left), WAYS_COMPARED)
    # Studio ends a widget that comes ten times in a row; the engine ends a call in which nobody does anything
    stop = min(parted, 9 if run.ended == "limit" else WAYS_COMPARED)
    stop = min(stop, len(entered)) if ours.ended == "silence" else stop
    assert entered[:stop] == run.journey[:stop]
    if stop == WAYS_COMPARED:
        assert len(entered) == len(run.journey) or len(run.journey) > WAYS_COMPARED
        assert [plain(text) for text in ours.said] == [plain(text) for text in run.said]
    return imported, run


def plain(text: str) -> str:
    """Without blanks: a slot keeps none around its value; and one full stop where Studio says two after a value."""
    return re.sub(r"\.+", ".", "".join(text.split()))


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_random_flows_and_callers_take_the_same_ways(data):
    """Any graph of the carried widgets, any operator, any of the templates, any caller: the same ways and words."""
    source = data.draw(studio_flows())
    same_ways(source, Script(lambda kind: data.draw(happenings(kind), label=kind)))


VALUES = {
    "equal_to": "yes", "not_equal_to": "yes", "matches_any_of": "1, 2,yes", "does_not_match_any_of": "1, 2,yes",
    "is_blank": "Is Blank", "is_not_blank": "Is Not Blank", "regex": "[0-9]{2}|y.s", "contains": "E",
    "does_not_contain": "e",
    "starts_with": "Y", "does_not_start_with": "y", "less_than": "5", "greater_than": "5", "is_before_time": "12:00",
    "is_after_time": "12:00", "is_before_date": "2026-06-01", "is_after_date": "2026-06-01",
}  # fmt: skip
SAID = ["yes", " YES ", "yes, and no", "no", "7", "3", "12", "09:30", "17:45", "2026-01-01", "12/24/2026", "5", "2"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_of_the_seventeen_operators_splits_as_documented(operator):
    """Trimmed, without regard to case, a pattern over the whole; numbers, times and dates in their order."""
    split = widget("split", "split-based-on", {"noMatch": "other"}, input="{{widgets.ask.SpeechResult}}")
    split["transitions"].append(case(operator, "{{widgets.ask.SpeechResult}}", VALUES[operator], "taken"))
    ask = widget("ask", "gather-input-on-call", {"keypress": None, "speech": "split", "timeout": "split"}, say="Go on.")
    taken = widget("taken", "say-play", {"audioComplete": "ask"}, say="Taken.")
    other = widget("other", "say-play", {"audioComplete": "ask"}, say="Not taken.")
    source = flow("ask", ask, split, taken, other)
    outcomes = set()
    for words in ["", *SAID]:
        heard = iter([Gathered(words=words)])
        _, run = same_ways(source, Script(lambda _kind, heard=heard: next(heard), most=1))
        outcomes.add(run.journey[2])
    assert outcomes == {"taken", "other"}, "a table that shows one side only shows nothing"


def test_the_first_of_several_matches_wins():
    """In the order in which they were drawn."""
    split = widget("split", "split-based-on", {"noMatch": None}, input="{{widgets.ask.Digits}}")
    split["transitions"] += [
        case("starts_with", "{{widgets.ask.Digits}}", "1", "first"),
        case("equal_to", "{{widgets.ask.Digits}}", "12", "second"),
    ]
    ask = widget("ask", "gather-input-on-call", {"keypress": "split", "timeout": None}, say="Go on.")
    ends = [widget(name, "say-play", {"audioComplete": None}, say=name) for name in ("first", "second")]
    _, run = same_ways(flow("ask", ask, split, *ends), Script(lambda _kind: Gathered(keys="12#")))
    assert run.journey == ["ask", "split", "first"]


@pytest.mark.parametrize(
    ("keys", "digits"),
    [("12#", "12"), ("123456", "1234"), ("#", ""), ("1*", "1*"), ("", "")],
    ids=["ended by the finish key", "ended by their number", "the finish key alone", "a star is a key", "nothing"],
)
def test_keys_are_taken_as_studio_takes_them(keys, digits):
    """The finish key is not among them, and alone is silence."""
    ask = widget(
        "ask", "gather-input-on-call", {"keypress": "tell", "timeout": "silent"}, say="Go on.", number_of_digits=4
    )
    tell = widget("tell", "say-play", {"audioComplete": None}, say="You pressed {{widgets.ask.Digits}}.")
    silent = widget("silent", "say-play", {"audioComplete": None}, say="Nothing.")
    _, run = same_ways(flow("ask", ask, tell, silent), Script(lambda _kind: Gathered(keys=keys)))
    assert run.said[-1] == (f"You pressed {digits}." if digits else "Nothing.")


def test_widgets_may_be_called_as_our_own_nodes_are():
    """`begin`, `the_end` and `Trigger` are names that a designer may have chosen too."""
    ask = widget(
        "begin", "gather-input-on-call", {"keypress": "the_end", "timeout": "begin"}, say="{{flow.variables.v}}"
    )
    again = widget(
        "the_end", "set-variables", {"next": "begin"}, variables=[{"key": "v", "value": "{{flow.variables.v}}x"}]
    )
    script = Script(lambda _kind: Gathered(keys="1#"), most=4)
    _, run = same_ways(flow("begin", ask, again), script)
    assert run.said == ["x", "xx", "xxx", "xxxx"]


def test_a_subflow_comes_back_where_a_call_would_end():
    """With what was handed over, and on by `completed`."""
    run = widget(
        "run",
        "run-subflow",
        {"completed": "after", "failed": None},
        flow_sid="FW1",
        flow_revision="LatestPublished",
        parameters=[{"key": "who", "value": "Ann"}],
    )
    after = widget("after", "say-play", {"audioComplete": None}, say="Goodbye.")
    inner = widget("tell", "say-play", {"audioComplete": None}, say="Hello, {{trigger.parent.parameters.who}}.")
    subflow = flow("tell", inner, event="incomingParent")
    imported = import_studio(flow("run", run, after), name="test", subflows={"FW1": subflow})
    assert not imported.errors
    assert drive(imported, []).said == ["Hello, Ann.", "Goodbye."]


def test_what_a_service_answers_is_read_and_a_missing_field_is_blank():
    """A field that is not there does not make the request fail."""
    ask = widget(
        "api", "make-http-request", {"success": "tell", "failed": None}, method="GET", url="https://a.example/"
    )
    tell = widget(
        "tell", "say-play", {"audioComplete": None}, say="[{{widgets.api.parsed.a.b}}{{widgets.api.parsed.c}}]"
    )
    _, run = same_ways(flow("api", ask, tell), Script(lambda _kind: Answered(200, {"a": {"b": "x"}})))
    assert run.said == ["[x]"]


def valid_flows() -> list[Path]:
    """The flows from life that Studio would take: of others, nobody has said what they mean."""
    if not DATA.exists():
        return []
    judge = Draft202012Validator(json.loads((DATA / "studio_flow.schema.json").read_text(encoding="utf-8")))
    files = sorted((DATA / "studio_flows").glob("*__*.json"))
    return [file for file in files if judge.is_valid(json.loads(file.read_text(encoding="utf-8")))]


@pytest.mark.data
@pytest.mark.parametrize("file", valid_flows(), ids=lambda file: file.stem)
@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_flows_from_life_take_the_same_ways(file, data):
    """Up to a widget that was left open, where the ways must part."""
    script = Script(lambda kind: data.draw(happenings(kind), label=kind))
    same_ways(file.read_text(encoding="utf-8"), script)
