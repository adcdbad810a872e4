"""What the `queue` verb asks for and where it leads: known agents, kept places, nobody there, a place taken up."""

import pytest

from call_flows.actions import Enqueue, Say
from call_flows.events import CallArrived, QueueEnded, QueueOutcome, WaitTurn
from call_flows.facts import CallerFacts, Facts, QueueFacts
from tests.call_flows.conftest import MONDAY_MORNING, SITE

FLOW = """
flow: main
start: line
nodes:
  line: {queue: billing, nobody: alone, closed: shut, failed: bye%s}
  alone: {say: Nobody is here., next: bye}
  shut: {say: We had to close., next: bye}
  bye: {hang_up: Goodbye.}
"""
HOLD = """
flow: hold
start: kept
nodes:
  kept: {when: [{if: queue.resumed, next: told}], else: music}
  told: {say: We kept your place., next: music}
  music: {wait: 10s, next: kept}
"""


def site(*options, **more):
    queue = ", ".join(["rings: [{after: 0s, needs: {billing: 3}}]", *options])
    return SITE.replace(
        "    rings: [{after: 0s, needs: {billing: 3}}, {after: 45s, needs: {billing: 1}}]\n", f"    {{{queue}}}\n"
    ).replace("  billing:\n    {", "  billing: {")


def facts(agents=2, **more):
    return Facts(
        MONDAY_MORNING, caller=CallerFacts("+12025550142"), queues={"billing": QueueFacts(0, agents, None)}, **more
    )


def test_an_agent_may_be_named_and_for_how_long_only_he_is_asked(make_talk):
    """By a slot, a label, or as it stands."""
    action = make_talk(FLOW % ", agent: ' ana ', agent_for: 45s, keep_place: true", site(), facts()).last
    assert isinstance(action, Enqueue)
    assert (action.preferred_agent, action.alone, action.keep_place) == ("ana", 45.0, True)


def test_without_a_word_of_it_the_queue_decides(make_talk):
    action = make_talk(FLOW % "", site(), facts()).last
    assert (action.preferred_agent, action.alone, action.keep_place) == ("", None, False)


def test_an_empty_text_names_nobody(make_talk):
    assert make_talk(FLOW % ', agent: "{{ caller.tier }}"', site(), facts()).last.preferred_agent == ""


@pytest.mark.parametrize(("when", "node"), [("leave", "bye"), ("join", "line")])
def test_while_nobody_is_signed_in_the_queue_says_whether_one_waits(make_talk, when, node):
    talk = make_talk(FLOW % "", site(f"when_nobody: {when}"), facts(agents=0))
    assert talk.state.at.node == node
    assert ("Nobody is here." in talk.heard) == (when == "leave")


@pytest.mark.parametrize(("outcome", "words"), [("nobody", "Nobody is here."), ("closed", "We had to close.")])
def test_a_wait_that_ends_from_our_side_goes_on_at_its_exit(make_talk, outcome, words):
    talk = make_talk(FLOW % "", site("leave_when_empty: true"), facts())
    talk.send(QueueEnded(facts(), QueueOutcome(outcome)))
    assert words in talk.heard
    assert talk.state.ended


@pytest.mark.parametrize("option", ["when_nobody: leave", "leave_when_empty: true"])
def test_an_exit_that_can_be_taken_must_be_written(codes, option):
    flow = (FLOW % "").replace("nobody: alone, ", "").replace("  alone: {say: Nobody is here., next: bye}\n", "")
    assert "E201" in codes(flow, site(option))
    assert "E201" not in codes(flow, site())


@pytest.mark.parametrize(("resumed", "heard"), [(True, "We kept your place."), (False, "")])
def test_a_caller_who_has_the_place_back_can_be_told(make_talk, resumed, heard):
    talk = make_talk(FLOW % "", site("while_waiting: hold"), facts(), hold=HOLD)
    talk.send(WaitTurn(facts(position=1, resumed=resumed)))
    assert talk.heard.strip() == heard
    assert resumed == any(isinstance(action, Say) for action in talk.actions)
    assert not isinstance(talk.step, CallArrived)


OTHER = "  other: {rings: [{after: 0s, needs: {spanish: 1}}]}\n"
IDLE = {
    "an overflow to itself": ["overflow: {to: billing, after: 1m}"],
    "an overflow after the end": ["max_wait: 5m", "overflow: {to: other, after: 5m}"],
    "more credit than anybody may have": ["credit: 2h"],
    "how long ago nobody was known": ["known_within: 7d"],
    "a known agent waited for to the end": ["max_wait: 1m", "known_agent: 1m"],
}


@pytest.mark.parametrize("options", IDLE.values(), ids=IDLE)
def test_a_setting_that_never_takes_effect_is_told(codes, options):
    whole = site(*options).replace("agents:", f"{OTHER}agents:")
    assert "W631" in codes((FLOW % "").replace("failed: bye}", "timed_out: bye, failed: bye}"), whole)


@pytest.mark.parametrize(
    ("rings", "told"),
    [
        ("[{after: 0s, needs: {billing: 3}, when_waiting: 2}]", True),
        ("[{after: 0s, needs: {billing: 3}}, {after: 9m, needs: {billing: 1}, when_waiting: 6}]", True),
        ("[{after: 0s, needs: {billing: 3}}, {after: 9m, needs: {billing: 1}, when_waiting: 5}]", False),
    ],
)
def test_a_crowd_that_opens_nothing_is_told(codes, rings, told):
    whole = site("max_size: 5").replace("[{after: 0s, needs: {billing: 3}}]", rings)
    assert ("W631" in codes((FLOW % "").replace("failed: bye", "full: bye, failed: bye"), whole)) == told


def test_a_queue_that_helps_well_is_not_told_of(codes):
    options = ["max_wait: 9m", "overflow: {to: other, after: 2m, also: true, while_fewer: 3}", "known_agent: 30s"]
    whole = site(*options, "credit: 30s", "resume_within: 10m", "agent_choice: least_occupied").replace(
        "agents:", f"{OTHER}agents:"
    )
    assert "W631" not in codes((FLOW % "").replace("failed: bye}", "timed_out: bye, failed: bye}"), whole)


def test_a_queue_that_only_helps_is_not_one_to_which_nobody_comes(codes):
    alone = site().replace("agents:", f"{OTHER}agents:")
    helping = site("overflow: {to: other, after: 2m}").replace("agents:", f"{OTHER}agents:")
    assert "W626" in codes(FLOW % "", alone)
    assert "W626" not in codes(FLOW % "", helping)


def test_a_queue_to_overflow_to_must_be_there(codes):
    assert "E103" in codes(FLOW % "", site("overflow: {to: nowhere, after: 1m}"))
