"""What `check` finds in the flows as they were made, put right where Studio's own rules say how."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from call_flows.check import check_draft
from call_flows.draft import draft_site
from call_flows.importers.made import MadeFlow, MadeNode, strings
from call_flows.importers.naming import snake
from call_flows.problems import Problem

_ROUNDS: Final = 40
_LAPS: Final = 100


def repaired(flows: Mapping[str, MadeFlow], write: Callable[[], Mapping[str, str]]) -> list[Problem]:
    """Mend the flows until nothing changes. Answers what is left to tell."""
    problems: list[Problem] = []
    for _ in range(_ROUNDS):
        texts = write()
        draft = draft_site(texts)
        problems = sorted({*draft.problems, *check_draft(draft, {})})
        by_file = {f"flows/{flow.name}.yaml": flow for flow in flows.values()}
        changed = [_mend(by_file[problem.place.file], problem) for problem in problems if problem.place.file in by_file]
        if not any(changed):
            break
    return problems


def _mend(flow: MadeFlow, problem: Problem) -> bool:
    if problem.code == "E206":
        return _begin_with(flow, problem.word)
    if problem.code == "E204":
        return _pace(flow, problem.word)
    if problem.code == "E203":
        return _let_out(flow) or _count_laps(flow, _in_a_round(flow, problem.word))
    return False


def _begin_with(flow: MadeFlow, slot: str) -> bool:
    """Studio's variables are empty until a widget fills them; our slots are not there at all."""
    if not flow.begin:
        flow.begin = next(name for name in ("begin", "begin.empty") if name not in flow.nodes)
        comment = "Variables are empty until something fills them."
        first = MadeNode(flow.begin, {"set": {}, "next": flow.start}, comment)
        flow.nodes = {flow.begin: first, **flow.nodes}
        flow.start = flow.begin
    sets = flow.nodes[flow.begin].body["set"]
    if slot in sets:
        return False
    handed_over = flow.ending == "return"  # by the flow that runs this one
    sets[slot] = f"{slot} if {slot} != None else ''" if handed_over else "''"
    return True


def _pace(flow: MadeFlow, node: str) -> bool:
    """A loop in which nobody is heard waits a second in each round; Studio ends it after ten."""
    comment = "A pause, for else the call would spin in this loop."
    return _before(flow, node, {"wait": "1s"}, "again", comment)


def _before(flow: MadeFlow, node: str, body: dict[str, Any], suffix: str, comment: str) -> bool:
    """Put a node before another: it takes the other's name, so that whatever leads there comes to it first."""
    inner = f"{node}.{suffix}"
    if node not in flow.nodes or inner in flow.nodes:
        return False
    found = flow.nodes[node]
    made = MadeNode(node, {**body, "next": inner}, " ".join(filter(None, [found.comment, comment])))
    nodes: dict[str, MadeNode] = {}
    for name, kept in flow.nodes.items():
        nodes[name] = made if name == node else kept
        if name == node:
            nodes[inner] = MadeNode(inner, found.body)
    flow.nodes = nodes
    return True


def _in_a_round(flow: MadeFlow, node: str) -> str:
    """The first node from here on that leads back to itself."""
    reached = _after(flow, node)
    return next((name for name in [node, *reached] if name in _after(flow, name)), node)


def _after(flow: MadeFlow, node: str) -> dict[str, None]:
    """Everything that can be come to from a node, itself only where a way leads back."""
    found: dict[str, None] = {}
    pending = [node]
    while pending:
        here = flow.nodes.get(pending.pop())
        follows = [text for text in strings(here.body) if text in flow.nodes] if here is not None else []
        pending += [name for name in follows if name not in found]
        found.update(dict.fromkeys(follows))
    return found


def _count_laps(flow: MadeFlow, node: str) -> bool:
    """A loop with no way out ends after so many rounds; Studio ends it by its limits."""
    slot = snake(f"{node}_laps")
    comment = f"A loop with no way out: it ends after {_LAPS} rounds."
    if not _before(flow, node, {"set": {slot: f"number({slot}, 0) + 1"}}, "lap", comment):
        return False
    if not _before(flow, f"{node}.lap", {"when": []}, "on", ""):
        return False
    when = flow.nodes[f"{node}.lap"]
    when.body = {"when": [{"if": f"number({slot}, 0) > {_LAPS}", "next": flow.end}], "else": when.body["next"]}
    flow.slots[slot] = {"type": "text"}
    flow.end_node()
    return True


def _let_out(flow: MadeFlow) -> bool:
    """Of questions that lead back into their own loop, what is not understood leads out: the call can end."""
    changed = False
    for node in list(flow.nodes.values()):
        if "ask" in node.body and "silent" not in node.body and node.body["failed"] != flow.end:
            ways = list(node.body.items())
            body = {key: value for key, value in ways if key != "failed"}
            node.body = {**body, "silent": node.body["failed"], "failed": flow.end}
            changed = True
    if changed:
        flow.end_node()
    return changed
