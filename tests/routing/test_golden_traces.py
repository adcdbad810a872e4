"""Call by call, both waitlists decide as two independent engines did."""

import json
from pathlib import Path

import pytest

from routing.waitlist import Discipline
from routing.waitlist_memory import MemoryWaitlist

from .conftest import maker_of_waitlists
from .golden import Rehearsal

EXCERPT = Path(__file__).parent.parent / "data" / "routing" / "golden_excerpt.json"
TRACES = ["g1_fifo_single", "g2_multiskill_longest", "g3_trunks_wrap_priority"]
DISCIPLINES = {"longest": Discipline.LONGEST, "priority": Discipline.INNERMOST}


@pytest.fixture(params=["memory", "redis", "cluster"])
def new_waitlist(request):
    """The twins, and the one in Redis on a cluster of three nodes."""
    return maker_of_waitlists(request)


@pytest.mark.parametrize("name", TRACES)
def test_the_first_calls_of_a_golden_trace_are_decided_identically(new_waitlist, name):
    trace = json.loads(EXCERPT.read_text(encoding="utf-8"))[name]
    made = Rehearsal(trace, new_waitlist(discipline=DISCIPLINES[trace["discipline"]])).run()
    decided = {decision[0]: decision for decision in made}
    assert [decided[expected[0]] for expected in trace["expected"]] == trace["expected"]


@pytest.mark.data
@pytest.mark.parametrize("name", TRACES)
def test_a_whole_golden_trace_is_decided_identically(data, name):
    trace = json.loads((data / "routing" / "golden_traces.json").read_text(encoding="utf-8"))[name]
    made = Rehearsal(trace, MemoryWaitlist(discipline=DISCIPLINES[trace["discipline"]])).run()
    assert made == trace["expected"]


@pytest.mark.data
@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize("new_waitlist", ["redis"], indirect=True)
def test_a_whole_golden_trace_is_decided_identically_by_the_scripts(new_waitlist, data, name):
    trace = json.loads((data / "routing" / "golden_traces.json").read_text(encoding="utf-8"))[name]
    made = Rehearsal(trace, new_waitlist(discipline=DISCIPLINES[trace["discipline"]])).run()
    assert made == trace["expected"]
