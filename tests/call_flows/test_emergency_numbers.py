"""Emergency numbers: a flow may dial those of its own countries at any hour; no caller's word makes it dial one."""

from datetime import timedelta

import pytest

from call_flows.actions import Dial
from call_flows.facts import CallerFacts, Facts
from call_flows.notes import Fault

from .conftest import MONDAY_MORNING

FLOW = """flow: main
start: go
nodes:
  go: {dial: "%s", failed: bye}
  bye: {say: Goodbye., next: end}
  end: {hang_up: served}
"""
HOURS = [timedelta(), timedelta(hours=12), timedelta(days=6)]


@pytest.mark.promise(41)
@pytest.mark.parametrize("later", HOURS, ids=["Monday morning", "at night", "on Sunday"])
@pytest.mark.parametrize("number", ["911", "112"])
def test_an_emergency_number_written_in_the_flow_is_dialled_at_any_hour(make_talk, number, later):
    talk = make_talk(FLOW % number, facts=Facts(MONDAY_MORNING + later))
    assert isinstance(talk.last, Dial)
    assert talk.last.address == number


@pytest.mark.promise(41)
@pytest.mark.parametrize("number", ["911", "112", "999"])
def test_what_a_caller_gives_never_dials_help(make_talk, number):
    facts = Facts(MONDAY_MORNING, caller=CallerFacts(number))
    talk = make_talk(FLOW % "{{ caller.number }}", facts=facts)
    assert [note.code for note in talk.notes(Fault)] == ["number_refused"]


def test_the_emergency_number_of_a_country_the_site_does_not_dial_is_a_mistake(codes):
    assert "E012" in codes(FLOW % "999")
    assert "E012" not in codes(FLOW % "911")
