"""`python -m routing.simulate`: the proofs. `--golden FILE` decides traces again, `--tables FILE` meets theory.

Leaves with 1 when a trace differs or a row of the tables is refuted.
"""

import argparse
import signal
import sys
from pathlib import Path

from routing.simulate.golden import check_golden
from routing.simulate.tables.run import Plan, run_tables
from routing.simulate.twins import Twin

EFFORT = {Twin.MEMORY: 0.1, Twin.REDIS: 0.01}
"""By how much the full lengths are shortened, unless said otherwise: a script in Redis takes its time."""
IN_REDIS = (
    "exact.erlang_b_10_",
    "exact.erlang_a_10_",
    "exact.mms_10",
    "exact.priority_mms",
    "exact.ordered_hunt",
    "exact.n_design",
    "exact.fcfs_alis_N",
    "exact.fcfs_alis_mix5",
    "exact.keep_place_always_p0.5",
    "exact.behind_live_tau30_p0.5_reserve1",
    "sim.mini3",
    "described.six_types_skills2",
)
"""What is played in Redis unless said otherwise: each rule of the scripts once."""


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; the exit code."""
    asked = _parser().parse_args(arguments)
    twins = [Twin.MEMORY, Twin.REDIS] if asked.twin == "both" else [Twin(asked.twin)] if asked.twin else []
    if asked.golden is not None:
        return check_golden(asked.golden, twins or [Twin.MEMORY, Twin.REDIS], _say)
    failed = 0
    for twin in twins or [Twin.MEMORY]:
        plan = Plan(
            file=asked.tables,
            twin=twin,
            effort=asked.effort or EFFORT[twin],
            replications=asked.replications,
            seed=asked.seed,
            workers=asked.workers,
            only=(asked.only,) if asked.only else IN_REDIS if twin is Twin.REDIS else ("",),
        )
        failed |= run_tables(plan, _say)
    return failed


def _say(told: str) -> None:
    sys.stdout.write(told)
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing.simulate", description=__doc__)
    proof = parser.add_mutually_exclusive_group(required=True)
    proof.add_argument("--golden", type=Path, metavar="FILE", help="decide golden traces again, call by call")
    proof.add_argument("--tables", type=Path, metavar="FILE", help="compare with reference tables, row by row")
    parser.add_argument(
        "--twin", choices=["memory", "redis", "both"], help="golden: both; tables: memory, or a smaller set on redis"
    )
    parser.add_argument("--replications", type=int, default=10, help="of each scenario (10)")
    parser.add_argument("--only", default="", metavar="NAME", help="only scenarios whose name contains this")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same answer (1)")
    parser.add_argument("--effort", type=float, help="of the full lengths: memory 0.1, redis 0.01")
    parser.add_argument("--workers", type=int, default=2, help="processes, for the twin in memory (2)")
    return parser


if __name__ == "__main__":
    # who is told to stop leaves by the way that also stops the Redis of the simulation
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
