"""Callbacks: exact tables, and the reference's simulations. Keep-place is the engine's rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from routing.simulate.arrivals import RateTable
from routing.simulate.laws import NEVER, Exponential
from routing.simulate.measures import Measure
from routing.simulate.scenario import CallbackMode, Callbacks, Callers, Group, Scenario, Window
from routing.simulate.tables.case import Case, Row, Source
from routing.simulate.tables.shapes import one_queue, share_of, window_after, window_for
from routing.simulate.tables.simulated import warm_up

ALWAYS = 0.0
DAY = 28_800.0
FORGETS = 1500.0
"""Seconds: with callbacks that nobody gives up, a line is longer in memory than a call lasts."""
RESULTS = {
    "frac_callback": Measure("p_callback"),
    "p_wait": Measure("p_wait"),
    "p_abandon_all": Measure("p_abandon"),
    "p_abandon_live": Measure("p_abandon_live"),
    "mean_wait_live": Measure("mean_wait_live"),
    "mean_hold_per_arrival": Measure("mean_hold"),
    "sl20_live": Measure("live_within", seconds=20),
    "mean_wait_callback": Measure("mean_wait_callback"),
    "cb_success": Measure("callback_success"),
    "util": Measure("utilisation"),
    "mean_time_to_agent": Measure("mean_wait"),
}


def exact_callbacks(exact: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """The rows that a formula or a Markov chain gives."""
    for row in exact["callback_retain_always_offered"]:
        yield _always(row, effort)
    for row in exact["callback_low_priority"]:
        yield _behind(row, effort)
    for row in exact["callback_retain_mms_no_abandon"]:
        yield _kept(row, effort)


def simulated_callbacks(table: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """The reference's own simulations, days included."""
    for name, row in table.items():
        params = row["params"]
        is_day = isinstance(params["lam"], list)
        came, width = row["results"]["arrivals"]
        scale = 1.0 if is_day else share_of(came / 2, effort)
        scenario = day(params) if is_day else _steady(params, row, scale)
        rows = [Row("arrivals", Measure("arrivals"), came * scale, width * scale, 0.5)]
        for label, measure in RESULTS.items():
            mean, width = row["results"][label]
            if not _is_void(label, row["results"]):
                rows.append(Row(label, measure, mean, width))
        sets = max(1, round(effort * row["reps"] / 10)) if is_day else 1
        yield Case(f"callback_sim.{name}", Source.SIMULATED, scenario, tuple(rows), sets)


def day(params: Mapping[str, Any]) -> Scenario:
    """A day of changing rates that begins empty and runs out."""
    rates = tuple((float(start), float(rate)) for start, rate in params["lam"])
    patience = Exponential(params["patience"]) if params["patience"] else NEVER
    callers = Callers("all", RateTable(rates, DAY), Exponential(params["svc"]), patience, callbacks=_rule(params))
    return Scenario((callers,), (Group("all", {}, params["agents"]),), Window(DAY))


def _steady(params: Mapping[str, Any], row: Mapping[str, Any], effort: float) -> Scenario:
    patience = Exponential(params["patience"]) if params["patience"] else NEVER
    length = effort * row["length"]
    window = Window(length, warm_up(row, length, params["svc"]), 5 * params["svc"])
    return one_queue(
        params["lam"], Exponential(params["svc"]), params["agents"], window, patience=patience, callbacks=_rule(params)
    )


def _rule(params: Mapping[str, Any]) -> Callbacks | None:
    if params.get("tau") is None:
        return None
    mode = CallbackMode.BEHIND_LIVE if params.get("mode") == "low" else CallbackMode.KEEP_PLACE
    return Callbacks(
        params["tau"],
        params["p"],
        mode,
        reserve=params.get("reserve", 0),
        ring=params.get("ring", 0.0),
        answer=params.get("ans", 1.0),
        no_answer=params.get("na", 25.0),
        retry_after=params.get("gap", 600.0),
        attempts=params.get("attempts", 1),
        places_kept=params.get("places_kept", 1),
    )


def _is_void(label: str, results: Mapping[str, Any]) -> bool:
    """Whether there is nothing to measure: no callbacks, or nobody who gives up."""
    if label.startswith("p_abandon"):
        return bool(results[label][0] == 0)
    no_callbacks = results["frac_callback"][0] == 0
    return no_callbacks and label in {"frac_callback", "mean_wait_callback", "cb_success"}


def _always(row: Mapping[str, Any], effort: float) -> Case:
    rate, service, agents, patience = 4.2 / 60, 300.0, 20, Exponential(180.0)
    accept = row["p"]
    rule = Callbacks(ALWAYS, accept) if accept else None
    window = window_after(FORGETS, rate, effort)
    scenario = one_queue(rate, Exponential(service), agents, window, patience=patience, callbacks=rule)
    rows = (
        Row("p_wait", Measure("p_wait"), row["p_wait"]),
        Row("p_abandon_all", Measure("p_abandon"), row["p_abandon_all"]),
        Row("mean_wait_all", Measure("mean_wait"), row["mean_wait_all"]),
        Row("util", Measure("utilisation"), row["util"]),
        Row("p_wait_gt_60", Measure("p_wait_over", seconds=60), row["p_wait_gt_60"]),
    )
    return Case(f"exact.keep_place_always_p{accept}", Source.EXACT, scenario, rows)


def _behind(row: Mapping[str, Any], effort: float) -> Case:
    rate, service, agents = row["lam_per_min"] / 60, float(row["mean_service"]), row["agents"]
    accept, reserve, tau = row["p"], row["reserve"], row["tau"]
    rule = Callbacks(tau, accept, CallbackMode.BEHIND_LIVE, reserve=reserve) if accept else None
    window = window_after(FORGETS, rate, effort)
    scenario = one_queue(
        rate, Exponential(service), agents, window, patience=Exponential(row["mean_patience"]), callbacks=rule
    )
    labels = ["p_abandon_live", "p_abandon_all", "mean_wait_live", "util"]
    labels += ["frac_callback", "mean_wait_callback"] if accept else []
    rows = [Row(label, RESULTS[label], row[label]) for label in labels]
    if accept:
        rows.append(Row("mean_callback_queue", Measure("promised_queue"), row["mean_callback_queue"]))
    return Case(f"exact.behind_live_tau{tau}_p{accept}_reserve{reserve}", Source.EXACT, scenario, tuple(rows))


def _kept(row: Mapping[str, Any], effort: float) -> Case:
    rate, service, agents = row["lam_per_min"] / 60, float(row["mean_service"]), row["agents"]
    accept = row["p"]
    window = window_for(rate, service, agents, effort, calls=200_000)
    scenario = one_queue(rate, Exponential(service), agents, window, callbacks=Callbacks(row["tau"], accept))
    rows = [
        Row("p_offered", Measure("p_offered"), row["p_offered"]),
        Row("mean_time_to_agent_all", Measure("mean_wait"), row["mean_time_to_agent_all"]),
        Row("mean_hold_per_arrival", Measure("mean_hold"), row["mean_hold_per_arrival"]),
    ]
    if accept:
        rows.append(Row("frac_callback", Measure("p_callback"), row["frac_callback"]))
        rows.append(Row("mean_callback_wait", Measure("mean_wait_callback"), row["mean_callback_wait"]))
    name = "exact.keep_place_identity"
    return Case(f"{name}_p{accept}", Source.EXACT, scenario, tuple(rows), family=name)
