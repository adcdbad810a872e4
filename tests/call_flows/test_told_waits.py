"""What a caller is told of the wait: padded and rounded up, a range where it is wide, nothing where unsafe."""

import pytest

from call_flows.events import WaitTurn
from call_flows.facts import Facts, QueueFacts
from call_flows.loader import load_texts
from call_flows.reading.waits import Telling, Told, tell, told
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from tests.call_flows.conftest import MONDAY_MORNING, SITE, texts_of

HOLD = """
flow: hold
start: o
nodes:
  o: {when: [{if: queue.wait != None, next: tell}], else: no}
  tell: {say: "The wait is {{ queue.wait | about }}.", next: w}
  no: {say: No wait is told., next: w}
  w: {wait: 9s, next: o}
"""
MAIN = "flow: main\nstart: q\nnodes:\n  q: {queue: billing, failed: b}\n  b: {hang_up: Bye.}\n"


def site(ewt):
    return SITE.replace("  billing:\n", f"  billing:\n    while_waiting: hold\n    ewt: {ewt}\n", 1)


@pytest.mark.parametrize(
    ("seconds", "telling", "span", "minutes"),
    [
        (0, Telling.PADDED, None, (1, 1)),
        (50, Telling.PADDED, None, (1, 1)),
        (51, Telling.PADDED, None, (2, 2)),
        (250, Telling.PADDED, (100, 400), (5, 5)),
        (251, Telling.PADDED, None, (6, 6)),
        (250, Telling.PRECISE, (100, 400), (5, 5)),
        (300, Telling.PRECISE, None, (5, 5)),
        (540, Telling.RANGE, (490, 590), (8, 10)),
        (540, Telling.RANGE, (500, 550), (8, 10)),
        (90, Telling.RANGE, (65, 115), (2, 2)),
        (40, Telling.RANGE, (5, 200), (1, 4)),
        (540, Telling.RANGE, None, (11, 11)),
    ],
)
def test_the_minutes_that_are_told(seconds, telling, span, minutes):
    """Padded by a fifth and rounded up; a range holds what is probable, and is none where its ends are neighbours."""
    assert tell(seconds, telling, span=span) == Told(*minutes)


@pytest.mark.parametrize(
    ("queue", "telling", "minutes"),
    [
        (QueueFacts(3, 5, 100.0), Telling.PADDED, Told(2, 2)),
        (QueueFacts(3, 5, None), Telling.PADDED, None),
        (QueueFacts(3, 5, 100.0, is_ewt_safe=False), Telling.PADDED, None),
        (QueueFacts(3, 5, 100.0), Telling.OFF, None),
        (QueueFacts(3, 5, 100.0, ewt_least=400.0), Telling.PRECISE, Told(7, 7)),
        (QueueFacts(3, 5, 540.0, ewt_span=(490.0, 590.0), ewt_least=550.0), Telling.RANGE, Told(10, 10)),
    ],
    ids=["told", "nothing known", "not safe", "off", "the head has waited longer", "a range above the head's wait"],
)
def test_nothing_is_told_that_is_unsafe_or_less_than_the_first_in_line_has_waited(queue, telling, minutes):
    assert told(queue, telling) == minutes


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("padded", "The wait is about 11 minutes."),
        ("precise", "The wait is about 9 minutes."),
        ("range", "The wait is between 8 and 10 minutes."),
        ("off", "No wait is told."),
    ],
)
def test_the_queue_says_how_its_callers_are_told(make_talk, mode, said):
    facts = QueueFacts(4, 5, 540.0, ewt_span=(490.0, 590.0))
    talk = make_talk(MAIN, site(f"{{mode: {mode}}}"), hold=HOLD)
    talk.send(WaitTurn(Facts(MONDAY_MORNING, queues={"billing": facts}, position=5)))
    assert talk.heard == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("wait: 9m", "about 11 minutes"),
        ("wait: 9m, safe: false", "No wait is told."),
        ("waiting: 2", "No wait is told."),
    ],
)
def test_a_dialogue_says_what_the_estimate_is_and_whether_it_is_safe(given, said):
    """The same rule in the tests of a site as on the line."""
    small = load_texts(texts_of(MAIN, site("{mode: padded}"), hold=HOLD), services={})
    text = f"test: t\ngiven: {{queues: {{billing: {{{given}}}}}}}\ncall: [{{after: 5s}}, {{hears: {said}}}]\n"
    [scenario], problems = read_tests(small, text, "tests/one.yaml")
    assert not problems
    assert play(world_of(small), scenario).failure is None
