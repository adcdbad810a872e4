"""Names that must stand for something: nodes, flows, queues, skills, slots, prompts, hours, languages, services."""

from collections.abc import Iterable
from typing import Final

from call_flows.check.finding import Finding, Review
from call_flows.expressions import Condition
from call_flows.flow import Flow
from call_flows.names import CALL_NAMES, WAITING_NAMES
from call_flows.nodes.callback import CURRENT, CallbackNode
from call_flows.nodes.fetch import FetchNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.play import PlayNode
from call_flows.nodes.return_ import ReturnNode
from call_flows.places import Path
from call_flows.problems import nearest
from call_flows.prompt import Prompt
from call_flows.secret import PREFIX
from call_flows.strict import Strict
from call_flows.text import Template
from call_flows.values import FlowName, HoursName, Language, NodeName, PromptName, QueueName, SkillName, SlotName

_CODES: Final[dict[type, str]] = {
    NodeName: "E101",
    FlowName: "E102",
    QueueName: "E103",
    SkillName: "E104",
    SlotName: "E105",
    HoursName: "E107",
    Language: "E108",
}

_PARTS: Final[dict[type, str]] = {
    QueueName: "queues",
    SkillName: "skills",
    HoursName: "hours",
    Language: "languages",
}


def check(review: Review) -> None:
    """Report every name that stands for nothing."""
    _site(review)
    if review.draft.no_sentence_model is not None:
        review.problems.append(review.draft.no_sentence_model)
    hold = review.hold_flows()
    for flow in review.flows():
        _header(review, flow)
    for finding in review.findings():
        for path, value in finding.values:
            _value(review, finding, path, value, waiting=finding.flow.name in hold)
        _results(review, finding)
    _shared_slots(review)


def _known(review: Review, flow: Flow | None, kind: type) -> list[str]:
    declared = review.draft.declared
    if kind is NodeName:
        return [] if flow is None else review.draft.node_names.get(flow.name, [])
    if kind is SlotName:
        return [] if flow is None else list(flow.header.slots)
    if kind is FlowName:
        return list(review.draft.node_names)
    return declared.get(_PARTS.get(kind, ""), [])


def _value(review: Review, finding: Finding, path: Path, value: object, *, waiting: bool) -> None:
    code = _CODES.get(type(value))
    if code is not None and not (isinstance(finding.node, CallbackNode) and value == CURRENT and waiting):
        known = _known(review, finding.flow, type(value))
        if value not in known and not (code == "E108" and not known):
            finding.unknown(code, getattr(value, "kind", "name"), str(value), known, path)
    elif isinstance(value, Prompt):
        for part in value.parts():
            _names(finding, (*path, *part.path), (hole.name for hole in part.text.holes), waiting=waiting)
            if part.play is not None:
                _recorded(review, finding, (*path, *part.path), part.play, spoken=bool(part.text.source))
    elif isinstance(value, Template):
        _names(finding, path, (hole.name for hole in value.holes), waiting=waiting)
    elif isinstance(value, Condition):
        _names(finding, path, value.names, waiting=waiting)
    elif isinstance(value, PromptName):
        text = finding.node.text if isinstance(finding.node, PlayNode) else None
        _recorded(review, finding, path, value, spoken=text is not None)


def _names(finding: Finding, path: Path, names: Iterable[str], *, waiting: bool) -> None:
    slots = list(finding.flow.header.slots)
    for name in sorted(names):
        if name in slots or name in CALL_NAMES or _of_the_site(finding, path, name):
            continue
        if name.startswith(PREFIX):
            _secret(finding, name.removeprefix(PREFIX), path)
        elif name in WAITING_NAMES:
            if not waiting:
                todo = "It can be read in a flow that a queue names as while_waiting."
                finding.report("E208", path, f"Nobody waits here, so there is no '{name}'.", word=name, todo=todo)
        else:
            _unknown_name(finding, path, name, [*slots, *CALL_NAMES, *(WAITING_NAMES if waiting else ())])


def _of_the_site(finding: Finding, path: Path, name: str) -> bool:
    """Whether a name asks for something of site.yaml, which must then be there."""
    kind, _, rest = name.partition(":")
    if kind == "now_as" and rest:
        return True
    if kind in {"is_open", "queue"} and rest:
        code, part, word = ("E107", "hours", rest) if kind == "is_open" else ("E103", "queue", rest.partition(":")[0])
    elif name.startswith("service."):
        code, part, word = "E109", "service", name.removeprefix("service.")
    else:
        return False
    known = finding.review.draft.declared.get(part if part == "hours" else f"{part}s", [])
    if word not in known:
        finding.unknown(code, part, word, known, path)
    return True


def _unknown_name(finding: Finding, path: Path, name: str, known: list[str]) -> None:
    todo = "Declare it under slots:, or put it in quotes within the condition if it is a word."
    finding.report("E105", path, f"There is no slot or name '{name}'.", word=name, near=nearest(name, known), todo=todo)


def _secret(finding: Finding, name: str, path: Path) -> None:
    """A secret is declared, and only sent: in a web request's headers and body."""
    known = finding.review.draft.declared.get("secrets", [])
    if name not in known:
        finding.unknown("E113", "secret", name, known, path)
    elif not isinstance(finding.node, FetchNode) or path[0] not in {"headers", "body", "form"}:
        what = f"The secret '{name}' has no place here: it would be heard, kept or logged."
        finding.report("E405", path, what, word=name, todo="Send it in a header of a fetch.")


def _recorded(review: Review, finding: Finding, path: Path, prompt: PromptName, *, spoken: bool) -> None:
    if review.prompts is None or spoken:
        return
    known = sorted({name for names in review.prompts.values() for name in names})
    if prompt not in known:
        near = nearest(prompt, known)
        todo = f"Record prompts/<language>/{prompt}.wav, or give it a text."
        finding.report("E106", path, f"The prompt '{prompt}' is not recorded.", word=prompt, near=near, todo=todo)


def _site(review: Review) -> None:
    if review.site is None:
        return
    for path, value in review.site.walk():
        code = _CODES.get(type(value))
        if code is None or path[0] in {"skills", "languages"}:
            continue
        known = _known(review, None, type(value))
        if value not in known:
            kind = getattr(value, "kind", "name")
            todo = f"There are {', '.join(known[:12])}." if known else f"The site has no {kind}."
            review.in_site(
                code,
                path,
                f"There is no {kind} '{value}'.",
                word=str(value),
                near=nearest(str(value), known),
                todo=todo,
            )
    for name, queue in review.site.queues.items():
        for key in ("offer_when", "stop_when") if queue.callback is not None else ():
            condition = getattr(queue.callback, key)
            names = condition.names if condition is not None else frozenset()
            for read in sorted(names - WAITING_NAMES.keys() - CALL_NAMES.keys()):
                if not read.startswith(("queue:", "is_open:", "now_as:")):
                    near = nearest(read, [*WAITING_NAMES, *CALL_NAMES])
                    what = f"There is no name '{read}'."
                    review.in_site("E105", ("queues", name, "callback", key), what, word=read, near=near)


def _header(review: Review, flow: Flow) -> None:
    nodes = _known(review, flow, NodeName)
    languages = review.draft.declared.get("languages", [])
    parts: list[tuple[Path, object]] = [(("start",), flow.header.start), (("language",), flow.header.language)]
    for place, option in enumerate(flow.header.always):
        parts += [(_always_path(flow, place, option), option.next)]
    for path, value in parts:
        if isinstance(value, NodeName) and value not in nodes:
            what = f"There is no node '{value}'."
            review.confused.add(flow.name)
            review.in_flow(
                flow,
                "E101",
                path,
                what,
                word=str(value),
                near=nearest(value, nodes),
                todo=f"Write {value}: under nodes:.",
            )
        elif isinstance(value, Language) and value not in languages:
            what = f"There is no language '{value}'."
            review.in_flow(flow, "E108", path, what, word=str(value), near=nearest(value, languages))


def _always_path(flow: Flow, place: int, _option: Strict) -> Path:
    """Where an option that works everywhere is written: its short form is a mapping, in the same order."""
    keys = [path for path in flow.places.keys if len(path) == 2 and path[0] == "always"]
    return keys[place] if place < len(keys) else ("always", place, "next")


def _results(review: Review, finding: Finding) -> None:
    if not isinstance(finding.node, FlowNode):
        return
    target = review.draft.flows.get(str(finding.node.flow))
    if target is None or target.name in review.draft.broken:
        return
    returned = [str(node.result) for node in target.nodes.values() if isinstance(node, ReturnNode) and node.result]
    for result in finding.node.results:
        if result not in returned:
            finding.unknown("E110", f"result of '{target.name}'", result, returned, ("results", result))


def _shared_slots(review: Review) -> None:
    first: dict[str, tuple[str, str]] = {}
    for flow in review.flows():
        for name, slot in flow.header.slots.items():
            known = first.setdefault(name, (flow.name, f"{slot.type}{' private' if slot.private else ''}"))
            here = f"{slot.type}{' private' if slot.private else ''}"
            if known[1] != here:
                what = f"The slot '{name}' is {here} here and {known[1]} in '{known[0]}'."
                review.in_flow(flow, "E112", ("slots", name), what, word=name, todo="Declare it the same way in both.")
