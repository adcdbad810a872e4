"""The exact tables of the reference: Erlang B, C, A, priorities, several skills, callbacks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from routing.erlang import erlang_c
from routing.simulate.estimators import NI, QL
from routing.simulate.laws import NEVER, Exponential
from routing.simulate.measures import Measure
from routing.simulate.scenario import Choice, Group, Scenario
from routing.simulate.tables.case import Case, Row, Source
from routing.simulate.tables.shapes import leveled, markov, one_queue, squared_error, window_after, window_for
from routing.waitlist import Discipline

SERVICE = 100.0
LATER = 1e7
"""Seconds of credit between classes of strict priority: longer than any simulation."""
LIMIT_SERVERS = 10
WAIT, P_WAIT = Measure("mean_wait"), Measure("p_wait")
UTILISATION, QUEUE, ABANDON = Measure("utilisation"), Measure("mean_queue"), Measure("p_abandon")
OVER_20, WITHIN_20 = Measure("p_wait_over", seconds=20), Measure("served_within", seconds=20)


def exact_cases(exact: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """One case for each scenario that a formula describes, but for callbacks."""
    for row in exact["erlang_b"]:
        yield _lost_calls(row, effort)
    for row in exact["erlang_c"]:
        servers, load = row["servers"], row["load"]
        scenario = markov(load / SERVICE, SERVICE, servers, effort)
        yield _case(f"erlang_c_{servers}_{load}", scenario, Row("p_wait", P_WAIT, row["C"]))
    for row in exact["erlang_a"]:
        yield _erlang_a(row, effort)
    for row in exact["mms"]:
        yield _patient(row, effort)
    yield _priorities(exact["priority_mms"], effort)
    for beta, p_wait in exact["halfin_whitt_p_wait"].items():
        load = LIMIT_SERVERS - float(beta) * math.sqrt(LIMIT_SERVERS)
        scenario = markov(load / SERVICE, SERVICE, LIMIT_SERVERS, effort)
        gap = abs(erlang_c(LIMIT_SERVERS, load) - p_wait)  # the row is a limit; so much is missing with ten agents
        yield _case(f"halfin_whitt_{beta}", scenario, Row("p_wait", P_WAIT, p_wait, 0.0, gap))
    yield _hunted(exact["ordered_hunt_loss_10_servers_load_7"], effort)
    for row in exact["delay_estimators_mms"]["rows"]:
        yield _estimators(row, effort)
    for load, ends in exact["wallace_whitt_endpoints"]["loads"].items():
        yield _six_types(float(load), 6, ends["skills_6"], effort)
        yield _six_types(float(load), 1, ends["skills_1"], effort)
    for number, row in enumerate(exact["n_design"]):
        yield _n_design(f"n_design_{number}", row, effort)
    for name, row in exact["fcfs_alis_product_form"]["scenarios"].items():
        yield _alis(f"fcfs_alis_{name}", row, effort)


def _case(name: str, scenario: Scenario, *rows: Row) -> Case:
    return Case(f"exact.{name}", Source.EXACT, scenario, rows)


def _lost_calls(row: Mapping[str, Any], effort: float) -> Case:
    servers, load = row["servers"], row["load"]
    rate = load / SERVICE
    window = window_after(SERVICE, rate, effort)
    scenario = one_queue(rate, Exponential(SERVICE), servers, window, trunks=servers)
    return _case(f"erlang_b_{servers}_{load}", scenario, Row("p_block", Measure("p_block"), row["B"]))


def _erlang_a(row: Mapping[str, Any], effort: float) -> Case:
    rate, service, agents = row["lam_per_s"], row["mean_service"], row["agents"]
    patience = row["mean_patience"]
    window = window_after(max(service, patience), rate, effort)
    scenario = one_queue(rate, Exponential(service), agents, window, patience=Exponential(patience))
    return _case(
        f"erlang_a_{agents}_{rate * service:.4g}_{patience:g}",
        scenario,
        Row("p_wait", P_WAIT, row["p_wait"]),
        Row("p_abandon", ABANDON, row["p_abandon"]),
        Row("mean_wait", WAIT, row["mean_wait"]),
        Row("mean_queue", QUEUE, row["mean_queue"]),
        Row("var_queue", Measure("var_queue"), row["var_queue"]),
        Row("util", UTILISATION, row["util"]),
        Row("p_wait_gt_20", OVER_20, row["p_wait_gt_20"]),
        Row("p_served_within_20", WITHIN_20, row["p_served_within_20"]),
    )


def _patient(row: Mapping[str, Any], effort: float) -> Case:
    rate, service, agents = row["lam_per_s"], float(row["mean_service"]), row["agents"]
    return _case(
        f"mms_{agents}",
        markov(rate, service, agents, effort),
        Row("p_wait", P_WAIT, row["p_wait"]),
        Row("mean_wait", WAIT, row["mean_wait"]),
        Row("mean_queue", QUEUE, row["mean_queue"]),
        Row("p_wait_gt_20", OVER_20, row["p_wait_gt_20"]),
    )


def _priorities(table: Mapping[str, Any], effort: float) -> Case:
    service = Exponential(180.0)
    callers = tuple(leveled(n, 1 / 60, service, NEVER, 1, credit=-LATER * n) for n in range(3))
    skills = {callers.queue: 10 for callers in callers}
    window = window_for(3 / 60, 180.0, 10, effort)
    scenario = Scenario(callers, (Group("all", skills, 10),), window)
    waits = enumerate(table["mean_waits"])
    return _case(
        "priority_mms", scenario, *(Row(f"mean_wait[{n}]", Measure("mean_wait", queue=str(n)), w) for n, w in waits)
    )


def _hunted(loads: list[float], effort: float) -> Case:
    rate = 7 / SERVICE
    window = window_after(SERVICE, rate, effort)
    scenario = one_queue(rate, Exponential(SERVICE), 10, window, trunks=10, choice=Choice.LINEAR)
    rows = (Row(f"util[{n}]", Measure("agent_utilisation", index=n), load) for n, load in enumerate(loads))
    return _case("ordered_hunt_10_7", scenario, *rows)


def _estimators(row: Mapping[str, Any], effort: float) -> Case:
    agents, service, rho = row["agents"], row["mean_service"], row["rho"]
    constant = service / (agents * (1 - rho))
    return _case(
        f"delay_estimators_{rho}",
        markov(rho * agents / service, service, agents, 2 * effort),
        Row("mse_ql", squared_error(QL), row["mse_ql"]),
        Row("mse_ni", squared_error(NI, constant), row["mse_ni"]),
    )


def _six_types(load: float, skills: int, ends: Mapping[str, float], effort: float) -> Case:
    rate, service = load / 600, Exponential(600.0)
    callers = tuple(leveled(n, rate / 6, service, NEVER, 1) for n in range(6))
    own = [{str(n): 10} for n in range(6)] if skills == 1 else [{str(n): 10 for n in range(6)}] * 6
    groups = tuple(Group(f"g{n}", levels, 15) for n, levels in enumerate(own))
    window = window_for(rate, 600.0, 100, effort)  # with 120 trunks it forgets sooner than with any number
    return _case(
        f"six_types_{load}_skills{skills}",
        Scenario(callers, groups, window, trunks=120),
        Row("p_block", Measure("p_block"), ends["p_block"]),
        Row("p_wait", P_WAIT, ends["p_wait"]),
        Row("mean_wait", WAIT, ends["mean_wait"]),
        Row("p_wait_gt_30", Measure("p_wait_over", seconds=30), ends["p_wait_gt_30"]),
        Row("util", UTILISATION, ends["util"]),
    )


def _n_design(name: str, row: Mapping[str, Any], effort: float) -> Case:
    service = Exponential(float(row["mean_service"]))
    callers = tuple(leveled(n, row[f"lam{n}"], service, Exponential(row[f"mean_patience{n}"]), 2) for n in (1, 2))
    groups = (Group("pool1", {"1": 10}, row["pool1"]), Group("pool2", {"2": 10, "1": 9}, row["pool2"]))
    slowest = max(service.mean, row["mean_patience1"], row["mean_patience2"])
    window = window_after(2 * slowest, row["lam1"] + row["lam2"], effort)
    scenario = Scenario(callers, groups, window, discipline=Discipline.INNERMOST)
    rows = [
        Row(f"{label}_{n}", Measure(label, queue=str(n)), row[f"{label}_{n}"])
        for n in (1, 2)
        for label in ("mean_wait", "p_abandon", "p_wait")
    ]
    rows += [
        Row(f"util_{pool}", Measure("utilisation", group=pool), row[f"util_{pool}"]) for pool in ("pool1", "pool2")
    ]
    return _case(name, scenario, *rows)


def _alis(name: str, row: Mapping[str, Any], effort: float) -> Case:
    """Service is drawn with mean 1 and stretched by the pool that takes the call."""
    rates, pools, known = row["classes_rate_per_s"], row["pools"], row["exact"]
    callers = tuple(leveled(n, rate, Exponential(1.0), NEVER, 1) for n, rate in enumerate(rates))
    groups = tuple(
        Group(f"pool{n}", {str(skill): 10 for skill in pool["skills"]}, pool["agents"], pace=pool["mean_service"])
        for n, pool in enumerate(pools)
    )
    agents = sum(pool["agents"] for pool in pools)
    slowest = max(pool["mean_service"] for pool in pools)
    window = window_for(sum(rates), sum(known["util"]) / len(pools) * agents / sum(rates), agents, effort)
    window = replace(window, warm_up=max(window.warm_up, 10 * slowest))
    rows = [Row(f"util[{n}]", Measure("utilisation", group=f"pool{n}"), u) for n, u in enumerate(known["util"])]
    for n in range(len(rates)):
        rows.append(Row(f"p_wait[{n}]", Measure("p_wait", queue=str(n)), known["p_wait"][n]))
        rows.append(Row(f"mean_wait[{n}]", Measure("mean_wait", queue=str(n)), known["mean_wait"][n]))
    return _case(name, Scenario(callers, groups, window), *rows)
