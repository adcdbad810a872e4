"""What might be otherwise: each change does what it says, the callers stay the same; overflow on both twins."""

import math

import pytest

from routing.config import Overflow, ServiceLevel
from routing.match import Ring
from routing.simulate import (
    Callbacks,
    Callers,
    Chance,
    Exponential,
    Fixed,
    Group,
    Listed,
    Poisson,
    RateTable,
    Scenario,
    Twin,
    Window,
    play,
    simulate,
    waitlists,
)  # fmt: skip
from routing.simulate.figures import figures_of, wilson
from routing.simulate.what_if import ChangeRefused, Known, changed

KNOWN = Known(["billing", "spanish"], Callbacks(offer_above=60, accept=0.5))
AIM = ServiceLevel()


def centre(**options):
    rates = RateTable(((0.0, 0.02), (1800.0, 0.04)), 3600.0)
    billing = Callers("billing", rates, Exponential(200.0), Exponential(120.0), rings=(Ring(0, {"billing": 1}),))
    other = Callers("other", Poisson(0.01), Exponential(100.0))
    groups = (Group("ana", {"billing": 3}, 1), Group("evening", {"billing": 1}, ((0.0, 2), (1800.0, 4))))
    return Scenario((billing, other), groups, Window(3600.0), **options)


@pytest.mark.parametrize(
    ("words", "look", "found"),
    [
        ("callbacks on", lambda s: [c.callbacks for c in s.callers], [KNOWN.offer, KNOWN.offer]),
        ("callbacks on billing", lambda s: [c.callbacks for c in s.callers], [KNOWN.offer, None]),
        ("callbacks on, callbacks off other", lambda s: [c.callbacks for c in s.callers], [KNOWN.offer, None]),
        ("calls +50% other", lambda s: s.callers[1].arrivals.per_second, 0.015),
        ("calls -50%", lambda s: s.callers[0].arrivals.rates, ((0.0, 0.01), (1800.0, 0.02))),
        ("add 2 billing:3 spanish:2", lambda s: s.groups[-1].skills, {"billing": 3, "spanish": 2}),
        ("add billing:3", lambda s: s.groups[-1].count, 1),
        ("remove ana", lambda s: s.groups[0].steps, ((0.0, 0),)),
        ("remove 3 evening", lambda s: s.groups[1].steps, ((0.0, 0), (1800.0, 1))),
        ("teach ana spanish:4", lambda s: s.groups[0].skills, {"billing": 3, "spanish": 4}),
    ],
)
def test_a_change_does_what_its_words_say(words, look, found):
    assert look(changed(centre(), words, KNOWN)) == found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("callback off", "'callback off' is no change. .*Did you mean 'callbacks'"),
        ("callbacks maybe", "on or off"),
        ("callbacks off biling", "no queue 'biling'.*Did you mean 'billing'.*billing, other"),
        ("calls more", "How many more"),
        ("add 2", "Which skills"),
        ("add 2 spannish:2", "no skill 'spannish'.*Did you mean 'spanish'"),
        ("add 2 billing:11", "no level from 1 to 10"),
        ("remove anna", "called 'anna'.*Did you mean 'ana'"),
        ("teach bob billing:2", "called 'bob'.*There are ana, evening"),
    ],
)
def test_a_change_that_names_what_is_not_there_teaches(words, told):
    with pytest.raises(ChangeRefused, match=told):
        changed(centre(), words, KNOWN)


def test_callers_who_come_as_they_came_are_not_multiplied():
    listed = Scenario((Callers("a", Listed((1.0,)), Fixed(1.0)),), (Group("g", {}, 1),), Window(10.0))
    with pytest.raises(ChangeRefused, match="as they did"):
        changed(listed, "calls +10%", KNOWN)


def test_the_same_callers_make_a_change_surer_than_the_figures_themselves():
    """Common random numbers: the interval of the difference is narrower than that of either."""
    base, more = centre(), changed(centre(), "add 1 billing:3", KNOWN)
    level = figures_of("billing", AIM, with_callbacks=False)[1]
    before, after = (simulate(one, level.measures, replications=12, seed=3) for one in (base, more))
    change = level.change(after, before)
    assert change.mean == pytest.approx(level.of(after).mean - level.of(before).mean)
    assert change.mean > change.half_width > 0
    assert change.half_width < level.of(before).half_width + level.of(after).half_width
    assert level.change(before, before).half_width == 0


def test_figures_by_hand():
    """Answered at once, after 25 s, given up at 3 s (short) and at 40 s."""
    callers = Callers("all", Listed((0.0, 5.0, 6.0, 7.0)), Fixed(30.0), Exponential(1.0))
    scenario = Scenario((callers,), (Group("g", {}, 1),), Window(100.0))
    from routing.simulate import Counted
    from routing.simulate.calls import Calls

    second = 1_000_000
    patience = [second * 999, second * 999, second * 3, second * 40]
    calls = Calls([0, 5 * second, 6 * second, 7 * second], [0] * 4, [30 * second, 60 * second] + [second] * 2, patience)
    counted = Counted(scenario, play(scenario, Chance(1), calls=calls))
    figures = {figure.name: figure for figure in figures_of("all", AIM, with_callbacks=False)}
    sums = {name: tuple(measure.of(counted) for measure in figure.measures) for name, figure in figures.items()}
    assert sums["service level"] == (1, 3)
    assert sums["abandoned"] == (1, 3)
    assert sums["ASA"] == (25.0, 2)
    assert sums["on hold"] == (25.0 + 3 + 40, 4)


def test_a_share_of_few_callers_keeps_an_interval_even_when_all_went_well():
    low, high = wilson(10, 10)
    assert (round(low, 3), high) == (0.722, 1.0)
    assert wilson(0, 0) == (0.0, 1.0)


def overflowing(*, also, while_fewer=None):
    rule = Overflow("b", 10.0, also=also, while_fewer=while_fewer)
    own = Callers("a", Listed((0.0, 1.0)), Fixed(100.0), rings=(Ring(0, {"a": 1}),), overflow=rule)
    other = Callers("b", Listed((2.0, 5.0)), Fixed(10.0), rings=(Ring(0, {"b": 1}),))
    return Scenario((own, other), (Group("a", {"a": 1}, 1), Group("b", {"b": 1}, 1)), Window(1000.0))


@pytest.mark.parametrize("twin", Twin)
@pytest.mark.parametrize("also", [False, True])
def test_a_caller_goes_on_to_the_other_queue_with_his_place(twin, also):
    """He came at 1, goes on at 11 and is before the one who came there at 5. With `also` he stays the first queue's."""
    with waitlists(twin) as new:
        trace = play(overflowing(also=also), Chance(1), new)
    assert [(left - came) / 1e6 for left, came in zip(trace.left, trace.calls.arrival, strict=True)] == [0, 11, 0, 107]
    assert trace.agent == [0, 1, 1, 1]
    assert trace.calls.callers == [0, 0 if also else 1, 1, 1]


@pytest.mark.parametrize("twin", Twin)
def test_he_goes_on_only_when_there_is_room(twin):
    """One waits there until 12: he is looked at once a second from 11 on, and goes when that one is served."""
    with waitlists(twin) as new:
        trace = play(overflowing(also=False, while_fewer=1), Chance(1), new)
    assert trace.left[1] == 22_000_000
    assert not math.isnan(trace.ended)
