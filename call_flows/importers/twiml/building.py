"""From documents to a flow: verbs in a row, from one to the next, and from document to document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from call_flows.importers.made import MadeFlow, MadeNode, Part
from call_flows.importers.naming import node_name, snake
from call_flows.importers.plan import SitePlan
from call_flows.importers.spoken_languages import apology, known_language, missing_recording
from call_flows.importers.twiml.documents import Library, Verb

END: Final = "the_end"
VALUES: Final = {"{{From}}": "{{ caller.number }}", "{{To}}": "{{ call.dialled }}"}
EXITS: Final = frozenset({"next", "failed", "silent", "spoken", "else", "answered", "busy", "no_answer", "empty"})
_MOST_LOOPS: Final = 10


@dataclass(slots=True)
class Desk:
    """One flow in the making: the document and the verb at hand, and what has been made."""

    library: Library
    site: SitePlan
    made: MadeFlow
    parts: list[Part]
    path: str = ""
    place: int = 0
    verb: Verb = field(default_factory=lambda: Verb("", {}, ""))
    pending: list[str] = field(default_factory=list)
    ways: dict[str, str] = field(default_factory=dict)
    """Verbs that only lead elsewhere, by their nodes: what leads to them leads on at once."""

    @property
    def part(self) -> Part:
        """What becomes of the verb at hand."""
        return self.parts[-1]

    @property
    def name(self) -> str:
        """The node of the verb at hand."""
        return self.node(self.path, self.place)

    def node(self, path: str, place: int = 0) -> str:
        """The node of a verb of a document: the first has the document's name."""
        stem = node_name(PurePosixPath(path).with_suffix("").as_posix())
        return stem if place == 0 else f"{stem}.{place + 1}"

    def put(self, body: dict[str, Any], suffix: str = "") -> str:
        """Add the node of the verb at hand, or one beside it."""
        name = f"{self.name}.{suffix}" if suffix else self.name
        comment = "" if suffix else f"TwiML: {self.path}, {self.part.name.rsplit(' ', 1)[-1]} {self.verb.name}"
        self.made.nodes[name] = MadeNode(name, body, comment)
        return name

    def onward(self) -> str:
        """The next verb of the document; after the last one the call ends."""
        if self.place + 1 < len(self.library.documents[self.path].verbs):
            return self.node(self.path, self.place + 1)
        return self.end()

    def end(self) -> str:
        """The node at which the call ends."""
        self.made.nodes.setdefault(END, MadeNode(END, {"hang_up": None}, "After the last verb, the call ends."))
        return END

    def document(self, address: str, *, leave: bool = True) -> str:
        """The node with which a document begins; where the address is none of the documents, a marked one."""
        path = self.library.find(address, self.path)
        if path:
            self.pending.append(path)
            return self.node(path)
        reason = f"{address[:120]} is asked here for what comes next, and is none of the documents."
        tell = self.part.leave if leave else self.part.note
        tell(reason)
        return self.put({"say": apology(self.made.language), "todo": reason, "next": self.end()}, "elsewhere")

    def heard(self, verb: Verb) -> list[Any]:
        """The parts of a prompt that a verb and those in it are."""
        parts: list[Any] = []
        for one in verb.children if verb.name in {"Gather", "Prompt"} else [verb]:
            if one.name == "Say":
                parts += [self._said(one)] * max(1, min(one.number("loop", 1), _MOST_LOOPS))
            elif one.name == "Play" and one.text:
                parts += [self._played(one)] * max(1, min(one.number("loop", 1), _MOST_LOOPS))
            elif one.name == "Pause":
                self.part.note("The pause within the prompt is left out.")
        return parts

    def _said(self, verb: Verb) -> Any:
        language = known_language(verb.get("language")) or self.made.language
        text = self.text(verb.text)
        return text if language == self.made.language else {"say": text, "language": self.site.language(language)}

    def _played(self, verb: Verb) -> dict[str, Any]:
        file = verb.text.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        name = snake(file.rsplit(".", 1)[0])
        self.part.note(f"Put the recording {verb.text[:160]} at prompts/<language>/{name}.wav.")
        return {"play": name, "say": missing_recording(self.made.language)}

    def text(self, written: str) -> str:
        """A text with the values of TwiML Bins in it."""
        for mark, ours in VALUES.items():
            written = written.replace(mark, ours)
        for mark in ("Digits", "SpeechResult"):
            if f"{{{{{mark}}}}}" in written:
                written = written.replace(f"{{{{{mark}}}}}", f"{{{{ {self.slot()} }}}}")
        for mark in ("{{", "{%", "{#"):
            if mark in written and f"{mark} " not in written:
                self.part.note("A placeholder in the text is left as it is, with a blank in its braces.")
                written = written.replace(mark, mark[0] + " " + mark[1])
        return written

    def slot(self) -> str:
        """The slot of what was pressed or said last, wherever it was asked."""
        self.made.slots["answer"] = {"type": "text"}
        return "answer"


Translator = Callable[[Desk], None]


def prompt_of(parts: list[Any]) -> str | list[Any]:
    """A prompt as it is written shortest."""
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else parts


def straightened(desk: Desk) -> None:
    """Lead past the verbs that only lead elsewhere; a ring of them waits a second in each round."""
    for name in list(desk.ways):
        seen = [name]
        while seen[-1] in desk.ways and desk.ways[seen[-1]] not in seen:
            seen.append(desk.ways[seen[-1]])
        if seen[-1] in desk.ways:
            desk.made.nodes[name] = MadeNode(name, {"wait": "1s", "next": desk.ways.pop(name)}, "A ring of documents.")
    desk.made.start = _past(desk, desk.made.start)
    for node in desk.made.nodes.values():
        node.body = _led(desk, node.body)


def _past(desk: Desk, name: str) -> str:
    while name in desk.ways:
        name = desk.ways[name]
    return name


def _led(desk: Desk, value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        made = {name: _led(desk, item, name) for name, item in value.items()}
        return type(value)(made)
    if isinstance(value, list):
        return [_led(desk, item, key) for item in value]
    return _past(desk, value) if isinstance(value, str) and key in EXITS else value
