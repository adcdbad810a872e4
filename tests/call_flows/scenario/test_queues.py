"""Dialogues about what befalls a queue: nobody there, everybody gone home, closed by the switch, a place kept."""

import pytest

from call_flows.loader import load_texts
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of

SITE = """
site: small
timezone: America/New_York
languages: [en-US]
numbers: {"+12025550100": main}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}]
    hours: office
    while_waiting: hold
    when_nobody: leave
    leave_when_empty: true
  always:
    rings: [{after: 0s, needs: {billing: 3}}]
agents: [{name: Ana, login: ana, skills: {billing: 5}}]
"""
MAIN = """
flow: main
start: choice
nodes:
  choice:
    menu: For billing, press 1. For the others, press 2.
    options:
      - {press: "1", says: [billing], next: person}
      - {press: "2", says: [others], next: others}
    failed: person
  person: {queue: billing, closed: shut, nobody: alone, failed: bye}
  others: {queue: always, agent: ana, failed: bye}
  shut: {say: We had to close., next: bye}
  alone: {say: Nobody is here now., next: bye}
  bye: {hang_up: Goodbye.}
"""
HOLD = """
flow: hold
start: turn
nodes:
  turn: {when: [{if: queue.resumed, next: kept}], else: place}
  kept: {say: We kept your place., next: place}
  place: {say: "You are number {{ queue.position }}.", next: music}
  music: {wait: 10s, next: turn}
"""


def failure_of(steps, head="given: {}"):
    site = load_texts({"site.yaml": SITE, "flows/main.yaml": MAIN, "flows/hold.yaml": HOLD})
    lines = "".join(f"      - {line}\n" for line in steps)
    text = f"tests:\n  - test: it\n    flow: main\n    {head}\n    call:\n{lines}"
    scenarios, problems = read_tests(site, text, "tests/it.yaml")
    assert not problems, problems
    failure = play(world_of(site), scenarios[0]).failure
    return "" if failure is None else "\n".join(failure.lines())


WAITS = ["presses: '1'", "expect: {queued: billing}"]
GOES = {
    "closed while waiting": (
        [*WAITS, "queue: closes", "hears: We had to close.", "expect: {ended: true}"],
        "given: {}",
    ),
    "everybody goes home": ([*WAITS, "queue: empties", "hears: Nobody is here now."], "given: {}"),
    "nobody was there": (["presses: '1'", "hears: Nobody is here now."], "given: {queues: {billing: {agents: 0}}}"),
    "refused after all": (["presses: '1'", "hears: Nobody is here now."], "mock: [{queue: billing, gives: nobody}]"),
    "the place is kept": (
        [*WAITS, "hears: We kept your place.", "hears: You are number 1."],
        "given: {queues: {billing: {resumed: true}}}",
    ),
    "an agent named": (["presses: '2'", "expect: {first_asked: ana}"], "given: {}"),
    "those others stay": (["presses: '2'", "queue: empties", "expect: {queued: always}"], "given: {}"),
}


@pytest.mark.parametrize(("steps", "head"), GOES.values(), ids=GOES)
def test_a_designer_can_say_what_befalls_the_queue(steps, head):
    assert failure_of(steps, head) == ""


FAILS = {
    "nobody waits": (["queue: closes"], "the caller waits in none"),
    "no hours": (["presses: '2'", "queue: closes"], "it has no hours"),
    "another agent": (["presses: '2'", "expect: {first_asked: ben}"], "it is ana"),
    "no agent": ([*WAITS, "expect: {first_asked: ben}"], "it is nobody"),
    "not waiting": (["expect: {first_asked: ben}"], "waits in no queue"),
    "no word of it": ([*WAITS, "hears: We kept your place."], "We kept your place."),
}


@pytest.mark.parametrize(("steps", "told"), FAILS.values(), ids=FAILS)
def test_what_cannot_befall_it_is_told(steps, told):
    assert told in failure_of(steps)


def test_after_the_switch_the_queue_is_closed_to_the_next_call_of_the_flow_too():
    """The hours are in an emergency from then on, so a flow that comes back finds it closed."""
    site = MAIN.replace("shut: {say: We had to close., next: bye}", "shut: {say: Once more., next: again}").replace(
        "  bye:", "  again: {queue: billing, closed: bye, nobody: bye, failed: alone}\n  bye:"
    )
    loaded = load_texts({"site.yaml": SITE, "flows/main.yaml": site, "flows/hold.yaml": HOLD})
    steps = "".join(f"      - {line}\n" for line in [*WAITS, "queue: closes", "hears: [Once more., Goodbye.]"])
    text = f"tests:\n  - test: it\n    flow: main\n    call:\n{steps}"
    scenarios, problems = read_tests(loaded, text, "tests/it.yaml")
    assert not problems
    assert play(world_of(loaded), scenarios[0]).failure is None
