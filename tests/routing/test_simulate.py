"""The simulator: anchors that are known exactly, and each of its features on a day small enough to reckon by hand."""

import pytest

from routing.match import Ring
from routing.simulate import (
    CallbackMode,
    Callbacks,
    Callers,
    Chance,
    Choice,
    Counted,
    Exponential,
    Fixed,
    Group,
    Listed,
    Measure,
    Poisson,
    RateTable,
    Redial,
    Scenario,
    Twin,
    Window,
    play,
    simulate,
)  # fmt: skip
from routing.simulate.calls import Calls, draw_calls
from routing.simulate.floor import Floor
from routing.simulate.trace import Fate
from routing.simulate.twins import in_memory, waitlists

WAIT, P_WAIT, ABANDON = Measure("mean_wait"), Measure("p_wait"), Measure("p_abandon")
BUSY = Measure("utilisation")


def one_queue(agents, *, arrivals, service=10.0, patience=None, window=1000.0, **options):
    own = {
        name: options.pop(name) for name in ("callbacks", "redial", "max_wait", "max_size", "rings") if name in options
    }
    callers = Callers("all", arrivals, Fixed(service), *([patience] if patience else []), **own)
    return Scenario((callers,), (Group("all", {}, agents),), Window(window), **options)


def waits(trace):
    return [(left - came) / 1e6 for left, came in zip(trace.left, trace.calls.arrival, strict=True)]


def fates(trace):
    return [Fate(fate).name for fate in trace.fate]


@pytest.mark.parametrize("twin", Twin)
def test_three_callers_and_one_agent_take_their_turns(twin):
    scenario = one_queue(1, arrivals=Listed((0.0, 1.0, 15.0, 40.0)))
    with waitlists(twin) as new:
        trace = play(scenario, Chance(1), new)
    assert waits(trace) == [0.0, 9.0, 5.0, 0.0]
    assert fates(trace) == ["SERVED"] * 4


def test_who_runs_out_of_patience_hangs_up():
    scenario = one_queue(1, arrivals=Listed((0.0, 1.0, 2.0)), patience=Fixed(12.0))
    trace = play(scenario, Chance(1))
    assert waits(trace) == [0.0, 9.0, 12.0]
    assert fates(trace) == ["SERVED", "SERVED", "ABANDONED"]


def test_an_agent_wraps_up_before_the_next_call_but_the_line_is_free_at_once():
    scenario = one_queue(1, arrivals=Listed((0.0, 1.0, 11.0)), wrap_up=Fixed(5.0), trunks=2)
    trace = play(scenario, Chance(1))
    assert waits(trace) == [0.0, 14.0, 19.0]
    assert list(trace.work_till) == [15_000_000, 30_000_000, 45_000_000]


def test_all_trunks_taken_is_a_busy_tone_and_a_full_queue_another():
    blocked = play(one_queue(1, arrivals=Listed((0.0, 1.0, 2.0)), trunks=2), Chance(1))
    full = play(one_queue(1, arrivals=Listed((0.0, 1.0, 2.0)), max_size=1), Chance(1))
    assert fates(blocked) == ["SERVED", "SERVED", "BLOCKED"]
    assert fates(full) == ["SERVED", "SERVED", "FULL"]


def test_the_longest_allowed_wait_ends_by_the_waitlists_own_timer():
    trace = play(one_queue(1, arrivals=Listed((0.0, 1.0, 2.0)), max_wait=11.0), Chance(1))
    assert fates(trace) == ["SERVED", "SERVED", "TIMED_OUT"]
    assert waits(trace)[2] == 11.0


@pytest.mark.parametrize("twin", Twin)
def test_a_ring_that_opens_brings_the_second_best_agent(twin):
    """The expert is busy; the other agent stands by until the second ring opens after 4 s."""
    rings = (Ring(0, {"billing": 5}), Ring(4, {"billing": 1}))
    callers = Callers("billing", Listed((0.0, 1.0)), Fixed(10.0), rings=rings)
    groups = (Group("expert", {"billing": 5}, 1), Group("beginner", {"billing": 2}, 1))
    with waitlists(twin) as new:
        trace = play(Scenario((callers,), groups, Window(100.0)), Chance(1), new)
    assert waits(trace) == [0.0, 4.0]
    assert (trace.agent, trace.ring) == ([0, 1], [0, 1])


def test_agents_come_and_go_and_who_is_on_a_call_finishes_it():
    callers = Callers("all", Listed((0.0, 1.0, 20.0, 31.0)), Fixed(15.0))
    groups = (Group("shift", {}, ((0.0, 1), (10.0, 0), (30.0, 2))),)
    trace = play(Scenario((callers,), groups, Window(100.0)), Chance(1))
    assert waits(trace) == [0.0, 29.0, 10.0, 14.0]
    duty = list(zip(trace.duty_agent, trace.duty_from, trace.duty_till, strict=True))
    assert duty[0] == (0, 0, 15_000_000)


def test_an_idle_agent_leaves_before_one_who_talks():
    callers = Callers("all", Listed((0.0, 12.0)), Fixed(30.0))
    groups = (Group("shift", {}, ((0.0, 2), (10.0, 1))),)
    trace = play(Scenario((callers,), groups, Window(100.0)), Chance(1))
    assert waits(trace) == [0.0, 18.0]


def test_who_hangs_up_may_call_again_with_the_same_matter():
    redial = Redial(1.0, Fixed(5.0))
    scenario = one_queue(1, arrivals=Listed((0.0, 1.0)), patience=Fixed(3.0), redial=redial)
    trace = play(scenario, Chance(1))
    assert trace.calls.arrival == [0, 1_000_000, 9_000_000]
    assert fates(trace) == ["SERVED", "ABANDONED", "SERVED"]


def test_a_callback_keeps_the_place_and_costs_the_agent_the_ringing():
    scenario = one_queue(1, arrivals=Listed((0.0, 1.0, 2.0)), callbacks=Callbacks(15.0, 1.0, ring=3.0))
    trace = play(scenario, Chance(1))
    assert fates(trace) == ["SERVED", "SERVED", "CALLED_BACK"]
    assert waits(trace) == [0.0, 9.0, 21.0]
    assert trace.off_hold[2] == 2_000_000
    assert trace.dials == 1


def test_a_callback_nobody_answers_is_tried_again_from_its_place_and_then_given_up():
    """Dialled at 10 s when the agent is free and, after four seconds of ringing and the gap, at 34 s."""
    rule = Callbacks(5.0, 1.0, answer=0.0, no_answer=4.0, attempts=2, retry_after=20.0)
    trace = play(one_queue(1, arrivals=Listed((0.0, 1.0)), callbacks=rule), Chance(1))
    assert fates(trace) == ["SERVED", "MISSED"]
    assert trace.dials == 2
    assert list(trace.work_from) == [0, 10_000_000, 34_000_000]


def test_callbacks_behind_live_calls_wait_until_an_agent_stays_free():
    rule = Callbacks(5.0, 0.5, CallbackMode.BEHIND_LIVE)
    scenario = one_queue(1, arrivals=Listed(()), callbacks=rule)
    calls = Calls([0, 1_000_000, 2_000_000], [0, 0, 0], [10_000_000] * 3, [1 << 61] * 3, [0.9, 0.1, 0.9])
    trace = Floor(scenario, calls, in_memory(scenario.discipline), Chance(1)).run()
    assert waits(trace) == [0.0, 19.0, 8.0]
    assert fates(trace) == ["SERVED", "CALLED_BACK", "SERVED"]


def test_a_promise_that_falls_due_goes_before_everybody():
    """The due-time guarantee: behind live calls, but not for ever."""
    rule = Callbacks(5.0, 0.5, CallbackMode.BEHIND_LIVE, due_within=7.0)
    scenario = one_queue(1, arrivals=Listed(()), callbacks=rule)
    calls = Calls([0, 1_000_000, 2_000_000], [0, 0, 0], [10_000_000] * 3, [1 << 61] * 3, [0.9, 0.1, 0.9])
    trace = Floor(scenario, calls, in_memory(scenario.discipline), Chance(1)).run()
    assert waits(trace) == [0.0, 9.0, 18.0]


@pytest.mark.parametrize(
    ("scenario", "known"),
    [
        pytest.param(
            (0.05, 60, 4, None), {P_WAIT: 0.50943396, WAIT: 30.566038, BUSY: 0.75}, id="M/M/4 at three quarters"
        ),
        pytest.param(
            (11 / 180, 180, 10, 120),
            {P_WAIT: 0.6055059, ABANDON: 0.1807768, WAIT: 21.693214, BUSY: 0.9011455},
            id="Erlang A, overloaded",
        ),
    ],
)
def test_an_anchor_of_theory_is_inside_the_interval(scenario, known):
    """Eight replications of a fixed seed; 99.9 % intervals, so that a change of the streams hardly ever fails it."""
    rate, service, agents, patience = scenario
    callers = Callers("all", Poisson(rate), Exponential(service), *([Exponential(patience)] if patience else []))
    centre = Scenario((callers,), (Group("all", {}, agents),), Window(100_000, warm_up=5_000))
    result = simulate(centre, list(known), replications=8, seed=11)
    for measure, value in known.items():
        found = result.estimate(measure, 0.999)
        assert abs(found.mean - value) < found.half_width < 0.3 * value, measure.name


def test_the_same_seed_gives_the_same_trace_and_another_seed_another():
    callers = Callers("all", Poisson(0.1), Exponential(60.0), Exponential(40.0))
    scenario = Scenario(
        (callers,), (Group("all", {}, 5),), Window(5000.0), choice=Choice.RANDOM, wrap_up=Exponential(5)
    )
    first, again, other = (play(scenario, Chance(seed)) for seed in (5, 5, 6))
    assert (first.left, first.agent, first.fate) == (again.left, again.agent, again.fate)
    assert first.left != other.left


def test_variants_meet_the_same_callers():
    """Common random numbers: who else calls, how many agents there are, changes nothing about these callers."""
    billing = Callers("billing", Poisson(0.1), Exponential(60.0), Exponential(40.0))
    extra = Callers("extra", RateTable(((0.0, 0.1), (100.0, 0.3)), 500.0), Exponential(30.0))
    alone = draw_calls(Scenario((billing,), (), Window(500.0)), Chance(3))
    both = draw_calls(Scenario((extra, billing), (), Window(500.0)), Chance(3))
    mine = [n for n, kind in enumerate(both.callers) if kind == 1]
    assert [both.arrival[n] for n in mine] == alone.arrival
    assert [both.patience[n] for n in mine] == alone.patience


def test_more_agents_are_compared_pair_by_pair():
    callers = Callers("all", Poisson(0.1), Exponential(60.0))
    few, many = (
        simulate(Scenario((callers,), (Group("all", {}, count),), Window(20_000.0)), [WAIT], replications=5, seed=2)
        for count in (8, 9)
    )
    saved = few.against(many, WAIT)
    assert saved.mean > saved.half_width > 0


def test_several_processes_give_the_same_answer_as_one():
    callers = Callers("all", Poisson(0.1), Exponential(60.0))
    scenario = Scenario((callers,), (Group("all", {}, 8),), Window(2000.0))
    one = simulate(scenario, [WAIT, BUSY], replications=4, seed=2)
    two = simulate(scenario, [WAIT, BUSY], replications=4, seed=2, workers=2)
    assert one.values == two.values


def test_whom_nobody_can_serve_counts_as_waiting_until_the_end():
    callers = Callers("rare", Listed((5.0,)), Fixed(10.0), rings=(Ring(0, {"rare": 1}),))
    others = Callers("all", Listed((0.0,)), Fixed(10.0))
    scenario = Scenario((callers, others), (Group("all", {}, 1),), Window(100.0))
    counted = Counted(scenario, play(scenario, Chance(1)))
    assert Measure("arrivals").of(counted) == 2
    assert Measure("mean_wait", queue="rare").of(counted) == 5.0
    assert Measure("utilisation").of(counted) == 0.1
