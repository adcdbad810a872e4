"""What must hold in every simulated centre, whatever comes: laws of queues, checked on the trace."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.match import innermost
from routing.simulate import (
    Callbacks,
    Callers,
    Chance,
    Choice,
    Counted,
    Fixed,
    Group,
    Listed,
    Measure,
    Scenario,
    Window,
)
from routing.simulate.calls import FOREVER, Calls
from routing.simulate.floor import Floor
from routing.simulate.golden import rings_of_levels
from routing.simulate.trace import Fate
from routing.simulate.twins import in_memory
from routing.waitlist import Discipline

SECOND = 1_000_000
KINDS = 3
END = 100_000.0


@st.composite
def centres(draw, *, patient=False, one_class=False):
    """A few queues, a few agents with levels, some tens of calls at moments that never tie."""
    kinds = 1 if one_class else draw(st.integers(1, KINDS))
    levels = 1 if one_class else draw(st.integers(1, 3))
    skill_sets = st.dictionaries(st.integers(0, kinds - 1).map(str), st.integers(11 - levels, 10), min_size=1)
    agents = draw(st.lists(st.just({"0": 10}) if one_class else skill_sets, min_size=1, max_size=6))
    callers = tuple(
        Callers(str(kind), Listed(()), Fixed(1.0), rings=rings_of_levels(str(kind), levels)) for kind in range(kinds)
    )
    groups = tuple(Group(f"agent{number}", skills, 1) for number, skills in enumerate(agents))
    scenario = Scenario(
        callers,
        groups,
        Window(END),
        discipline=draw(st.sampled_from(Discipline)),
        trunks=None if patient else draw(st.none() | st.integers(1, 12)),
        wrap_up=Fixed(draw(st.sampled_from([0.0, 7.000003]))),
    )
    return scenario, draw(_calls(kinds, patient=patient))


@st.composite
def _calls(draw, kinds, *, patient):
    count = draw(st.integers(1, 60))
    seconds = st.integers(1, 300)
    arrival = list(itertools.accumulate(draw(st.lists(st.integers(1, 40), min_size=count, max_size=count))))
    # odd fractions keep the events of different calls apart
    return Calls(
        [moment * SECOND + 7 * number for number, moment in enumerate(arrival)],
        draw(st.lists(st.integers(0, kinds - 1), min_size=count, max_size=count)),
        [draw(seconds) * SECOND + 1009 * number + 1 for number in range(count)],
        [FOREVER if patient or draw(st.booleans()) else draw(seconds) * SECOND + 499 * n + 3 for n in range(count)],
        [draw(st.floats(0, 0.999)) for _ in range(count)],
    )


def run(scenario, calls, new=in_memory):
    copy = Calls(*(list(getattr(calls, name)) for name in ("arrival", "callers", "service", "patience", "accepts")))
    return Floor(scenario, copy, new(scenario.discipline), Chance(1)).run()


def columns(trace):
    return trace.calls, trace.fate, trace.agent, trace.ring, trace.left, trace.off_hold, list(trace.work_till)


def can_serve(scenario):
    """For each kind of caller the agents, by number, who can serve it at all; written without the engine."""
    return [
        {n for n, group in enumerate(scenario.groups) if innermost(callers.rings, group.skills) is not None}
        for callers in scenario.callers
    ]


@given(centres())
@settings(max_examples=40, deadline=None)
def test_nobody_waits_while_an_agent_who_could_serve_him_is_idle(centre):
    """Work conservation, looked at halfway between any two neighbouring moments at which something happened."""
    scenario, calls = centre
    trace = run(scenario, calls)
    able = can_serve(scenario)
    work = list(zip(trace.work_agent, trace.work_from, trace.work_till, strict=True))
    moments = sorted({*trace.calls.arrival, *trace.left, *trace.work_from, *trace.work_till})
    for before, after in itertools.pairwise(moments):
        middle = (before + after) / 2
        busy = {agent for agent, start, end in work if start <= middle < end}
        for call, came in enumerate(trace.calls.arrival):
            if came <= middle < trace.left[call]:
                assert able[calls.callers[call]] <= busy


@given(centres())
@settings(max_examples=40, deadline=None)
def test_callers_of_one_queue_are_served_in_order_of_arrival(centre):
    scenario, calls = centre
    trace = run(scenario, calls)
    for first, second in itertools.combinations(range(len(calls)), 2):
        if calls.callers[first] == calls.callers[second] and trace.fate[second] == Fate.SERVED:
            assert trace.left[first] <= trace.left[second]


@given(centres())
@settings(max_examples=50, deadline=None)
def test_every_call_is_served_or_given_up_or_blocked_and_no_agent_talks_to_two(centre):
    scenario, calls = centre
    trace = run(scenario, calls)
    able = can_serve(scenario)
    served_by_nobody = {call for call in range(len(calls)) if not able[calls.callers[call]]}
    for call, fate in enumerate(trace.fate):
        stays = call in served_by_nobody and calls.patience[call] == FOREVER
        assert fate in ({Fate.OPEN, Fate.BLOCKED} if stays else {Fate.SERVED, Fate.ABANDONED, Fate.BLOCKED})
        if fate == Fate.ABANDONED:
            assert trace.left[call] == calls.arrival[call] + calls.patience[call]
        if fate == Fate.SERVED:
            assert trace.left[call] <= calls.arrival[call] + calls.patience[call]
    spans = sorted(zip(trace.work_agent, trace.work_from, trace.work_till, strict=True))
    for (one, _, end), (other, start, _) in itertools.pairwise(spans):
        assert one != other or end <= start


@given(centres())
@settings(max_examples=40, deadline=None)
def test_the_time_average_of_the_line_is_the_sum_of_the_waits(centre):
    """Little's law, exactly; whom nobody can serve waits until the end."""
    scenario, calls = centre
    trace = run(scenario, calls)
    counted = Counted(scenario, trace)
    left = [trace.ended if moment < 0 else moment for moment in trace.left]
    waited = sum(end - came for end, came in zip(left, trace.calls.arrival, strict=True)) / SECOND
    assert Measure("mean_queue").of(counted) * END == pytest.approx(waited, rel=1e-9, abs=1e-6)


@given(centres(one_class=True))
@settings(max_examples=40, deadline=None)
def test_with_equal_agents_the_waits_do_not_depend_on_who_is_chosen(centre):
    scenario, calls = centre
    waits = []
    for choice in Choice:
        chosen = Scenario(
            scenario.callers, scenario.groups, scenario.window, choice=choice, trunks=scenario.trunks,
            wrap_up=scenario.wrap_up,
        )  # fmt: skip
        waits.append(run(chosen, calls).left)
    assert all(left == waits[0] for left in waits)


@given(centres(patient=True, one_class=True), st.floats(0, 1), st.floats(0, 200))
@settings(max_examples=40, deadline=None)
def test_a_callback_that_keeps_the_place_changes_nobodys_time_to_an_agent(centre, accept, above):
    """Sample path by sample path: only the time on the line becomes shorter."""
    scenario, calls = centre
    plain = run(scenario, calls)
    callers = Callers("0", Listed(()), Fixed(1.0), rings=scenario.callers[0].rings, callbacks=Callbacks(above, accept))
    promised = run(
        Scenario((callers,), scenario.groups, scenario.window, scenario.discipline, wrap_up=scenario.wrap_up), calls
    )
    assert promised.left == plain.left
    assert promised.agent == plain.agent
    assert all(hold <= left for hold, left in zip(promised.off_hold, promised.left, strict=True))


@given(centres(), st.integers(1, 10**6))
@settings(max_examples=40, deadline=None)
def test_shifting_the_clock_changes_nothing(centre, seconds):
    scenario, calls = centre
    shift = seconds * SECOND
    late = Calls([at + shift for at in calls.arrival], calls.callers, calls.service, calls.patience)
    first, second = run(scenario, calls), run(scenario, late)
    assert (second.fate, second.agent, second.ring) == (first.fate, first.agent, first.ring)
    assert [left - shift if left >= 0 else left for left in second.left] == first.left


@given(centres())
@settings(max_examples=40, deadline=None)
def test_renaming_queues_skills_and_groups_changes_nothing(centre):
    scenario, calls = centre
    levels = len(scenario.callers[0].rings)
    callers = tuple(
        Callers(f"q{9 - n}", Listed(()), Fixed(1.0), rings=rings_of_levels(f"s{9 - n}", levels))
        for n in range(len(scenario.callers))
    )
    groups = tuple(
        Group(f"z{n}", {f"s{9 - int(skill)}": level for skill, level in group.skills.items()}, 1)
        for n, group in enumerate(reversed(scenario.groups))
    )[::-1]
    renamed = Scenario(
        callers, groups, scenario.window, scenario.discipline, trunks=scenario.trunks, wrap_up=scenario.wrap_up
    )
    assert columns(run(renamed, calls)) == columns(run(scenario, calls))


@given(centres())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_scripts_in_redis_play_the_same_trace(new_waitlist, centre):
    """Both twins, call by call; the fixture gives each in turn, on an empty site."""
    scenario, calls = centre
    made = run(scenario, calls, lambda discipline: new_waitlist(discipline=discipline))
    assert columns(made) == columns(run(scenario, calls))
