"""The estimates against theory and against a bank's callers: the benchmark in its short form."""

from statistics import fmean

import pytest

from benchmarks.estimates_bank import told
from benchmarks.estimates_line import SCENARIOS, rows, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_in_a_line_whose_answer_is_known_the_estimate_is_within_a_tenth_of_the_best(scenario):
    """Arrivals by chance, even, in bursts: at most 10 % more squared error than with everything known."""
    measures = {name: (ours, wanted) for name, ours, wanted, _ in rows(scenario, [run(scenario, length=1500, seed=1)])}
    own, _floor = measures["MSE ours ÷ floor"]
    assert own <= 1.10
    ratio, published = measures["HOL ÷ QL"]
    assert ratio == pytest.approx(published, rel=0.15)


@pytest.mark.data
def test_a_banks_callers_are_told_better_than_by_a_moving_average(data, monkeypatch):
    """January 1999: on coming and at each minute more, ours errs less, and is less too short."""
    monkeypatch.setenv("CALLWRIGHT_DATA", str(data))
    said = list(told(21))
    for is_first, most in ((True, 0.9), (False, 0.8)):
        found = [one for one in said if one.is_first is is_first]
        assert len(found) > 4000
        ours = fmean(abs(one.ours - one.left) for one in found)
        theirs = fmean(abs(one.asterisk - one.left) for one in found)
        assert ours / theirs < most
        assert fmean(one.asterisk - one.left for one in found) < fmean(one.ours - one.left for one in found) < 0
