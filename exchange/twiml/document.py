"""From the app's answer to a list of verbs: content types, the root element, the table of verbs, warnings."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

import exchange.twiml as verbs_folder
from exchange.twiml.attributes import Note, Notes
from exchange.twiml.elements import InvalidDocument, parse
from exchange.twiml.verb import Verb

INVALID_CONTENT_TYPE: Final = 12300
_TWIML_TYPES: Final = frozenset({"", "text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Document:
    """What the app wants done, and what is wrong with how it said so."""

    url: str
    verbs: tuple[tuple[Verb, int], ...]  # each with its line
    notes: tuple[Note, ...] = ()


@cache
def verbs() -> Mapping[str, type[Verb]]:
    """Every verb by its element's name: the concrete classes derived from `Verb` in the files of this folder."""
    found: dict[str, type[Verb]] = {}
    for module in pkgutil.iter_modules(verbs_folder.__path__, "exchange.twiml."):
        for _, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(thing, Verb) and not inspect.isabstract(thing) and thing.__module__ == module.name:
                found[thing.name] = thing
    return found


def read_answer(body: bytes, content_type: str, url: str) -> Document:
    """The document in an answer: TwiML, text to be spoken, or sound to be played; raises `InvalidDocument`."""
    if content_type.startswith("audio/"):
        return read_twiml(f"<Response><Play>{escape(url)}</Play></Response>", url)
    if content_type == "text/plain":
        said = escape(body.decode("utf-8", "replace"))
        return read_twiml(f"<Response><Say>{said}</Say></Response>", url)
    if content_type not in _TWIML_TYPES:
        raise InvalidDocument(f"content type {content_type!r} is no TwiML, text or sound", code=INVALID_CONTENT_TYPE)
    return read_twiml(body, url)


def read_twiml(text: bytes | str, url: str) -> Document:
    """The document in a text of TwiML; an empty one does nothing. Raises `InvalidDocument`."""
    if not text.strip():
        return Document(url, ())
    root = parse(text)
    if root.name != "Response":
        raise InvalidDocument(f"the root element is <{root.name}>, not <Response>", line=root.line)
    notes = Notes()
    read: list[tuple[Verb, int]] = []
    for element in root.children:
        kind = verbs().get(element.name)
        if kind is None:
            notes.add(f"<{element.name}> is not a verb of this exchange; it is skipped", element)
        else:
            read.append((kind.read(element, notes), element.line))
    return Document(url, tuple(read), tuple(notes.found))
