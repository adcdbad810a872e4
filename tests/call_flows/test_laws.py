"""The laws of the engine, over flows nobody would write and callers nobody would wish for."""
# ruff: noqa: E501 - a flow or a row of a table reads best in one line

import random
import typing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from call_flows.actions import EndingAction, InnerAction, WaitingAction
from call_flows.engine import MAX_SILENT, advance, begin
from call_flows.events import (
    CallArrived,
    CallbackAnswered,
    Collected,
    CustomerAnswered,
    DialEnded,
    DialOutcome,
    Event,
    Fetched,
    HungUp,
    MessageAnswered,
    MessageRecorded,
    PaymentEnded,
    QueueEnded,
    QueueOutcome,
    Resumed,
    WaitTurn,
)
from call_flows.facts import CallerFacts, Facts, HoursStatus, QueueFacts
from call_flows.loader import load_texts
from call_flows.notes import CallEnded, note_to_json
from call_flows.state import CallState
from exchange.twiml.document import read_twiml
from ivr.twiml import Page, render
from ivr.twiml.page import MAX_BYTES
from tests.call_flows.conftest import MONDAY_MORNING, SITE, Talk, texts_of

NODES = ["a", "b", "c", "d", "e", "f"]
target = st.sampled_from([*NODES, "nowhere"])
slot = st.sampled_from(["n", "t", "p", "y"])
EXPRESSIONS = ["n > 3", "t + 1", "1 / 0", "n * n * n", "'x'", "ewt > 9", "queue.position", "t in 'abc'", "-t", "None"]
TEXTS = ["Hello.", "You said {{ t }}.", "{{ n | money }} {{ t | date }} {{ p | digits }} {{ queue.wait | about }}"]


def node(draw) -> str:
    verb = draw(st.sampled_from(list(BUILDERS)))
    return BUILDERS[verb](lambda: draw(target), lambda: draw(st.sampled_from(TEXTS)), lambda: draw(slot), draw)


BUILDERS = {
    "say": lambda to, text, _slot, _draw: f"{{say: '{text()}', next: {to()}}}",
    "play": lambda to, text, _slot, _draw: f"{{play: tune, text: '{text()}', next: {to()}}}",
    "menu": lambda to, text, _slot, draw: (
        f"{{menu: '{text()}', options: [{{press: 1, says: [cats], next: {to()}}}, {{says: [dogs], next: {to()}}}],"
        f" tries: {draw(st.integers(1, 3))}, failed: {to()}}}"
    ),
    "ask": lambda to, text, slot, draw: (
        f"{{ask: '{text()}', into: {slot()}, next: {to()}, failed: {to()}"
        + draw(st.sampled_from(["", f", confirm: '{text()}'", ", valid: n > 2"]))
        + "}"
    ),
    "when": lambda to, _text, _slot, draw: (
        f'{{when: [{{if: "{draw(st.sampled_from(EXPRESSIONS))}", next: {to()}}}], else: {to()}}}'
    ),
    "set": lambda to, _text, slot, draw: f'{{set: {{{slot()}: "{draw(st.sampled_from(EXPRESSIONS))}"}}, next: {to()}}}',
    "hours": lambda to, _text, _slot, _draw: f"{{hours: office, open: {to()}, closed: {to()}}}",
    "fetch": lambda to, _text, slot, _draw: (
        f"{{fetch: 'http://x/{{{{ t }}}}', into: {{{slot()}: $.v}}, next: {to()}, failed: {to()}}}"
    ),
    "consent": lambda to, text, _slot, _draw: f"{{consent: '{text()}', opt_out: 9, next: {to()}}}",
    "record": lambda to, _text, _slot, draw: (
        f"{{record: {draw(st.sampled_from(['start', 'pause', 'stop']))}, next: {to()}}}"
    ),
    "queue": lambda to, _text, _slot, draw: (
        f"{{queue: {draw(st.sampled_from(['billing', 'nobody']))}, priority: '{draw(st.sampled_from(['n', 't']))}',"
        f" failed: {to()}}}"
    ),
    "leave": lambda _to, _text, _slot, draw: f"{{leave: {draw(st.sampled_from(['callback', 'left']))}}}",
    "dial": lambda to, _text, _slot, _draw: f"{{dial: '{{{{ p }}}}', answered: {to()}, failed: {to()}}}",
    "callback": lambda to, _text, _slot, draw: (
        f"{{callback: {draw(st.sampled_from(['billing', 'current', 'nobody']))}, at: {draw(st.sampled_from(['now', 'ask', 'either']))},"
        f"{draw(st.sampled_from([' offer: Shall we?,', '']))} in_line: {to()},"
        f" next: {to()}, declined: {to()}, refused: {to()}}}"
    ),
    "voicemail": lambda to, text, _slot, _draw: (
        f"{{voicemail: '{text()}', queue: billing, next: {to()}, empty: {to()}}}"
    ),
    "language": lambda to, _text, _slot, draw: f"{{language: {draw(st.sampled_from(['es-US', 'xx']))}, next: {to()}}}",
    "tag": lambda to, text, _slot, _draw: f"{{tag: '{text()}', next: {to()}}}",
    "flow": lambda to, _text, _slot, draw: f"{{flow: {draw(st.sampled_from(['main', 'hold', 'no']))}, next: {to()}}}",
    "return": lambda _to, _text, _slot, draw: f"{{return: {draw(st.sampled_from(['', 'won']))}}}",
    "wait": lambda to, _text, _slot, _draw: f"{{wait: 2s, next: {to()}}}",
    "hang_up": lambda _to, text, _slot, _draw: f"{{hang_up: '{text()}'}}",
    "refuse": lambda _to, _text, _slot, _draw: "{refuse: busy}",
    "split": lambda to, _text, _slot, _draw: f"{{split: [{{share: 30%, next: {to()}}}, {{share: 70%, next: {to()}}}]}}",
    "alert": lambda to, text, _slot, _draw: f"{{alert: '{text()}', next: {to()}}}",
    "message": lambda to, text, _slot, draw: (
        f"{{message: '{text()}', next: {to()}, failed: {to()}"
        + draw(st.sampled_from(["", ", to: '{{ p }}'", ", to: '{{ t }}'"]))
        + "}"
    ),
    "survey": lambda to, text, _slot, draw: (
        f"{{survey: {draw(st.sampled_from(['csat', 'nps', 'ces']))}, next: {to()}, into: n"
        + draw(st.sampled_from(["", ", comment: true", f", comment: '{text()}'", f", question: '{text()}'"]))
        + "}"
    ),
    "pay": lambda to, text, _slot, draw: (
        f"{{pay: '{text()}', next: {to()}, failed: {to()}"
        + draw(st.sampled_from(["", ", amount: n", ", amount: 20.45", ", receipt: '{{ t }}'"]))
        + "}"
    ),
    "customer": lambda to, _text, slot, draw: (
        f"{{customer: {draw(st.sampled_from(['look_up', 'update, set: {name: x}']))}, known: {to()}, unknown: {to()}}}"
    ),
    "knowledge": lambda to, text, _slot, draw: (
        f"{{knowledge: '{text()}', answered: {to()}, unsure: {to()}{draw(st.sampled_from(['', ', about: t']))}}}"
    ),
    "steer": lambda to, text, _slot, _draw: (
        f"{{steer: '{text()}', intents: {{cats: {{examples: [I have a cat, my cat is ill], next: {to()}}}, dogs: {{says: [dogs],"
        f" examples: [the dog barks, about my dog], next: {to()}}}}}, unsure: {to()}, failed: {to()}}}"
    ),
}
"""How each verb is written at random."""


@st.composite
def flow_texts(draw, name: str) -> str:
    nodes = "".join(f"  {each}: {node(draw)}\n" for each in NODES)
    slots = "slots: {n: {type: number}, t: {type: text}, p: {type: phone}, y: {type: yes_no, private: true}}\n"
    always = draw(st.sampled_from(["", 'always: {"0": b, "agent": c}\n']))
    return f"flow: {name}\n{slots}{always}start: a\nnodes:\n{nodes}"


WILD = st.one_of(
    st.sampled_from(["", "0", "1", "2", "9", "*", "#", "12345678", "hangup", "²", "٣"]), st.text(max_size=12)
)
SAID = st.one_of(
    st.sampled_from(["", "cats", "dogs", "agent", "yes", "no", "half past nine", "double four"]), st.text(max_size=40)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["v", "w"]), inner, max_size=2),
    max_leaves=5,
)


ANY_FACTS = st.builds(
    Facts,
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([{}, {"office": HoursStatus.OPEN}, {"office": HoursStatus.HOLIDAY}]),
    st.sampled_from([{}, {"billing": QueueFacts(3, 0, None)}, {"billing": QueueFacts(0, 2, 90.0, is_open=False)}]),
    st.builds(CallerFacts, st.sampled_from(["", "+12025550142", "anonymous", "+1900"]), st.text(max_size=8)),
    st.none() | st.integers(-1, 9),
    st.sampled_from([0.0, 30.0, 1e9]),
)
NO_FACTS = st.just(Facts(MONDAY_MORNING))
ANY_EVENT = st.one_of(
    st.builds(Collected, NO_FACTS, WILD, SAID),
    st.builds(Fetched, NO_FACTS, st.sampled_from([None, 200, 404, 500, -1]), json_values, st.text(max_size=5)),
    st.builds(MessageRecorded, NO_FACTS, st.just("RE1"), st.sampled_from([0.0, 3.0])),
    st.builds(WaitTurn, NO_FACTS),
    st.builds(QueueEnded, NO_FACTS, st.sampled_from(QueueOutcome)),
    st.builds(DialEnded, NO_FACTS, st.sampled_from(DialOutcome)),
    st.builds(CallbackAnswered, NO_FACTS, st.booleans()),
    st.builds(Resumed, NO_FACTS),
    *(st.builds(kind, facts=NO_FACTS) for kind in typing.get_args(Event)),
    st.builds(CallArrived, NO_FACTS),
    st.builds(HungUp, NO_FACTS),
)
"""Made once: building the choices anew for every event took two thirds of the time. The facts are put in when drawn."""


def event_of(draw) -> Event:
    return replace(draw(ANY_EVENT), facts=draw(ANY_FACTS))


def lawful(step) -> None:
    """One step: immediate actions, then exactly one waiting or inner action, or an end."""
    *before, last = step.actions
    assert isinstance(last, WaitingAction | InnerAction | EndingAction)
    assert not any(isinstance(action, WaitingAction | InnerAction | EndingAction) for action in before)
    assert step.state.ended is isinstance(last, EndingAction)
    for note in step.notes:
        assert note_to_json(note)["kind"]


def drawable(step, place: int) -> None:
    """The step is a document that the carrier reads without a note, with one verb at most that waits."""
    if isinstance(step.actions[-1], InnerAction):
        return
    prompts = frozenset({("en-US", "tune")})
    for where in (str(place), f"wait/{place}"):
        document = render(
            step.actions, Page("https://voice.example.com", "CW1", where, "v1", prompts, "wss://m.example/x")
        )
        read = read_twiml(document, "https://voice.example.com/")
        assert read.notes == ()
        assert sum(verb.name in WAITING for verb, _line in read.verbs) <= 1
        assert len(document.encode()) <= MAX_BYTES


WAITING = {"Gather", "Enqueue", "Dial", "Record", "Pay", "Leave", "Hangup", "Reject"}


def any_call_of_any_flow(data) -> None:
    site = SITE.replace("  billing:\n", "  billing:\n    while_waiting: hold\n    callback: {offer_when: ewt > 9}\n", 1)
    loaded = load_texts(texts_of(data.draw(flow_texts("main")), site, hold=data.draw(flow_texts("hold"))), check=None)
    state = begin(loaded, flow="main", caller="+12025550142")
    event = CallArrived(data.draw(ANY_FACTS))
    for place in range(12):
        step = advance(loaded, state, event)
        again = advance(loaded, state, event)
        assert (step.state, step.notes) == (again.state, again.notes)
        assert repr(step.actions) == repr(again.actions)
        assert CallState.from_json(step.state.to_json()) == step.state
        if isinstance(event, HungUp):
            assert step.state.ended
            return
        lawful(step)
        drawable(step, place)
        state = step.state
        event = event_of(data.draw)


@pytest.mark.promise(18)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_flows_with_random_callers_end_and_never_raise(data):
    """Every step of any flow, after any event, in any order, is lawful, survives JSON, and is a document for the carrier."""
    any_call_of_any_flow(data)


@pytest.mark.slow
@pytest.mark.promise(18)
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_random_flows_end_and_never_raise(part):
    """The same, at length: a thousand in each part, so that every core has its share. The run's seed repeats them."""
    at_length = settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
    at_length(seed(random.getrandbits(64) + part)(given(data=st.data())(any_call_of_any_flow)))()


def silent_answer(action, facts: Facts):
    """What the line brings when the caller does nothing and nobody is ever free."""
    name = type(action).__name__
    return {
        "Collect": Collected(facts),
        "Fetch": Fetched(facts, 404),
        "PromiseCallback": CallbackAnswered(facts, promised=False),
        "Enqueue": QueueEnded(facts, QueueOutcome.TIMED_OUT),
        "Dial": DialEnded(facts, DialOutcome.NO_ANSWER),
        "RecordMessage": MessageRecorded(facts, "", 0.0),
        "TakeCard": PaymentEnded(facts, taken=False, result="timeout"),
        "FindCustomer": CustomerAnswered(facts, known=False, error="timeout"),
        "ChangeCustomer": CustomerAnswered(facts, known=False, error="timeout"),
        "SendMessage": MessageAnswered(facts, taken=False, reason="country"),
        "Pause": Resumed(facts),
        "LeaveQueue": QueueEnded(facts, QueueOutcome.LEFT),
    }[name]


@pytest.mark.promise(18)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=flow_texts("main"))
def test_a_caller_who_does_nothing_for_ever_meets_the_end_of_the_call(text):
    """Whatever the flow, silence comes to an end within a bounded number of steps."""
    site = load_texts(texts_of(text), check=None)
    facts = Facts(MONDAY_MORNING)
    state = begin(site, flow="main")
    step = advance(site, state, CallArrived(facts))
    for _ in range(40 * MAX_SILENT):
        if step.state.ended:
            return
        step = advance(site, step.state, silent_answer(step.actions[-1], facts))
    raise AssertionError(text)


def test_a_flow_that_spins_ends_with_an_apology():
    """The check refuses it; the engine ends it all the same."""
    flow = "flow: main\nstart: a\nnodes:\n  a: {say: A., next: b}\n  b: {say: B., next: a}\n"
    talk = Talk(load_texts(texts_of(flow), check=None))
    assert talk.state.ended
    assert "something went wrong" in talk.heard


def test_a_flow_that_asks_services_in_a_ring_ends(make_talk):
    """Each answer is a step of its own, so the step limit alone would not see it."""
    flow = "flow: main\nstart: a\nnodes:\n  a: {fetch: 'http://x', next: a, failed: a}\n"
    talk = Talk(load_texts(texts_of(flow), check=None))
    for _ in range(50):
        if talk.state.ended:
            return
        talk.send(Fetched(talk.facts, 200, {}))
    raise AssertionError("it went on for ever")


def test_silence_ends_with_a_goodbye_in_the_callers_language():
    """A menu whose `failed` leads back to itself hears nobody for ever; the engine says goodbye."""
    flow = "flow: main\nstart: l\nnodes:\n  l: {language: es-US, next: m}\n  m: {menu: A, options: [{press: 1, next: m}], failed: m}\n"
    talk = Talk(load_texts(texts_of(flow), check=None))
    for _ in range(MAX_SILENT):
        assert not talk.state.ended
        talk.silence()
    assert talk.step.notes[-1] == CallEnded("silence")
    assert "No le oímos" in talk.heard


@pytest.mark.promise(17)
def test_a_call_goes_on_upon_the_version_with_which_it_began(make_talk):
    """The state holds names, not texts: the version a call is pinned to is loaded from its own texts."""
    first = "flow: main\nstart: m\nnodes:\n  m: {menu: Old?, options: [{press: 1, next: q}], failed: q}\n  q: {queue: billing, failed: b}\n  b: {hang_up: Old goodbye.}\n"
    old = load_texts(texts_of(first))
    new = load_texts(texts_of(first.replace("Old", "New")))
    assert old.version != new.version
    state = advance(old, begin(old, flow="main"), CallArrived(Facts(MONDAY_MORNING))).state
    pinned = load_texts(old.texts)
    assert pinned.version == old.version
    step = advance(pinned, CallState.from_json(state.to_json()), Collected(Facts(MONDAY_MORNING)))
    assert "Old?" in repr(step.actions)


def test_a_state_of_another_version_is_apologised_for():
    """A node that is no more must not be an exception on the line."""
    site = load_texts(texts_of("flow: main\nstart: b\nnodes:\n  b: {wait: 1s, next: c}\n  c: {hang_up: Bye.}\n"))
    state = begin(site, flow="main")
    from dataclasses import replace

    for lost in (replace(state, at=replace(state.at, node="gone")), replace(state, at=replace(state.at, flow="gone"))):
        step = advance(site, lost, Resumed(Facts(MONDAY_MORNING)))
        assert step.state.ended
        assert "something went wrong" in repr(step.actions)
