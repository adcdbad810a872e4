"""How a replay is told: a call step by step, or many calls in groups by where they part."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from call_flows.actions import Action, Collect, Play, Say, TakeCard
from ivr.against import Going, Parting, Report
from ivr.replay import Replayed, Verdict, notes_of

WORTH_A_BAR = 1000
SHOWN = 20
_MARKS = {Verdict.EXACT: " ", Verdict.SAME_WAY: "≈", Verdict.PARTED: "✗", Verdict.LANE: "·", Verdict.UNREADABLE: "?"}


def print_steps(out: TextIO, call: str, steps: list[Replayed], *, as_json: bool) -> None:
    """A call, step by step: when, what happened, the way, what was said, what was learned."""
    if as_json:
        out.write(json.dumps({"call": call, "steps": [_step(one) for one in steps]}, indent=2, ensure_ascii=False))
        out.write("\n")
        return
    began = steps[0].line.at if steps else None
    for step in steps:
        seconds = (step.line.at - began).total_seconds() if began is not None else 0.0
        clock = f"{int(seconds // 60)}:{seconds % 60:04.1f}"
        out.write(f"{_MARKS[step.verdict]} {clock:>7}  {step.line.kind}{_heard(step)}\n")
        out.writelines(f"{'':13}{line}\n" for line in _told(step))
    exact = sum(step.verdict in {Verdict.EXACT, Verdict.LANE} for step in steps)
    out.write(f"\n{exact} of {len(steps)} steps came out exactly as they were logged.\n")


def print_report(out: TextIO, report: Report, calls: int, *, as_json: bool) -> None:
    """Which calls would go differently, the most frequent parting first."""
    if as_json:
        groups = [{**_parting(one), "calls": n, "examples": report.partings[one]} for one, n in _ordered(report)]
        told = {"calls": calls, "going": {str(k): v for k, v in report.goings.items()}, "partings": groups}
        out.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    same = report.goings[Going.SAME]
    out.write(f"{calls} calls: {same} would go the same")
    others = [f"{count} {going}" for going, count in report.goings.items() if going is not Going.SAME]
    out.write(f"; {', '.join(others)}.\n" if others else ".\n")
    for parting, count in _ordered(report)[:SHOWN]:
        event = f" ({parting.event})" if parting.event else ""
        out.write(f"\n{count:>6}  {parting.going}: {parting.where}{event}\n")
        if parting.was or parting.becomes:
            out.write(f"        was   {parting.was or 'nothing'}\n        now   {parting.becomes or 'nothing'}\n")
        out.write(f"        such as {', '.join(report.partings[parting])}\n")
    if len(report.counts) > SHOWN:
        out.write(f"\n… and {len(report.counts) - SHOWN} other places; --format json tells all.\n")


def _ordered(report: Report) -> list[tuple[Parting, int]]:
    return report.counts.most_common()


def _parting(parting: Parting) -> dict[str, str]:
    return {
        "going": str(parting.going),
        "where": parting.where,
        "event": parting.event,
        "was": parting.was,
        "becomes": parting.becomes,
    }


def _step(step: Replayed) -> dict[str, Any]:
    return {
        "at": step.line.at.isoformat(),
        "event": step.line.kind,
        "verdict": step.verdict,
        "why": step.why,
        "way": list(_way(step)),
        "said": list(said(step.step.actions)) if step.step is not None else [],
        "slots": dict(_slots(step)),
        "logged": step.line.kept.notes if step.verdict is Verdict.PARTED else None,
        "came_out": notes_of(step.step) if step.verdict is Verdict.PARTED and step.step is not None else None,
    }


def _told(step: Replayed) -> Iterator[str]:
    if step.verdict is Verdict.LANE:
        yield "the flow had lost this call; it was brought to a person"
    if step.verdict is Verdict.UNREADABLE:
        yield f"cannot be stepped again: {step.why}"
    if step.verdict is Verdict.PARTED:
        yield f"parted from the log, which says: {' → '.join(_nodes(step.line.kept.notes or []))}"
    if step.verdict is Verdict.SAME_WAY:
        yield "the same way, but not the same words or deeds as then"
    way = " → ".join(_way(step))
    if way:
        yield way
    if step.step is not None:
        yield from (f"“{text}”" for text in said(step.step.actions))
    for name, value in _slots(step):
        yield f"{name} = {value}"


def _way(step: Replayed) -> Iterator[str]:
    """The nodes come to; the log's notes stand for a step that parted or could not be taken."""
    yield from _nodes(step.line.kept.notes or [])


def _nodes(notes: list[dict[str, Any]]) -> Iterator[str]:
    for note in notes:
        match note.get("kind"):
            case "node_entered":
                yield f"{note['flow']}.{note['node']}"
            case "fault":
                yield f"[{note['code']}]"
            case "call_ended":
                yield f"the call ends ({note['reason']})"
            case _:
                continue


def _slots(step: Replayed) -> Iterator[tuple[str, Any]]:
    """What was learned, as the log keeps it: what is private is masked in it."""
    for note in step.line.kept.notes or []:
        if note.get("kind") == "slot_set":
            yield str(note["slot"]), note["value"]


def _heard(step: Replayed) -> str:
    for note in step.line.kept.notes or []:
        if note.get("kind") == "answered":
            heard = note.get("digits") or note.get("speech") or "nothing"
            return f"  {heard}" if note.get("understood", True) else f"  {heard} (not understood)"
    return ""


def said(actions: tuple[Action, ...]) -> Iterator[str]:
    """What the caller heard in a step."""
    for action in actions:
        if isinstance(action, Say | Play):
            yield _spoken(action)
        elif isinstance(action, Collect | TakeCard):
            yield from (_spoken(prompt) for prompt in action.prompts)


def _spoken(prompt: Say | Play) -> str:
    return prompt.text or (f"♪ {prompt.prompt}" if isinstance(prompt, Play) else "")
