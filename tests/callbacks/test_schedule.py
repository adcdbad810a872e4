"""When to call: never early, never in quiet hours anywhere the number may be, through every change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.schedule import is_quiet, next_allowed, next_attempt, outside_quiet

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.lists(
    st.sampled_from(
        ["America/New_York", "America/St_Johns", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Tokyo"]
    ).map(ZoneInfo),
    min_size=1,
    max_size=2,
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def utc(written):
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(at=MOMENTS, start=TIMES, end=TIMES, zones=ZONES)
def test_the_next_moment_is_allowed_and_none_before_it_is(at, start, end, zones):
    allowed = outside_quiet(start, end, zones)
    found = next_allowed(at, [allowed], horizon=timedelta(days=2))
    if found is None:
        assert len({str(zone) for zone in zones}) > 1, "one zone always has a time that is not quiet"
        return
    assert found >= at
    assert allowed(found)
    moment = found - timedelta(minutes=1)
    while moment > max(at, found - timedelta(hours=3)):
        assert not allowed(moment)
        moment -= timedelta(minutes=7)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-07T14:00", "2026-03-07T14:00"),
        ("2026-03-08T05:00", "2026-03-08T12:00"),
        ("2026-03-07T05:00", "2026-03-07T13:00"),
        ("2026-11-01T04:00", "2026-11-01T13:00"),
    ],
    ids=["by day at once", "the night the clocks go forward", "an ordinary night", "the night they go back"],
)
def test_eight_in_the_morning_is_eight_on_the_wall(at, expected):
    allowed = outside_quiet(time(21), time(8), [NEW_YORK])
    assert next_allowed(utc(at), [allowed]) == utc(expected)


def test_a_time_that_does_not_exist_is_passed_over():
    """Quiet until 02:30 on the night on which 02:30 is skipped: three o'clock comes next."""
    allowed = outside_quiet(time(22), time(2, 30), [NEW_YORK])
    assert next_allowed(utc("2026-03-08T04:00"), [allowed]) == utc("2026-03-08T07:00")


def test_a_number_that_may_be_in_two_zones_is_called_when_both_are_awake():
    allowed = outside_quiet(time(21), time(8), [NEW_YORK, ZoneInfo("America/Los_Angeles")])
    assert next_allowed(utc("2026-07-01T12:30"), [allowed]) == utc("2026-07-01T15:00")


@pytest.mark.parametrize(
    ("at", "start", "end", "quiet"),
    [
        (time(20, 59), time(21), time(8), False),
        (time(21), time(21), time(8), True),
        (time(7, 59), time(21), time(8), True),
        (time(8), time(21), time(8), False),
        (time(13), time(12), time(14), True),
        (time(14), time(12), time(14), False),
    ],
)
def test_quiet_hours_may_pass_midnight_and_end_when_they_say(at, start, end, quiet):
    assert is_quiet(at, start, end) is quiet


def test_hours_that_never_open_give_no_moment():
    assert next_allowed(utc("2026-03-02T15:00"), [lambda _at: False]) is None


@pytest.mark.parametrize(
    ("made", "minutes"),
    [(1, 5), (2, 30), (3, 30), (4, None)],
    ids=["first", "second", "the last wait stays", "given up"],
)
def test_the_wait_before_each_attempt_is_the_queues(made, minutes):
    failed = utc("2026-03-02T15:00")
    again = next_attempt(failed_at=failed, made=made, attempts=4, retry_after=[300, 1800], conditions=[])
    assert again == (None if minutes is None else failed + timedelta(minutes=minutes))


def test_a_retry_that_would_fall_into_the_night_comes_in_the_morning():
    allowed = outside_quiet(time(21), time(8), [NEW_YORK])
    failed = utc("2026-03-03T01:58")
    again = next_attempt(failed_at=failed, made=1, attempts=3, retry_after=[300], conditions=[allowed])
    assert again == utc("2026-03-03T13:00")
