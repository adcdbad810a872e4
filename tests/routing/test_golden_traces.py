"""Call by call, both waitlists decide as two independent engines did."""

import json
from pathlib import Path

import pytest

from routing.simulate.golden import check_golden, first_difference, replay
from routing.simulate.twins import Twin

EXCERPT = Path(__file__).parent.parent / "data" / "routing" / "golden_excerpt.json"
TRACES = ["g1_fifo_single", "g2_multiskill_longest", "g3_trunks_wrap_priority"]


@pytest.mark.parametrize("name", TRACES)
def test_the_first_calls_of_a_golden_trace_are_decided_identically(new_waitlist, name):
    trace = json.loads(EXCERPT.read_text(encoding="utf-8"))[name]
    made = replay(trace, lambda discipline: new_waitlist(discipline=discipline))
    decided = {decision[0]: decision for decision in made}
    assert [decided[expected[0]] for expected in trace["expected"]] == trace["expected"]


@pytest.mark.data
@pytest.mark.parametrize("name", TRACES)
def test_a_whole_golden_trace_is_decided_identically(new_waitlist, data, name):
    trace = json.loads((data / "routing" / "golden_traces.json").read_text(encoding="utf-8"))[name]
    assert replay(trace, lambda discipline: new_waitlist(discipline=discipline)) == trace["expected"]


def test_the_command_says_how_many_decisions_are_identical_on_both_twins():
    said = []
    assert check_golden(EXCERPT, [Twin.MEMORY, Twin.REDIS], said.append) == 0
    assert said[-1] == "identical 1486 of 1486\n"


def test_one_decision_that_differs_is_told_and_fails(tmp_path):
    """The proof must be able to fail: an expectation is changed, and the first difference is named."""
    traces = json.loads(EXCERPT.read_text(encoding="utf-8"))
    traces["g1_fifo_single"]["expected"][7][2] += 1
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(traces), encoding="utf-8")
    said = []
    assert check_golden(wrong, [Twin.MEMORY], said.append) == 1
    assert said[-1] == "identical 742 of 743\n"
    assert "first ours [7," in said[0]


def test_decisions_that_agree_have_no_first_difference():
    assert first_difference([[0, "b"], [1, "s"]], [[1, "s"]]) is None
    assert first_difference([[0, "b"], [1, "s"]], [[1, "a"]]) == ([1, "s"], [1, "a"])
