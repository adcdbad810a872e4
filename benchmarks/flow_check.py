"""Checking a site of two thousand nodes, beside plain YAML loading of the same text in the same run.

`python -m benchmarks.flow_check` prints both and their ratio; it leaves with 1 when the check takes two seconds.
"""

import sys
import time
from collections.abc import Callable

import yaml

from call_flows.check import check_draft
from call_flows.draft import draft_site

NODES = 2000
GOAL_SECONDS = 2.0
ROUNDS = 5
SITE = """\
site: large
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+12025550100": f0}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing, spanish]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}, {after: 45s, needs: {billing: 1}}]
agents: [{name: Ana, login: ana, skills: {billing: 5, spanish: 5}}]
"""
HEAD = """\
flow: {name}
slots: {{account: {{type: digits, length: 8, private: true}}}}
always: {{"0": people}}
start: n0
nodes:
"""
TAIL = """\
  people: {queue: billing, failed: bye}
  bye: {hang_up: {en-US: Goodbye., es-US: Adiós.}}
"""
NODE = (
    """\
  n{place}:
    say:
      en-US: Welcome to part {place} of the house.
      es-US: Bienvenido a la parte {place} de la casa.
    next: {next}
""",
    """\
  n{place}:
    menu:
      en-US: For cats, press 1. For dogs, press 2.
      es-US: Para gatos, oprima 1. Para perros, oprima 2.
    options:
      - {{press: "1", says: {{en-US: [cats, a cat], es-US: [gatos]}}, next: {next}}}
      - {{press: "2", says: {{en-US: [dogs], es-US: [perros]}}, next: people}}
    failed: people
""",
    """\
  n{place}: {{ask: {{en-US: Your account?, es-US: Su cuenta?}}, into: account, next: {next}, failed: people}}
""",
    """\
  n{place}:
    when:
      - {{if: "caller.tier == 'gold' and queue('billing').ewt > {place}", next: {next}}}
    else: people
""",
    """\
  n{place}: {{tag: part {place}, next: {next}}}
""",
)


def flow(name: str, nodes: int) -> str:
    """A flow of so many nodes in a row, of five verbs in turn."""
    last = nodes - 3
    body = "".join(
        NODE[place % len(NODE)].format(place=place, next="people" if place == last else f"n{place + 1}")
        for place in range(nodes - 2)
    )
    return HEAD.format(name=name) + body + TAIL


def site(flows: int) -> dict[str, str]:
    """A site of two thousand nodes in so many flows."""
    return {"site.yaml": SITE} | {f"flows/f{n}.yaml": flow(f"f{n}", NODES // flows) for n in range(flows)}


def best(work: Callable[[], object]) -> float:
    """Seconds of processor time, the best of a few rounds."""
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        took.append(time.process_time() - started)
    return min(took)


def measure(flows: int) -> tuple[float, float]:
    """Seconds to load the texts as plain YAML, and to read and check them."""
    texts = site(flows)
    plain = best(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts.values()])
    errors = [problem for problem in check_draft(draft_site(texts)) if problem.code.startswith("E")]
    if errors:
        raise SystemExit(f"the generated site has errors: {errors[0]}")
    return plain, best(lambda: check_draft(draft_site(texts)))


def main() -> int:
    """Measure, print, and say whether the goal is met."""
    slowest = 0.0
    for flows in (20, 1):
        plain, checked = measure(flows)
        slowest = max(slowest, checked)
        print(
            f"{NODES} nodes in {flows} flow{'s' if flows > 1 else ''}: plain YAML loading {plain * 1000:.0f} ms, "
            f"check {checked * 1000:.0f} ms, ratio {checked / plain:.1f}"
        )
    print(f"check of {NODES} nodes s {slowest:.2f} (goal under {GOAL_SECONDS:g})")
    return 0 if slowest < GOAL_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
