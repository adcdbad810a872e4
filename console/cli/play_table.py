"""The place where somebody talks to a call flow: a line is read, the caller does it, what happens is shown."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from call_flows.actions import Collect, Dial, Enqueue, Pause, RecordMessage
from call_flows.events import CallArrived, HungUp
from call_flows.notes import CallEnded, ExitTaken, Fault, NodeEntered, Note, SlotSet
from call_flows.scenario.acting import agent, leave_message, notice_of, press, say
from call_flows.scenario.conversation import Conversation
from call_flows.scenario.failure import Unmet
from call_flows.values import Duration
from console.cli.play_twiml import Papers

_KEYS: Final = re.compile(r"[0-9*#]+\Z")
_LOOKS: Final = frozenset({":slots", ":queue", ":where", ":twiml", ":help"})
"""Commands after which the call stands as before."""
HELP: Final = {
    "1  or  12345678#": "press keys",
    "billing": "say words",
    "(an empty line)": "say nothing, until the flow asks again or goes on",
    ":wait 30s": "let time go by",
    ":agent": "an agent answers; again, and the agent hangs up",
    ":message 10s": "leave a message after the tone, so long or with these words",
    ":slots": "what the call has learned",
    ":queue": "the wait: the place, and what an agent must have",
    ":where": "the node the call stands at",
    ":twiml": "show the TwiML of each step, or no longer",
    ":hangup": "hang up",
    ":help": "this list",
}


class Table:
    """One call and the terminal."""

    def __init__(self, call: Conversation, out: TextIO, *, twiml: bool = False) -> None:
        self._call = call
        self._console = Console(file=out, highlight=False, soft_wrap=True)
        self._papers = Papers(call, shown=twiml)
        self._spoken = 0
        self._notes = 0
        self._asked = 0
        self._commands: dict[str, Callable[[str], None]] = {
            ":wait": self._wait,
            ":agent": lambda _rest: agent(call, answers=not call.talking),
            ":message": self._message,
            ":slots": lambda _rest: self._slots(),
            ":queue": lambda _rest: self._queue(),
            ":where": lambda _rest: self._where(),
            ":twiml": lambda _rest: self._papers.turn(),
            ":hangup": lambda _rest: call.send(HungUp(call.facts())),
            ":help": lambda _rest: self._help(),
        }

    def play(self, lines: TextIO) -> None:
        """Talk until the call is over or there is nothing more to read."""
        call = self._call
        self._print(
            "calls", f"{call.scene.dialled or call.state.at.flow} from {call.scene.caller.number or 'withheld'}"
        )
        self._try(lambda: call.send(CallArrived(call.facts())))
        asks = lines.isatty()
        if asks:
            self._print("", "type keys or words; :help tells what else there is", "dim")
        line: str | None = ""
        while not call.state.ended:
            if not line or line.split()[0] not in _LOOKS:
                self._awaits()
            line = self._read(lines, asks=asks)
            if line is None:
                break
            self._try(lambda line=line: self._do(line))  # type: ignore[misc]
        if not call.state.ended:
            call.send(HungUp(call.facts()))
            self._show()

    def _read(self, lines: TextIO, *, asks: bool) -> str | None:
        if asks:
            try:
                return self._console.input(Text("› ", style="bold cyan")).strip()
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return None
        line = lines.readline()
        if not line:
            return None
        self._console.print(Text(f"› {line.strip()}", style="bold cyan"))
        return line.strip()

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
            self._settle()
        except Unmet as unmet:
            self._show()
            self._print("cannot", unmet.what, "yellow")
            return
        self._show()

    def _do(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word.startswith(":"):
            command = self._commands.get(word)
            if command is None:
                raise Unmet(f"there is no {word}; :help tells what there is")
            command(rest.strip())
        elif not line:
            self._silence()
        elif isinstance(self._call.waiting, RecordMessage):
            leave_message(self._call, line)
        elif _KEYS.match(line):
            press(self._call, line)
        else:
            say(self._call, line)

    def _settle(self) -> None:
        """Let pass what waits for nobody: pauses, and the way to the first words on hold."""
        call = self._call
        for _ in range(50):
            due = call.due()
            first_turn = isinstance(call.waiting, Enqueue) and call.state.hold is None
            if due is None or not (first_turn or isinstance(call.waiting, Pause)):
                return
            self._show()
            call.happen(due)

    def _silence(self) -> None:
        due = self._call.due()
        if due is None:
            raise Unmet("nobody waits for you to speak")
        self._call.happen(due)

    def _wait(self, rest: str) -> None:
        try:
            seconds = float(Duration.read(rest or "10s"))
        except ValueError:
            raise Unmet(f"'{rest}' is not a length of time: write 30s or 2m") from None
        self._call.pass_time(seconds)

    def _message(self, rest: str) -> None:
        try:
            leave_message(self._call, Duration.read(rest or "10s"))
        except ValueError:
            leave_message(self._call, rest)

    def _slots(self) -> None:
        slots = self._call.state.slots
        for name, value in slots.items():
            self._print("slot", f"{name} = {value}")
        if not slots:
            self._print("slots", "none has a value")

    def _queue(self) -> None:
        queued = self._call.queued
        if queued is None:
            self._print("queue", "you wait in none")
            return
        waited = self._call.now - self._call.joined
        needs = next(needs for after, needs in reversed(queued.rings) if after <= waited or after == queued.rings[0][0])
        shown = ", ".join(f"{skill} {level}" for skill, level in needs.items()) or "nothing"
        credit = f", {queued.priority:g} s of credit" if queued.priority else ""
        place = self._call.facts().position
        self._print("queue", f"{queued.queue}: number {place}, {waited:.0f} s so far{credit}; an agent needs {shown}")

    def _where(self) -> None:
        spot = self._call.state.hold or self._call.state.at
        place = self._call.site.flows[spot.flow].places.key(("nodes", spot.node))
        self._print("stands", f"{spot.flow}.{spot.node} ({place})")

    def _help(self) -> None:
        for what, does in HELP.items():
            self._print("", f"{what:<18} {does}")

    def _awaits(self) -> None:
        """What the flow waits for, in a line."""
        call = self._call
        match call.question or call.waiting:
            case Collect() if (notice := notice_of(call)) is not None:
                opt_out = f"; {notice.opt_out} opts out" if notice.opt_out else ""
                self._print("listens", f"a notice: an empty line goes on{opt_out}", "dim")
            case Collect(keys=keys, speech=speech, hints=hints, max_digits=most):
                told = [] if not keys else ["a key" if most == 1 else f"{most} keys" if most else "keys and #"]
                told += [f"words such as {', '.join(hints[:4])}" if hints else "words"] if speech else []
                self._print("listens", " or ".join(told) + (" — on hold" if call.queued else ""), "dim")
            case _ if call.talking:
                self._print("talks", "to a person; :agent hangs up", "dim")
            case Enqueue():
                self._queue()
            case Dial(address=address):
                self._print("rings", f"{address}; :agent answers, an empty line lets it ring out", "dim")
            case RecordMessage():
                self._print("records", "say your message", "dim")

    def _show(self) -> None:
        """Everything new."""
        record = self._call.record
        for what, text, style in _noted(record.notes[self._notes :]):
            self._print(what, text, style)
        for asked in record.asked[self._asked :]:
            self._print("asks", f"{asked.method} {asked.url}", "magenta")
        for one in record.spoken[self._spoken :]:
            language = f"({one.language}) " if one.language != self._call.state.language else ""
            self._print("says", language + one.text, "bold")
        self._spoken, self._notes, self._asked = len(record.spoken), len(record.notes), len(record.asked)
        for document in self._papers.new():
            self._console.print(Text(document, style="dim"))

    def _print(self, what: str, text: str, style: str = "") -> None:
        now = self._call.now
        line = Text().append(f"{int(now // 60)}:{now % 60:04.1f}".rjust(7) + "  ", style="dim")
        line.append(f"{what:<8}", style="cyan" if what not in {"says", "listens", "cannot"} else style)
        line.append(text, style=style)
        self._console.print(line)


def _noted(notes: list[Note]) -> Iterator[tuple[str, str, str]]:
    """The notes worth showing: the way, the slots, the faults and the end."""
    way: list[str] = []
    flow = ""
    for note in notes:
        match note:
            case NodeEntered(flow=name, node=node):
                way.append(node if name == flow else f"{name}.{node}")
                flow = name
            case ExitTaken(exit=exit_name) if exit_name not in {"next", "enter"}:
                way.append(f"({exit_name})")
            case SlotSet(slot=slot, value=value):
                yield "slot", f"{slot} = {value}", "green"
            case Fault(code=code, detail=detail):
                yield "fault", f"{code} {detail}".strip(), "red"
            case CallEnded(reason=reason):
                yield "ends", reason, "magenta"
    if way:
        yield "way", " → ".join(way).replace("→ (", "("), "dim"
