"""TwiML as a tree of small frozen elements that know their line; read by expat with document types refused."""

import xml.parsers.expat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Element:
    """One element: name, attributes, children and text in order, and the line it begins at."""

    name: str
    attributes: Mapping[str, str]
    content: "tuple[str | Element, ...]"
    line: int = 0

    @property
    def children(self) -> "tuple[Element, ...]":
        """The elements directly inside."""
        return tuple(part for part in self.content if isinstance(part, Element))

    @property
    def text(self) -> str:
        """The text directly inside, without the white space around it."""
        return "".join(part for part in self.content if isinstance(part, str)).strip()

    @property
    def all_text(self) -> str:
        """The text inside, that of inner elements included."""
        return "".join(part if isinstance(part, str) else part.all_text for part in self.content)


class InvalidDocument(Exception):
    """The answer is no TwiML; `code` is Twilio's error, `line` where it is known."""

    def __init__(self, message: str, *, code: int = 12100, line: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


def parse(document: bytes | str) -> Element:
    """The root element; raises `InvalidDocument`, and on nothing else."""
    raw = document.encode() if isinstance(document, str) else document
    if len(raw) > LIMIT:
        raise InvalidDocument(f"the document has {len(raw)} bytes; the limit is {LIMIT}", code=11750)
    builder = _Builder()
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: builder.start(name, attributes, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _name: builder.end()
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(raw.strip(), True)
    except xml.parsers.expat.ExpatError as problem:
        reason = xml.parsers.expat.errors.messages.get(problem.code, "not well-formed")
        raise InvalidDocument(f"not XML: {reason}, column {problem.offset + 1}", line=problem.lineno) from problem
    except (LookupError, ValueError) as problem:
        raise InvalidDocument(f"not XML: {problem}") from problem
    return builder.root()


def _refuse_document_type(name: str, *_rest: object) -> None:
    raise InvalidDocument(f"a document type ({name}) is not accepted: TwiML has none, and entities are a danger")


class _Builder:
    """Collects expat's reports into elements."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, str], list[str | Element], int]] = [("", {}, [], 0)]

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        if len(self._open) > 40:  # noqa: PLR2004 - deeper than any TwiML, shallower than Python's stack
            raise InvalidDocument("elements are nested too deeply", line=line)
        self._open.append((name, attributes, [], line))

    def end(self) -> None:
        name, attributes, content, line = self._open.pop()
        self._open[-1][2].append(Element(name, attributes, tuple(content), line))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def root(self) -> Element:
        return next(part for part in self._open[0][2] if isinstance(part, Element))
