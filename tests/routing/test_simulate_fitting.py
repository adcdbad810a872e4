"""Laws fitted to what was measured: those who were drawn from a law give that law back, censored or not."""

import numpy as np
import pytest

from routing.simulate import Exponential, Gamma, LogNormal
from routing.simulate.fitting import TooFew, digamma, fit_services, gamma_below, trigamma
from routing.simulate.survival import fit_patience, kaplan_meier, patience_of

COUNT = 20_000


@pytest.fixture
def chance():
    return np.random.default_rng(7)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("lognormal", LogNormal(200.0, 1.5)),
        ("gamma", Gamma(200.0, 3.3)),
        ("erlang", Gamma(200.0, 2.0)),
        ("exponential", Exponential(60.0)),
    ],
)
def test_a_law_is_found_again_in_what_was_drawn_from_it(name, law, chance):
    fits = {fit.name: fit for fit in fit_services(law.draw(chance, COUNT).tolist())}
    assert fits[name].law.mean == pytest.approx(law.mean, rel=0.05)
    assert fits[name].distance < 1.63 / COUNT**0.5, "Kolmogorov and Smirnov's bound at one in a hundred"
    if hasattr(law, "shape"):
        assert fits[name].law.shape == pytest.approx(law.shape, rel=0.05)


def test_the_nearest_law_comes_first_and_a_wrong_one_is_far(chance):
    fits = fit_services(LogNormal(200.0, 1.5).draw(chance, COUNT).tolist())
    assert fits[0].name == "lognormal"
    assert fits[-1].name == "measured"
    assert next(fit for fit in fits if fit.name == "exponential").distance > 0.05


def test_too_few_lengths_are_refused():
    with pytest.raises(TooFew, match="3 lengths"):
        fit_services([1.0, 2.0, 3.0])


def test_special_functions_have_their_known_values():
    """ψ(1) = -γ, ψ'(1) = π²/6, P(1, x) = 1 - exp(-x), P(3, 10) by the Poisson sum."""
    assert digamma(1.0) == pytest.approx(-0.5772156649015329, abs=1e-9)
    assert trigamma(1.0) == pytest.approx(np.pi**2 / 6, abs=1e-9)
    assert gamma_below(1.0, 0.7) == pytest.approx(1 - np.exp(-0.7), rel=1e-12)
    assert gamma_below(3.0, 10.0) == pytest.approx(1 - np.exp(-10) * 61, rel=1e-12)
    assert gamma_below(2.0, 0.0) == 0


def test_the_curve_of_kaplan_and_meier_by_hand():
    """Five waits: given up at 2 and 6; answered at 3, 8 and, just as somebody gives up, at 6."""
    curve = kaplan_meier([2.0, 3.0, 6.0, 6.0, 8.0], [True, False, True, False, False])
    assert curve.seconds == (2.0, 6.0)
    assert curve.at_risk == (5, 3)
    assert curve.willing == pytest.approx((4 / 5, 4 / 5 * 2 / 3))
    assert curve.error[0] == pytest.approx(0.8 * (1 / 20) ** 0.5)


def test_patience_is_found_though_most_are_answered_before_it_ends(chance):
    """Answered calls count as long as they waited: without them callers look far less patient."""
    patience, answered = Exponential(100.0).draw(chance, COUNT), Exponential(40.0).draw(chance, COUNT)
    gave_up = patience < answered
    measured, exponential = fit_patience(np.minimum(patience, answered).tolist(), gave_up.tolist())
    assert exponential.law.mean == pytest.approx(100.0, rel=0.05)
    assert measured.law.mean == pytest.approx(100.0, rel=0.05)
    assert patience[gave_up].mean() < 40
    assert exponential.distance < 0.05


def test_measured_patience_is_drawn_as_the_curve_says_beyond_its_end_too(chance):
    waits = np.minimum(Exponential(100.0).draw(chance, 5000), 120.0)
    measured = fit_patience(waits.tolist(), (waits < 120).tolist())[0].law
    drawn = measured.draw(chance, COUNT)
    for seconds in (20.0, 60.0, 110.0, 200.0):
        assert (drawn > seconds).mean() == pytest.approx(np.exp(-seconds / 100), abs=0.02)
        assert patience_of(measured).staying(np.array([seconds]))[0] == pytest.approx(np.exp(-seconds / 100), abs=0.02)


def test_where_hardly_anybody_gives_up_nobody_does():
    found = fit_patience([5.0] * 100, [False] * 95 + [True] * 5)
    assert [fit.name for fit in found] == ["never"]
    assert patience_of(found[0].law) is None
