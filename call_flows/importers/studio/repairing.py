"""What `check` finds in the flows as they were made, put right where Studio's own rules say how."""

from collections.abc import Callable, Mapping
from typing import Final

from call_flows.check import check_draft
from call_flows.draft import draft_site
from call_flows.importers.made import MadeFlow, MadeNode
from call_flows.problems import Problem

_ROUNDS: Final = 8
START: Final = "begin"


def repaired(flows: Mapping[str, MadeFlow], write: Callable[[], Mapping[str, str]], end: str) -> list[Problem]:
    """Mend the flows until nothing changes. Answers what is left to tell."""
    problems: list[Problem] = []
    for _ in range(_ROUNDS):
        texts = write()
        draft = draft_site(texts)
        problems = sorted({*draft.problems, *check_draft(draft, {})})
        by_file = {f"flows/{flow.name}.yaml": flow for flow in flows.values()}
        changed = [_mend(by_file[problem.place.file], problem, end) for problem in problems if problem.place.file in by_file]
        if not any(changed):
            break
    return problems


def _mend(flow: MadeFlow, problem: Problem, end: str) -> bool:
    if problem.code == "E206":
        return _begin_with(flow, problem.word)
    if problem.code == "E204":
        return _pace(flow, problem.word)
    if problem.code == "E203":
        return _let_out(flow, end)
    return False


def _begin_with(flow: MadeFlow, slot: str) -> bool:
    """Studio's variables are empty until a widget fills them; our slots are not there at all."""
    begin = flow.nodes.get(START)
    if begin is None or "set" not in begin.body:
        name = START
        begin = MadeNode(name, {"set": {}, "next": flow.start}, "Studio's variables are empty until something fills them.")
        flow.nodes = {name: begin, **flow.nodes}
        flow.start = name
    if slot in begin.body["set"]:
        return False
    begin.body["set"][slot] = "''"
    return True


def _pace(flow: MadeFlow, node: str) -> bool:
    """A loop in which nobody is heard waits a second in each round; Studio ends it after ten."""
    pause = f"{node}.pause"
    if node not in flow.nodes or pause in flow.nodes:
        return False
    found = flow.nodes[node]
    inner = f"{node}.again"
    flow.nodes[inner] = MadeNode(inner, found.body, found.comment)
    flow.nodes[node] = MadeNode(
        node, {"wait": "1s", "next": inner}, f"{found.comment}. A pause, for else the call would spin in this loop."
    )
    return True


def _let_out(flow: MadeFlow, end: str) -> bool:
    """Of questions that lead back into their own loop, what is not understood leads out: the call can end."""
    changed = False
    for node in list(flow.nodes.values()):
        if "ask" in node.body and "silent" not in node.body and node.body["failed"] != end:
            ways = list(node.body.items())
            body = {key: value for key, value in ways if key != "failed"}
            node.body = {**body, "silent": node.body["failed"], "failed": end}
            changed = True
    if changed and end not in flow.nodes:
        flow.nodes[end] = MadeNode(end, {"hang_up": None}, "Where nothing follows in Studio, the call ends.")
    return changed
