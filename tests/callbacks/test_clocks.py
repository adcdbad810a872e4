"""Never early, never twice, never lost: over zones, daylight saving, two dialers at once, and clocks that jump."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import routing.service  # noqa: F401 - so that `create_all` makes all tables
from callbacks.jobs import fire_due
from callbacks.policy import DialPolicy, Plan
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.ids import CountingIds

from .conftest import CUSTOMER, House

ZONES = ["America/New_York", "America/St_Johns", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"]
CHANGES = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York goes forward
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # and back
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # London goes forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe, by half an hour
]
NUMBERS = [CUSTOMER, "+18085550142", "+19075550142", "+441212345678"]


class JumpingClock(ManualClock):
    """A clock that somebody sets: the hands jump, the seconds that pass do not."""

    def jump(self, seconds):
        self._start += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A database with every table and no row, made once and copied."""
    path = tmp_path_factory.mktemp("clocks") / "empty.db"
    db = Database(f"sqlite:///{path}")
    db.create_all()
    db.dispose()
    return path


def built(empty, now, policy, clock_kind=ManualClock):
    path = empty.with_name("clocks.db")
    for old in empty.parent.glob("clocks.db*"):
        old.unlink()
    shutil.copy(empty, path)
    return House(Database(f"sqlite:///{path}"), clock_kind(now), CountingIds(), policy)


@pytest.mark.promise(16)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    change=st.sampled_from(CHANGES),
    offset=st.integers(-26 * 60, 26 * 60),
    ahead=st.integers(1, 30 * 60),
    number=st.sampled_from(NUMBERS),
    zone=st.sampled_from(ZONES),
    share=st.floats(0, 1),
    step=st.integers(1, 1_800),
)
def test_around_every_change_of_the_clocks_no_callback_is_early_or_in_quiet_hours(
    empty, change, offset, ahead, number, zone, share, step
):
    """Two dialers look at once, at odd moments; the callback comes in line once, when its time has come."""
    policy = DialPolicy(
        countries=("US", "GB"), quiet=(time(21), time(8)), zone=ZoneInfo(zone), plans={"billing": Plan()}
    )
    house = built(empty, change + timedelta(minutes=offset), policy)
    wanted = policy.next_allowed(number, "billing", house.clock.now() + timedelta(minutes=ahead))
    promise_id = house.promised(number=number, due_at=wanted)
    before = max(0.0, (wanted - house.clock.now()).total_seconds() - 0.01)
    with ThreadPoolExecutor(max_workers=2) as pool:

        def both_look(after):
            house.clock.advance(after)
            return sum(pool.map(lambda _: fire_due(house.callbacks, house.dialer), range(2)))

        for part in (before * share, before * (1 - share)):
            assert both_look(part) == 0, "early"
        looks = 1
        while (fired := both_look(step)) == 0:
            looks += 1
            assert looks < 60, "lost"
    came = house.clock.now()
    assert fired == 1
    assert came >= wanted
    assert policy.next_allowed(number, "billing", came) == came
    held_up = policy.next_allowed(number, "billing", wanted + timedelta(seconds=step))
    assert came <= held_up + timedelta(seconds=2 * step), "late"
    assert house.row(promise_id).state == "due"
    house.db.dispose()


@pytest.mark.promise(16)
def test_a_due_callback_starts_within_two_seconds_of_its_time(house):
    """The ticker looks four times a second."""
    due = house.clock.now() + timedelta(seconds=100)
    promise_id = house.promised(due_at=due)
    house.agent()
    while not house.offers:
        house.pass_time(0.25)
    assert timedelta() <= house.clock.now() - due <= timedelta(seconds=2)
    assert house.row(promise_id).state == "due"


@pytest.fixture
def jumping(empty, policy):
    plan = replace(policy.plan("billing"), retry_after=(600.0, 900.0))
    plans = replace(policy, quiet=None, plans={"billing": plan})
    house = built(empty, datetime(2026, 3, 2, 15, tzinfo=UTC), plans, JumpingClock)
    yield house
    house.db.dispose()


JUMPS = [pytest.param(3600, id="an hour forward"), pytest.param(-3600, id="an hour back")]


@pytest.mark.promise(43)
@pytest.mark.parametrize("jump", JUMPS)
def test_a_promise_in_line_is_not_lost_in_a_jump(jumping, jump):
    """Asked for just before: an hour back, its time would be an hour away."""
    promise_id = jumping.promised()
    jumping.agent()
    jumping.pass_time(5)
    jumping.clock.jump(jump)
    jumping.pass_time(20)
    assert jumping.row(promise_id).state == "due"
    assert len(jumping.offers) == 1


@pytest.mark.promise(43)
@pytest.mark.parametrize("jump", JUMPS)
def test_a_dial_under_way_is_neither_made_again_nor_forgotten_in_a_jump(jumping, jump):
    promise_id = jumping.promised()
    jumping.agent()
    jumping.pass_time(20)
    order = jumping.dial(promise_id)
    jumping.dialer.known[order.key] = None
    jumping.clock.jump(jump)
    for _ in range(40):
        jumping.callbacks.parts.clock.advance(1)
        fire_due(jumping.callbacks, jumping.dialer)
    assert jumping.dialer.dialled == []
    assert jumping.row(promise_id).attempts == 1
    jumping.dialer.known[order.key] = "busy"
    for _ in range(130):
        jumping.callbacks.parts.clock.advance(1)
        fire_due(jumping.callbacks, jumping.dialer)
    assert jumping.row(promise_id).state == "scheduled", "the carrier's word was asked for all the same"


@pytest.mark.promise(43)
def test_the_wait_for_the_next_attempt_is_not_an_hour_longer_for_a_clock_set_back(jumping):
    promise_id = jumping.promised()
    jumping.agent()
    jumping.pass_time(20)
    jumping.callbacks.attempt_failed(jumping.dial(promise_id).key, "busy")
    jumping.pass_time(1)
    jumping.clock.jump(-3600)
    for _ in range(62):
        jumping.pass_time(10)
    assert jumping.row(promise_id).state == "due"
    assert len(jumping.offers) == 2


@pytest.mark.promise(43)
@pytest.mark.parametrize("jump", JUMPS)
def test_a_chosen_time_is_the_walls_time_and_not_early_by_it(jumping, jump):
    due = jumping.clock.now() + timedelta(hours=3)
    promise_id = jumping.promised(due_at=due)
    jumping.clock.jump(jump)
    came = None
    for _ in range(60):
        jumping.pass_time(300)
        if jumping.row(promise_id).state == "due":
            came = jumping.clock.now()
            break
    assert came is not None
    assert timedelta() <= came - due <= timedelta(seconds=300)


@pytest.mark.promise(43)
def test_the_carriers_pace_does_not_stand_still_for_an_hour_after_a_clock_set_back(jumping):
    first = jumping.promised()
    jumping.agent()
    jumping.pass_time(20)
    jumping.dial(first)
    jumping.clock.jump(-3600)
    second = jumping.promised(number="+13015550142", call_id="CW2")
    jumping.agent("bob")
    jumping.pass_time(20)
    assert jumping.dial(second).go
