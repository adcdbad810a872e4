"""Skills, rings and lines: who may have whom, and when."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.match import (
    Ring,
    innermost,
    line_of,
    members,
    open_ring,
    rings_from_json,
    rings_to_json,
    to_micros,
    with_needs,
)
from routing.skills import meets, merged, missing

SKILLS = st.dictionaries(st.sampled_from(["billing", "technical", "spanish"]), st.integers(1, 5), max_size=3)
RINGS = st.lists(st.builds(Ring, st.floats(0, 600), SKILLS), max_size=4)


@given(SKILLS, SKILLS, SKILLS)
def test_both_needs_are_met_exactly_when_each_is(skills, first, second):
    assert meets(skills, merged(first, second)) == (meets(skills, first) and meets(skills, second))


@given(SKILLS, SKILLS)
def test_what_is_missing_is_why_needs_are_not_met(skills, needs):
    assert meets(skills, needs) == (not missing(skills, needs))


@given(RINGS, SKILLS)
def test_the_first_ring_is_open_at_once_and_rings_are_in_order(rings, needs):
    made = with_needs(rings, needs)
    assert made[0].after == 0
    assert [ring.after for ring in made] == sorted(ring.after for ring in made)
    assert all(meets(ring.needs, needs) for ring in made)


@given(RINGS)
def test_rings_survive_their_column(rings):
    assert rings_from_json(rings_to_json(rings)) == tuple(rings)


def test_a_column_that_holds_something_else_is_refused():
    with pytest.raises(TypeError, match="seconds"):
        rings_from_json([["soon", {}]])


def test_the_same_rings_give_the_same_line_and_other_rings_another():
    rings = [Ring(0, {"billing": 3, "spanish": 1}), Ring(45, {"billing": 1})]
    same = [Ring(0.0, {"spanish": 1, "billing": 3}), Ring(45.0, {"billing": 1})]
    assert line_of("billing", rings) == line_of("billing", same)
    assert line_of("billing", rings).opens == (0, 45_000_000)
    assert line_of("billing", rings).id != line_of("billing", rings[:1]).id
    assert line_of("billing", rings).id != line_of("technical", rings).id


def test_an_agent_belongs_to_the_first_ring_he_is_good_enough_for():
    rings = [Ring(0, {"billing": 3}), Ring(45, {"billing": 1})]
    assert members(rings, [("alice", {"billing": 4}), ("novice", {"billing": 2}), ("tom", {"technical": 9})]) == {
        "alice": 0,
        "novice": 1,
    }
    assert innermost(rings, {}) is None


@pytest.mark.parametrize(("waited", "ring"), [(0, 0), (44, 0), (45, 1), (89, 1), (90, 2), (9999, 2)])
def test_rings_open_one_after_the_other(waited, ring):
    assert open_ring([0, 45, 90], waited) == ring


def test_moments_are_whole_microseconds_and_small_enough_for_a_score():
    moment = datetime(2500, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
    assert to_micros(moment) == round(moment.timestamp()) * 10**6 + 123456
    assert to_micros(moment) < 2**54
