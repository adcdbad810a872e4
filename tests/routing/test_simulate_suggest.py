"""Suggested staff: it reaches the target, repeats for the seed, and begins with Erlang's formulas. Charts are whole."""

import math
from xml.etree import ElementTree as ET

import pytest

from routing.config import ServiceLevel
from routing.match import Ring
from routing.patience import exponential
from routing.simulate import Callers, Exponential, LogNormal, crew
from routing.simulate.chart import Panel, Series, chart
from routing.simulate.rates import table_of
from routing.simulate.suggest import Wanted, suggest
from routing.staffing import fewest_agents

CALLS = [5.0, 20.0, 35.0, 12.0]


@pytest.fixture(scope="module")
def wanted():
    arrivals = table_of([0.0] * 16 + CALLS + [0.0] * 28, (8 * 3600.0, 10 * 3600.0))
    callers = Callers("all", arrivals, LogNormal(240.0, 1.0), Exponential(180.0), rings=(Ring(0, {"billing": 1}),))
    return Wanted(callers, {"billing": 1}, ServiceLevel(), CALLS, 240.0, exponential(180.0))


def found(wanted, seed=1):
    with crew() as played_by:
        return suggest(wanted, played_by, replications=12, seed=seed)


def test_every_half_hour_reaches_the_target_with_the_staff_suggested(wanted):
    suggestion = found(wanted)
    assert all(slot.level >= 0.8 for slot in suggestion.slots)
    assert all(slot.low <= slot.level <= slot.high for slot in suggestion.slots)
    assert suggestion.hours == sum(slot.agents for slot in suggestion.slots) / 2
    assert suggestion.rounds > 1


def test_the_same_seed_gives_the_same_answer(wanted):
    first, again = found(wanted), found(wanted)
    assert (first.slots, first.level, first.calls) == (again.slots, again.level, again.calls)
    assert found(wanted, seed=2).level != first.level


def test_the_search_begins_with_the_formula_and_stays_near_it(wanted):
    for slot in found(wanted).slots:
        exact = fewest_agents(slot.calls / 1800, 240.0, target=0.8, within=20.0, patience=exponential(180.0))
        assert slot.by_formula == exact
        assert abs(slot.agents - exact) <= 2


def test_a_chart_is_whole_has_its_words_and_leaves_gaps():
    """A half-hour without callers has no point, and one alone is a dot."""
    gap = (math.nan, math.nan, math.nan)
    lines = (Series("callbacks <on>", [(0.5, 0.4, 0.6), gap, (0.9, 0.8, 1.0), (0.7, 0.6, 0.8)]),)
    text = chart("A day", "told", [Panel("service level", lines, "%", aim=0.8)], opens=8 * 3600.0)
    root = ET.fromstring(text)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}polyline")) == 2
    assert len(root.findall(f"{space}circle")) == 1
    words = [element.text for element in root.iter(f"{space}text")]
    assert {"A day", "service level", "callbacks <on>", "aim 80%", "08:00", "10:00", "100%"} <= set(words)
