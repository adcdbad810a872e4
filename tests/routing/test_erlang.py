"""The solved queues against tables that others computed by two routes each, and against one another."""

import json
import math
from pathlib import Path

import pytest

from routing.erlang import Bounded, Patient, cobham_waits, erlang_b, erlang_c, halfin_whitt, hunted_loads
from routing.erlang_a import Impatient, erlang_a
from routing.patience import erlang, exponential, fixed, in_part, lognormal
from routing.staffing import fewest_agents, served_within

TABLES = json.loads((Path(__file__).parents[1] / "data" / "routing" / "exact_tables.json").read_text(encoding="utf-8"))
SIX = {"rel": 1e-6}


def rows(name):
    return pytest.mark.parametrize(
        "row", TABLES[name], ids=lambda row: " ".join(str(v) for v in list(row.values())[:4])
    )


@rows("erlang_b")
def test_erlang_b_is_that_of_the_table(row):
    assert erlang_b(row["servers"], row["load"]) == pytest.approx(row["B"], **SIX)


@rows("erlang_c")
def test_erlang_c_is_that_of_the_table(row):
    assert erlang_c(row["servers"], row["load"]) == pytest.approx(row["C"], **SIX)


def test_with_too_much_load_everybody_waits_without_end():
    queue = Patient(102 / 200, 200, 100)
    assert (erlang_c(100, 102), queue.p_wait, queue.tail(1e6), queue.mean_wait) == (1, 1, 1, math.inf)
    assert queue.utilisation == 1


@rows("mms")
def test_waits_of_patient_callers_are_those_of_the_table(row):
    queue = Patient(row["lam_per_s"], row["mean_service"], row["agents"])
    found = {"p_wait": queue.p_wait, "mean_wait": queue.mean_wait, "mean_queue": queue.mean_queue}
    found |= {"p_wait_gt_20": queue.tail(20), "rho": queue.utilisation}
    assert found == {name: pytest.approx(row[name], **SIX) for name in found}
    assert queue.served_within(20) == 1 - queue.tail(20)


@rows("erlang_a")
def test_erlang_a_is_that_of_the_table(row):
    queue = erlang_a(row["lam_per_s"], row["mean_service"], row["agents"], row["mean_patience"])
    found = {
        "p_wait": queue.p_wait,
        "p_abandon": queue.p_abandon,
        "mean_wait": queue.mean_wait,
        "mean_queue": queue.mean_queue,
        "util": queue.utilisation,
        "p_wait_gt_20": queue.tail(20),
        "p_served_within_20": queue.served_within(20),
    }
    assert found == {name: pytest.approx(row[name], **SIX) for name in found}


def test_with_exponential_patience_the_abandonment_is_the_wait_in_parts_of_it():
    """P(Ab) = E[W] ÷ patience, and those who wait are those who give up and those who are served later."""
    queue = erlang_a(11 / 180, 180, 10, 120)
    assert queue.p_abandon == pytest.approx(queue.mean_wait / 120, rel=1e-9)
    assert queue.served_within(1e5) == pytest.approx(1 - queue.p_abandon, rel=1e-9)
    assert queue.tail(0) == pytest.approx(queue.p_wait, rel=1e-9)


def test_one_agent_and_almost_endless_patience_are_the_queue_without_giving_up():
    assert erlang_a(0.5, 1, 1, 1e7).mean_wait == pytest.approx(Patient(0.5, 1, 1).mean_wait, rel=1e-4)


@pytest.mark.parametrize("law", ["M", "E2"])
def test_the_published_centre_of_a_hundred_agents_is_reproduced(law):
    """Whitt, Engineering Solution of a Basic Call-Center Model, 2004, tables 1 and 2; time in mean services."""
    queue, row = Impatient(102, 1, 100, erlang(1 if law == "M" else 2, 1)), TABLES["whitt_2004"][law]
    served = 1 - queue.p_abandon
    found = {
        "p_no_wait": 1 - queue.p_wait,
        "p_abandon": queue.p_abandon,
        "mean_queue": queue.mean_queue,
        "mean_wait_served": queue.mean_wait_served,
        "served_within_0.1": queue.served_within(0.1) / served,
        "served_within_0.2": queue.served_within(0.2) / served,
    }
    assert found == {name: pytest.approx(row[name], rel=1.5e-5) for name in found}, "the page gives five or six digits"


def test_lognormal_patience_lies_within_the_published_simulation():
    queue = Impatient(102, 1, 100, lognormal(1, 1))
    assert 1 - queue.p_wait == pytest.approx(0.242, abs=0.0026)
    assert queue.p_abandon == pytest.approx(0.0376, abs=0.00032)
    assert queue.mean_queue == pytest.approx(11.42, abs=0.071)


def test_patience_that_ends_all_at_once_is_cut_where_it_ends():
    """Nobody waits longer, and the balance of the flow holds: who is not served has given up."""
    queue = Impatient(0.06, 180, 10, fixed(60))
    assert queue.tail(60.001) == 0 < queue.tail(59.999)
    assert queue.served_within(60) == pytest.approx(1 - queue.p_abandon, rel=1e-12)
    assert queue.mean_wait < Impatient(0.06, 180, 10, fixed(90)).mean_wait


@rows("callback_retain_always_offered")
def test_callers_who_keep_their_place_by_a_promise_never_give_up(row):
    queue = Impatient(4.2 / 60, 300, 20, in_part(1 - row["p"], exponential(180)))
    found = {
        "p_wait": queue.p_wait,
        "p_abandon_all": queue.p_abandon,
        "mean_wait_all": queue.mean_wait,
        "util": queue.utilisation,
        "p_wait_gt_60": queue.tail(60),
    }
    assert found == {name: pytest.approx(row[name], **SIX) for name in found}


def test_too_many_who_never_give_up_are_refused():
    with pytest.raises(ValueError, match="the line has no end"):
        Impatient(0.1, 300, 20, in_part(0.1, exponential(180)))


@pytest.mark.parametrize("load", sorted(TABLES["wallace_whitt_endpoints"]["loads"]))
def test_a_line_with_little_room_is_that_of_the_table(load):
    row = TABLES["wallace_whitt_endpoints"]["loads"][load]["skills_6"]
    queue = Bounded(float(load) / 600, 600, 90, 30)
    found = {
        "p_block": queue.p_block,
        "p_wait": queue.p_wait,
        "mean_wait": queue.mean_wait,
        "p_wait_gt_30": queue.tail(30),
        "util": queue.utilisation,
    }
    assert found == {name: pytest.approx(row[name], **SIX) for name in found}


def test_priorities_share_the_wait_as_cobham_says():
    waits = cobham_waits([1 / 60] * 3, 180, 10)
    assert waits == pytest.approx(TABLES["priority_mms"]["mean_waits"], **SIX)
    assert sum(waits) / 3 == pytest.approx(Patient(3 / 60, 180, 10).mean_wait), "what one gains another waits"
    assert cobham_waits([0.04, 0.04], 180, 10)[1] == math.inf


def test_many_agents_wait_as_in_the_limit_of_halfin_and_whitt():
    found = {beta: halfin_whitt(float(beta)) for beta in TABLES["halfin_whitt_p_wait"]}
    assert found == {beta: pytest.approx(share, **SIX) for beta, share in TABLES["halfin_whitt_p_wait"].items()}
    assert erlang_c(10_100, 10_000) == pytest.approx(halfin_whitt(1), rel=0.01)


def test_when_calls_go_to_the_first_free_agent_the_first_is_busiest():
    assert hunted_loads(10, 7) == pytest.approx(TABLES["ordered_hunt_loss_10_servers_load_7"], **SIX)


@pytest.mark.parametrize("patience", [None, exponential(200), lognormal(200, 200)], ids=["C", "A", "lognormal"])
@pytest.mark.parametrize(("rate", "within"), [(0.001, 20), (0.51, 20), (0.51, 120)])
def test_one_agent_fewer_would_be_too_few(patience, rate, within):
    found = fewest_agents(rate, 200, target=0.8, within=within, patience=patience)
    assert served_within(rate, 200, found, within, patience) >= 0.8
    assert found == 1 or served_within(rate, 200, found - 1, within, patience) < 0.8


def test_a_hundred_erlangs_need_the_known_staff():
    """102 erlangs, four fifths in 20 seconds: 109 agents by Erlang C, 102 when callers give up after 200 s."""
    assert fewest_agents(102 / 200, 200, target=0.8, within=20) == 109
    assert fewest_agents(102 / 200, 200, target=0.8, within=20, patience=exponential(200)) == 102
    assert fewest_agents(0, 200, target=0.8, within=20) == 0
    with pytest.raises(ValueError, match="below 1"):
        fewest_agents(1, 200, target=1, within=20)
