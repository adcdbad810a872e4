"""Coverage counts nodes and exits over all flows, and names what no test has taken, by file and line."""

from call_flows.loader import load_texts
from call_flows.scenario.coverage import coverage_of
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from tests.call_flows.conftest import texts_of
from tests.call_flows.scenario.conftest import SITE

MAIN = """
flow: main
always: {"0": help, "stop": bye}
start: ask
nodes:
  ask:
    menu: For the rest, press 1.
    options: [{press: "1", next: rest}, {says: [something], next: rest}]
    failed: bye
  rest: {flow: rest, results: {good: bye}, next: help}
  help: {queue: billing, failed: bye}
  bye: {hang_up: Bye.}
"""
REST = """
flow: rest
start: which
nodes:
  which: {menu: Good is 1., options: [{press: "1", next: fine}], failed: poor}
  fine: {return: good}
  poor: {return: }
"""


def covered(*calls: str):
    site = load_texts(texts_of(MAIN, SITE.replace("    while_waiting: hold\n", ""), rest=REST), services={}, check=None)
    text = "tests:\n" + "".join(f"  - {{test: t{n}, flow: main, call: [{call}]}}\n" for n, call in enumerate(calls))
    scenarios, problems = read_tests(site, text, "tests/t.yaml")
    assert problems == []
    return coverage_of(site, [play(world_of(site), one).notes for one in scenarios])


def test_nothing_tried_is_nothing_covered():
    """Of nodes that no test comes to, only the node is named: its exits go without saying."""
    coverage = covered("{hangs_up: true}")
    assert (str(coverage.of_nodes()), str(coverage.of_exits())) == ("1 of 7 (14.3 %)", "0 of 10 (0.0 %)")
    assert [str(missed) for missed in coverage.missed()][:3] == [
        "flows/main.yaml:3:10: no test leaves main.always by press 0 → help",
        "flows/main.yaml:3:21: no test leaves main.always by stop → bye",
        "flows/main.yaml:8:34: no test leaves main.ask by press 1 → rest",
    ]
    assert coverage.percent() == 0.0


def test_the_results_of_a_flow_are_exits_of_the_node_that_runs_it():
    """By its name, or by `next`; and what works everywhere is an exit of its flow."""
    coverage = covered("{presses: '1'}, {presses: '1'}", "{presses: '1'}, {silence: 3}", "{presses: '0'}")
    assert {("main", "rest", "result good"), ("main", "rest", "next"), ("main", "always", "help")} <= coverage.exits
    assert not any(missed.node == "rest" for missed in coverage.missed())


def test_a_wait_that_ends_by_an_unwritten_exit_took_failed():
    """As the engine does."""
    coverage = covered("{presses: '0'}, {after: 10m}")
    assert ("main", "help", "failed") in coverage.exits


def test_everything_tried_is_all_of_it():
    """One hundred percent can be reached."""
    coverage = covered(
        "{presses: '1'}, {presses: '1'}",
        "{says: something}, {silence: 3}",
        "{presses: '0'}, {after: 11m}",
        "{says: stop}",
        "{silence: 3}",
    )
    assert coverage.missed() == []
    assert list(coverage.lines()) == ["Coverage: nodes 7 of 7 (100.0 %), exits 10 of 10 (100.0 %)."]
