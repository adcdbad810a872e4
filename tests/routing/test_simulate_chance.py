"""Chance in simulations: laws have the moments they claim, arrivals the rates, and streams their own names."""

import math

import numpy as np
import pytest

from routing.simulate import (
    Chance,
    Exponential,
    Fixed,
    Gamma,
    Listed,
    LogNormal,
    Measured,
    Never,
    Poisson,
    RateTable,
    Renewal,
    TwoPhase,
)  # fmt: skip

MANY = 100_000


@pytest.mark.parametrize(
    ("law", "mean", "scv"),
    [
        (Exponential(180.0), 180.0, 1.0),
        (Fixed(15.0), 15.0, 0.0),
        (LogNormal(240.0, 1.2), 240.0, 1.2),
        (Gamma(60.0, 2.0), 60.0, 0.5),
        (Gamma(1.0, 28.7), 1.0, 1 / 28.7),
        (TwoPhase(30.0, 4.0), 30.0, 4.0),
        (Measured((10.0, 20.0, 60.0)), 30.0, (20**2 + 10**2 + 30**2) / 3 / 30**2),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, float) else "",
)
def test_a_law_has_the_mean_and_the_variance_it_claims(law, mean, scv):
    drawn = law.draw(Chance(1).of("any"), MANY)
    assert law.mean == mean
    assert drawn.mean() == pytest.approx(mean, rel=0.03)
    assert drawn.var() / mean**2 == pytest.approx(scv, rel=0.12, abs=1e-12)


def test_who_never_hangs_up_has_no_end_of_patience():
    assert math.isinf(Never().mean)
    assert np.isinf(Never().draw(Chance(1).of("any"), 3)).all()


def test_arrivals_come_at_their_rate_and_in_order():
    for arrivals, rate in ((Poisson(0.5), 0.5), (Renewal(Fixed(4.0)), 0.25), (Poisson(0.0), 0.0)):
        times = arrivals.times(Chance(2).of("any"), 40_000.0, 1.0)
        assert len(times) == pytest.approx(rate * 40_000, rel=0.03, abs=1)
        assert (np.diff(times) >= 0).all()
        assert not len(times) or 0 < times[0] < times[-1] < 40_000


def test_a_busy_day_multiplies_every_rate():
    calm, busy = (Poisson(0.5).times(Chance(2).of("any"), 40_000.0, busyness) for busyness in (1.0, 1.5))
    assert len(busy) == pytest.approx(1.5 * len(calm), rel=0.03)


def test_a_table_of_rates_is_followed_and_nobody_comes_where_it_says_nobody():
    table = RateTable(((0.0, 1.0), (1000.0, 0.0), (2000.0, 3.0)), until=3000.0)
    times = table.times(Chance(2).of("any"), 1e9, 1.0)
    counts = np.histogram(times, [0, 1000, 2000, 3000, 1e9])[0].tolist()
    assert counts[1] == counts[3] == 0
    assert counts[0] == pytest.approx(1000, abs=100)
    assert counts[2] == pytest.approx(3000, abs=170)


def test_listed_callers_come_when_they_came():
    assert Listed((9.0, 3.0, 50.0)).times(Chance(1).of("any"), 10.0, 1.0).tolist() == [3.0, 9.0]


def test_a_stream_is_named_by_seed_replication_and_purpose():
    def first(seed, replication, *purpose):
        return Chance(seed, replication).of(*purpose).random()

    assert first(1, 0, "service", "billing") == first(1, 0, "service", "billing")
    others = {first(2, 0, "service", "billing"), first(1, 1, "service", "billing"), first(1, 0, "service", "x")}
    assert len(others | {first(1, 0, "service", "billing")}) == 4


def test_a_longer_run_begins_as_a_shorter_one():
    short, long = (Poisson(0.5).times(Chance(2).of("any"), until, 1.0) for until in (5000.0, 50_000.0))
    assert long[: len(short)].tolist() == short.tolist()
