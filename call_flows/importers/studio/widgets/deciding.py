"""Split Based On and Set Variables."""

from typing import Any

from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import value_of
from call_flows.importers.studio.source import Condition, Transition
from call_flows.importers.studio.splits import holds
from call_flows.importers.studio.value import LiquidRefused, Value, checked
from call_flows.importers.writing import Inline

_LONGEST_TEXT = 200


def split(bench: Bench) -> None:
    """`when`: the same order, the first that holds. A case that has no counterpart stays, and never holds."""
    cases: list[dict[str, Any]] = []
    lost: list[str] = []
    for way in bench.at.transitions:
        if way.event != "match":
            continue
        target = _target(bench, way)
        try:
            condition = _condition(bench, way)
        except LiquidRefused as refused:
            lost.append(str(refused))
            condition = "False"
        cases.append(Inline({"if": condition, "next": target}))
    otherwise = bench.goes("noMatch")
    if not cases:
        cases.append(_either_way(bench, otherwise))
    body: dict[str, Any] = {"when": cases, "else": otherwise}
    if lost:
        reason = f"A condition could not be carried over, and never holds: {'; '.join(lost)}."
        bench.part.leave(reason)
        body["todo"] = reason
    bench.put(bench.entry, body)


def _either_way(bench: Bench, target: str) -> dict[str, Any]:
    """A case that leads where everything else does: for a widget that decides nothing, and is to be filled in."""
    try:
        subject = value_of(bench, bench.at.text("input"))
    except LiquidRefused:
        subject = Value("")
    return Inline({"if": f"blank({subject.code})" if subject.name else "caller.known", "next": target})


def _target(bench: Bench, way: Transition) -> str:
    bench.looked_at.add(way.event)
    if way.next in bench.source.widgets:
        return bench.nodes[way.next]
    bench.part.unwired.append(
        f"match {'; '.join(f'{found.operator} {found.value}' for found in way.conditions)}".strip()
    )
    return bench.end()


def _condition(bench: Bench, way: Transition) -> str:
    held = [_one(bench, condition) for condition in way.conditions]
    if not held:
        raise LiquidRefused("a transition has no condition")
    return checked(Value(held[0] if len(held) == 1 else " and ".join(f"({one})" for one in held))).code


def _one(bench: Bench, condition: Condition) -> str:
    subject = value_of(bench, condition.arguments[0] if condition.arguments else bench.at.text("input"))
    fixed = condition.operator == "regex" or ("{{" not in condition.value and "{%" not in condition.value)
    wanted = Value("", fixed=condition.value) if fixed else value_of(bench, condition.value)
    return holds(condition.operator, subject, wanted, keyed=subject.name in bench.variables.keyed())


def set_variables(bench: Bench) -> None:
    """`set`. Texts that a slot cannot hold whole are noted."""
    sets: dict[str, str] = {}
    for key, template in bench.at.pairs("variables"):
        if "{" not in template and len(template) > _LONGEST_TEXT:
            bench.part.note(f"'{key}' is cut at {_LONGEST_TEXT} characters, which is what a slot holds.")
        value = value_of(bench, template if "{" in template else template[:_LONGEST_TEXT])
        early = [name for name in sets if name in value.code]
        if early:
            bench.part.note(f"'{key}' reads {', '.join(early)} as set just before, in the same widget.")
        sets[bench.slot("variable", key)] = value.code
    target = bench.goes("next")
    if sets:
        bench.put(bench.entry, {"set": sets, "next": target})
    else:
        bench.part.note("It sets nothing.")
        bench.put(bench.entry, {"when": [_either_way(bench, target)], "else": target})
