"""Connect Call To, Enqueue Call, Send to Flex: people."""

from typing import Any

from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import Prelude
from call_flows.importers.studio.value import LiquidRefused

_STATUSES = {"answered": "completed", "busy": "busy", "no_answer": "no-answer", "failed": "failed"}
_RING = 30


def connect(bench: Bench) -> None:
    """`dial`: Studio knows one way out, whatever became of the call; what became of it is kept where it is read."""
    widget = bench.at
    noun = widget.text("noun", "number")
    prelude = Prelude(bench)
    targets = _targets(bench, noun, prelude)
    after = bench.goes("callCompleted")
    if widget.wired("hangup"):
        bench.part.note("When the caller hangs up the call is over: the way of `hangup` is not taken.")
        bench.reach("hangup")
    _caller(bench)
    place = prelude.place("dial")
    for at, target in enumerate(targets):
        last = at == len(targets) - 1
        name = place if at == 0 else f"{bench.entry}.{at + 1}"
        ways = {exit_name: _told(bench, exit_name, after) for exit_name in _STATUSES}
        if not last:
            ways |= dict.fromkeys(("busy", "no_answer", "failed"), f"{bench.entry}.{at + 2}")
        made: dict[str, Any] = {"dial": target, "timeout": f"{widget.number('timeout') or _RING}s"}
        if widget.text("caller_id").startswith("+"):
            made["caller_id"] = widget.text("caller_id")
        bench.put(name, made | ways)


def _told(bench: Bench, exit_name: str, after: str) -> str:
    """Where an exit leads, by way of a `set` where the flow reads what became of the dialled call."""
    if not bench.reads.of(bench.at.name, "DialCallStatus"):
        return after
    name = f"{bench.entry}.{exit_name}"
    slot = bench.slot(bench.at.name, "DialCallStatus")
    return bench.put(name, {"set": {slot: f"'{_STATUSES[exit_name]}'"}, "next": after})


def _targets(bench: Bench, noun: str, prelude: Prelude) -> list[str]:
    widget = bench.at
    to = widget.text("to").strip()
    if noun == "sip":
        address = prelude.text(widget.text("sip_endpoint") or to)
        if widget.text("sip_username"):
            bench.part.note("The SIP user and password are left out.")
        return [address if address.startswith(("sip:", "sips:")) else f"sip:{address}"]
    if noun == "client":
        if "{" in to:
            raise LiquidRefused("which agent is called is computed")
        return [f"agent:{bench.site.agent(to)}"]
    if noun in {"number", "number-multi"}:
        numbers = [part.strip() for part in to.split(",")] if noun == "number-multi" else [to]
        if len(numbers) > 1:
            bench.part.note("The numbers are dialled one after the other, not all at once.")
        return [_number(bench, prelude, number) for number in numbers if number] or _no_number()
    raise LiquidRefused(f"the call is connected to a {noun[:20]}")


def _no_number() -> list[str]:
    raise LiquidRefused("no number is given")


def _number(bench: Bench, prelude: Prelude, written: str) -> str:
    if "{" in written:
        return prelude.text(written)
    number = "".join(char for char in written if char.isdigit() or char == "+")
    if not bench.site.dialable(number):
        raise LiquidRefused(f"'{written[:20]}' is no number that can be dialled; write it as +12025550199")
    return number


def _caller(bench: Bench) -> None:
    if bench.at.text("caller_id") and not bench.at.text("caller_id").startswith("+"):
        bench.part.note("The party sees the number that was called.")
    if bench.at.text("record") == "true":
        bench.part.note("It was recorded; here a recording begins at `consent`, for the whole call.")


def enqueue(bench: Bench) -> None:
    """`queue`: a queue or workflow of theirs becomes a queue of the site, with one skill to begin with."""
    widget = bench.at
    named = widget.text("queue_name")
    key = named or widget.text("workflow_sid") or widget.text("workflow") or "agents"
    made: dict[str, Any] = {"queue": bench.site.queue(key, named if named and "{" not in named else "agents")}
    priority = widget.number("priority")
    if priority:
        made["priority"] = str(priority)
        bench.part.note(f"The priority {priority} is now a credit of {priority} seconds of waiting.")
    if widget.wired("callComplete"):
        made["answered"] = bench.goes("callComplete")
    made["failed"] = bench.goes("failedToEnqueue")
    if widget.wired("callFailure"):
        made["left"] = bench.goes("callFailure")
    comment = f"Studio: {widget.name} ({widget.kind})"
    attributes = " ".join((widget.text("task_attributes") or widget.text("attributes")).split())
    if attributes:
        bench.part.note("The task's attributes are in a comment: agents see the caller's record and the call's labels.")
        comment += f". Attributes of the task: {attributes[:400]}"
    if widget.text("wait_url"):
        bench.part.note(
            f"While waiting, {widget.text('wait_url')[:120]} was heard: give the queue a while_waiting flow."
        )
    if widget.text("timeout"):
        bench.part.note(f"The task's time-out of {widget.text('timeout')[:12]} s: see the queue's max_wait.")
    bench.put(bench.entry, made, comment)
