"""What an import of a Studio flow makes: readable files, a row for every widget, and nothing dropped."""

import json
import os
from pathlib import Path

import pytest
import yaml

from call_flows.importers.made import Fate
from call_flows.importers.reporting import report_json, report_text
from call_flows.importers.studio.importing import import_studio
from call_flows.importers.studio.report import rows, table
from call_flows.importers.studio.source import StudioRefused
from call_flows.importers.studio.widgets import HOMELESS, WIDGETS
from call_flows.loader import load_texts
from tests.call_flows.importers.studio_flows import case, flow, widget

DATA = Path(os.environ.get("CALLWRIGHT_DATA") or Path(__file__).parents[4] / "shared" / "data")
SCHEMA = DATA / "studio_flow.schema.json"


def node(imported, name: str, file: str = "") -> dict:
    text = imported.texts[f"flows/{file or imported.name}.yaml"]
    return yaml.safe_load(text)["nodes"][name]


def said(name: str, target: str | None = None, **properties):
    return widget(name, "say-play", {"audioComplete": target}, **({"say": f"{name}."} | properties))


def part_of(imported, name: str):
    return next(part for part in imported.parts if part.name == name)


def test_a_menu_of_keys_is_readable_yaml_with_its_widgets_named():
    """A person goes on with these files."""
    ask = widget(
        "ask", "gather-input-on-call", {"keypress": "split", "timeout": "ask"}, say="Press 1.", number_of_digits=1
    )
    split = widget("split", "split-based-on", {"noMatch": "ask"}, input="{{widgets.ask.Digits}}")
    split["transitions"].append(case("equal_to", "{{widgets.ask.Digits}}", "1", "bye"))
    imported = import_studio(flow("ask", ask, split, said("bye")), name="Main Line", number="+12025550100")
    text = imported.texts["flows/main_line.yaml"]
    assert "# Studio: ask (gather-input-on-call)" in text
    assert "- {if: \"ask_digits == '1'\", next: bye}" in text
    assert node(imported, "bye") == {"hang_up": "bye."}
    assert load_texts(imported.texts).answers("+12025550100").flow == "main_line"


@pytest.mark.parametrize("kind", sorted(HOMELESS))
def test_a_widget_without_a_home_is_left_as_a_marked_node_with_all_its_ways(kind):
    """Never dropped: it says why, `check` reminds of it, and what it led to is still there."""
    odd = widget("odd", kind, {"return": "one", "fail": "two", "hangup": None})
    imported = import_studio(flow("odd", odd, said("one"), said("two")), name="test")
    assert not imported.errors
    assert part_of(imported, "odd").fate is Fate.LEFT
    assert node(imported, "odd")["todo"] == HOMELESS[kind]
    assert {"one", "two"} <= set(yaml.safe_load(imported.texts["flows/test.yaml"])["nodes"])
    assert any(found.code == "W690" and HOMELESS[kind] in found.what for found in imported.problems)


def test_a_widget_that_nobody_knows_is_left_too():
    """Flows written by hand hold widgets that Studio never had."""
    imported = import_studio(flow("odd", widget("odd", "endCall", {"done": None})), name="test")
    assert not imported.errors
    assert "'endCall' is no widget of Studio." in part_of(imported, "odd").notes


def test_exits_that_lead_nowhere_are_reported_and_end_the_call():
    """In the report, and by `check` where the call ends."""
    ask = widget("ask", "gather-input-on-call", {"keypress": None, "speech": None, "timeout": None}, say="Go on.")
    imported = import_studio(flow("ask", ask), name="test")
    assert part_of(imported, "ask").unwired == ["keypress", "timeout"]
    assert "ask keypress, ask timeout" in node(imported, "the_end")["todo"]
    assert not node(imported, "ask")["speech"], "what is not wired is not listened for"


def test_widgets_that_only_messages_reach_are_kept_in_a_flow_of_their_own():
    """A flow for calls and messages loses neither."""
    source = json.loads(flow("hello", said("hello"), widget("text", "send-message", {"sent": None}, body="Hi.", to="")))
    source["states"][0]["transitions"].append({"event": "incomingMessage", "next": "text"})
    imported = import_studio(json.dumps(source), name="test")
    assert not imported.errors
    assert part_of(imported, "text").flows == ["test_on_message"]
    assert not part_of(imported, "text").on_the_phone
    assert node(imported, "text", "test_on_message")["message"] == "Hi."


def test_widgets_that_nothing_leads_to_are_kept_aside():
    """A designer's leftovers are not ours to throw away."""
    imported = import_studio(flow("hello", said("hello"), said("left", "over"), said("over")), name="test")
    assert not imported.errors
    assert part_of(imported, "over").flows == ["test_aside"]
    assert "No way leads to it here: it is kept in a flow of its own." in part_of(imported, "left").notes


@pytest.mark.parametrize(
    "url",
    ["{{flow.variables.base}}/x", "https://a.example/{{flow.variables.base}}"],
    ids=["a fixed base becomes a service", "a value in the path is quoted"],
)
def test_addresses_keep_what_is_fixed_and_quote_what_is_not(url):
    """A variable that holds the server's address is a service of the site: no value can change where a request goes."""
    base = widget(
        "base", "set-variables", {"next": "api"}, variables=[{"key": "base", "value": "https://b.example/v1"}]
    )
    api = widget("api", "make-http-request", {"success": None, "failed": None}, method="GET", url=url)
    imported = import_studio(flow("base", base, api), name="test")
    assert not imported.errors
    fetched = node(imported, "api")["fetch"]
    assert fetched in {"{{ service.base }}/x", "https://a.example/{{ base }}"}


def test_a_request_keeps_its_form_its_json_and_its_query():
    """Values are holes within their shape: none of them can break out of it."""
    body = '{"who": "{{trigger.call.From}}", "n": {{flow.variables.n}}, "in": [{"deep": true}]}'
    json_api = widget(
        "a",
        "make-http-request",
        {"success": "b"},
        method="POST",
        url="https://x.example",
        body=body,
        content_type="application/json",
    )
    pairs = [{"key": "q", "value": "a b"}, {"key": "from", "value": "{{trigger.call.From}}"}]
    query = widget(
        "b", "make-http-request", {"success": "c"}, method="GET", url="https://x.example/?z=1", parameters=pairs
    )
    form = widget(
        "c", "make-http-request", {"success": None}, method="POST", url="https://x.example", parameters=pairs,
        content_type="application/x-www-form-urlencoded;charset=utf-8",
    )  # fmt: skip
    imported = import_studio(flow("a", json_api, query, form), name="test")
    assert not imported.errors
    assert node(imported, "a")["body"] == {"who": "{{ caller.number }}", "n": "{{ n }}", "in": [{"deep": True}]}
    assert node(imported, "b")["fetch"] == "https://x.example/?z=1&q=a%20b&from={{ caller.number }}"
    assert node(imported, "c")["form"] == {"q": "a b", "from": "{{ caller.number }}"}


@pytest.mark.parametrize(
    ("properties", "kept"),
    [
        ({"noun": "number", "to": "+12025550199", "caller_id": "+12025550100"}, {"dial": "+12025550199"}),
        ({"noun": "client", "to": "Ana Li", "caller_id": ""}, {"dial": "agent:ana-li"}),
        ({"noun": "sip", "sip_endpoint": "desk@example.com", "caller_id": ""}, {"dial": "sip:desk@example.com"}),
        ({"noun": "number-multi", "to": "+12025550199,+12025550198", "caller_id": ""}, {"busy": "call.2"}),
        ({"noun": "number", "to": "+442079460123", "caller_id": ""}, {"dial": "+442079460123"}),
    ],
    ids=["a number", "an agent", "a SIP address", "several numbers", "another country"],
)
def test_parties_are_dialled(properties, kept):
    """Whatever is dialled, Studio's one way out follows it."""
    call = widget("call", "connect-call-to", {"callCompleted": "after", "hangup": None}, **properties)
    imported = import_studio(flow("call", call, said("after")), name="test")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    assert kept.items() <= node(imported, "call").items()
    assert node(imported, "call")["answered"] == "after"


@pytest.mark.parametrize(
    "to", ["+15551234567", "12", "{{widgets.x.parsed.y}"], ids=["no such number", "too short", "no Liquid"]
)
def test_a_party_that_cannot_be_dialled_is_left(to):
    """The designer hears of it, and the caller an apology."""
    call = widget("call", "connect-call-to", {"callCompleted": "after"}, noun="number", to=to, caller_id="")
    imported = import_studio(flow("call", call, said("after")), name="test")
    assert not imported.errors
    assert part_of(imported, "call").fate is Fate.LEFT


def test_recording_begins_with_a_notice_and_cards_go_to_the_carrier():
    """Two widgets whose counterparts here are stricter than Studio's."""
    record = widget("record", "record-call", {"success": "pay", "failed": None}, record_call=True)
    pay = widget(
        "pay", "capture-payments", {"success": "stop", "maxFailedAttempts": None, "hangup": None},
        payment_amount="20.45", currency="USD", security_code=False, valid_card_types=["visa", "amex"], max_attempts=2,
    )  # fmt: skip
    stop = widget("stop", "record-call", {"success": None}, record_call=False)
    imported = import_studio(flow("record", record, pay, stop), name="test")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    assert node(imported, "record")["consent"] == "This call is recorded."
    assert node(imported, "pay")["amount"] == "20.45"
    assert node(imported, "pay")["cards"] == ["visa", "amex"]
    assert node(imported, "stop")["record"] == "stop"


def test_a_subflow_runs_where_it_is_imported_too_and_is_marked_where_not():
    """With what it is given; without its export there is a flow in its place that says so."""
    run = widget(
        "run", "run-subflow", {"completed": "after", "failed": None}, flow_sid="FW0123abc",
        flow_revision="LatestPublished",
        parameters=[{"key": "who", "value": "{{trigger.call.From}}"}],
    )  # fmt: skip
    source = flow("run", run, said("after"))
    alone = import_studio(source, name="test")
    assert not alone.errors, "\n".join(map(str, alone.errors))
    assert part_of(alone, "run").fate is Fate.LEFT
    inner = flow("tell", said("tell", None, say="{{trigger.parent.parameters.who}}"), event="incomingParent")
    both = import_studio(source, name="test", subflows={"FW0123abc": inner})
    assert not both.errors, "\n".join(map(str, both.errors))
    assert part_of(both, "run").fate is not Fate.LEFT


def test_a_condition_without_a_counterpart_never_holds_and_is_marked():
    """The other ways of the split are as they were."""
    split = widget("split", "split-based-on", {"noMatch": "no"}, input="{{trigger.call.From}}")
    split["transitions"] += [
        case("regex", "{{trigger.call.From}}", "(?=x)y", "yes"),
        case("starts_with", "{{trigger.call.From}}", "+1", "yes"),
    ]
    imported = import_studio(flow("split", split, said("yes"), said("no")), name="test")
    assert not imported.errors
    assert part_of(imported, "split").fate is Fate.LEFT
    assert [found["if"] for found in node(imported, "split")["when"]] == ["False", "starts(caller.number, '+1')"]


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "{}", '{"states": []}', '{"states": [{"name": "a"}]}', '{"states": [1]}', "[" * 100_000,
     '{"states": [{"name": "a", "type": "say-play"}, {"name": "a", "type": "say-play"}], "initial_state": "a"}'],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_studio_flow_is_refused_in_words(text):
    """With what to do."""
    with pytest.raises(StudioRefused, match="Export the flow's JSON"):
        import_studio(text, name="test")


@pytest.mark.parametrize(
    "hostile",
    ["{{ x | unknown }}", "{% include 'x' %}", "{% for a in b %}{% endfor %}", "{{",
     "{% if %}", "{{ a.b | date: '%Q' }}",
     "{% render 'x' %}", "}} {{{ x }}}", "{{ 'a' | append: 'b' | append: 'c' | split: '' }}",
     "{{ x" * 50, "\x00\u2028{{a}}",
     "{% if a %}" * 30 + "{% endif %}" * 30, "{{ widgets['a b'].Digits }}", "{{ widgets[x].Digits }}",
     "{# a #} {% raw %}{{x}}"],
    ids=range(15),
)  # fmt: skip
def test_liquid_of_any_kind_leaves_a_site_that_checks(hostile):
    """In texts, in values and in conditions: carried, or left with its reason."""
    split = widget("split", "split-based-on", {"noMatch": "fill"}, input=hostile)
    split["transitions"].append(case("equal_to", hostile, hostile, "fill"))
    fill = widget("fill", "set-variables", {"next": None}, variables=[{"key": "v", "value": hostile}])
    imported = import_studio(flow("hello", said("hello", "split", say=hostile), split, fill), name="test")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    assert len(imported.parts) == 4


def test_the_report_has_a_row_for_every_widget_in_both_formats():
    """For people and for machines."""
    imported = import_studio(
        flow("odd", widget("odd", "fork-stream", {"next": None}, stream_action="start")), name="test"
    )
    text = report_text(imported, "flow.json")
    assert "| odd | fork-stream | left as a marked node |" in text
    assert "1 of 2 parts were carried over" in text
    told = json.loads(report_json(imported))
    assert told["counts"] == {"carried over": 1, "carried over with a note": 0, "left as a marked node": 1}
    assert [part["name"] for part in told["parts"]] == ["Trigger", "odd"]


def test_every_voice_widget_of_the_schema_is_known():
    """Each has a home, or a reason why not."""
    kinds = {"trigger", *WIDGETS, *HOMELESS}
    assert len(kinds) >= 21
    if SCHEMA.exists():
        states = json.loads(SCHEMA.read_text())["properties"]["states"]
        assert set(states["items"]["properties"]["type"]["enum"]) <= kinds


@pytest.mark.data
def test_the_flows_from_life_reach_the_goal():
    """Every voice flow imports and checks; of the widgets of the voice flows at least 95 % are carried over."""
    found = rows(DATA / "studio_flows")
    assert len(found) >= 18
    assert all(row.imported is not None for row in found)
    voice = [row.imported for row in found if row.is_voice]
    assert [str(problem) for imported in voice for problem in imported.errors] == []
    parts = sum(len(imported.voice) for imported in voice)
    left = sum(imported.count(Fate.LEFT) for imported in voice)
    assert 1 - left / parts >= 0.95
    assert "voice flows together" in table(found)
