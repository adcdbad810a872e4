"""TwiML documents of a folder, and which of them an address leads to."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET  # what could grow without bound, a DTD, is refused before

from foundation.errors import CallwrightError, Problem

MAX_DOCUMENT: Final = 65_536
SUFFIXES: Final = (".xml", ".twiml")
_DTD: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STARTS: Final = ("index", "main", "start", "voice", "incoming", "welcome", "answer")


class TwimlRefused(CallwrightError):
    """There is no TwiML to import: name a document or a folder of them."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(
            Problem("twiml_refused", what, where, "Name a .xml or .twiml file, or a folder that holds some.")
        )


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb with its attributes, its nouns, and the text in it."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple["Verb", ...] = ()

    def get(self, attribute: str, otherwise: str = "") -> str:
        """An attribute."""
        return self.attributes.get(attribute, otherwise)

    def number(self, attribute: str, otherwise: int) -> int:
        """An attribute as a whole number."""
        text = self.get(attribute).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise

    def noun(self, *names: str) -> "Verb | None":
        """The first of its children with one of these names."""
        return next((child for child in self.children if child.name in names), None)


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `refused` says why it could not be read."""

    path: str
    verbs: tuple[Verb, ...] = ()
    refused: str = ""


def read_document(path: str, text: str) -> Document:
    """Read a document."""
    if len(text) > MAX_DOCUMENT:
        return Document(path, refused="The document is longer than 64 KB.")
    if _DTD.search(text):
        return Document(path, refused="The document has a DTD, which TwiML has not.")
    try:
        root = ET.fromstring(text.strip())  # noqa: S314 - no DTD, bounded
    except (ET.ParseError, ValueError, RecursionError) as error:
        return Document(path, refused=f"The document is not XML ({error}).")
    if root.tag != "Response":
        return Document(path, refused=f"The document is not TwiML: it begins with <{str(root.tag)[-40:]}>.")
    return Document(path, tuple(_verb(child, 0) for child in root if isinstance(child.tag, str)))


def _verb(element: "ET.Element[str]", depth: int) -> Verb:
    children = () if depth > 8 else tuple(_verb(child, depth + 1) for child in element if isinstance(child.tag, str))
    text = " ".join("".join(element.itertext()).split())
    return Verb(element.tag, dict(element.attrib), text, children)


class Library:
    """Documents by their paths."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = dict(documents)

    def find(self, address: str, seen_from: str) -> str:
        """The path of the document an address leads to; empty when it is none of these. No address is the document
        itself, as for Gather's action.
        """  # noqa: D205 - one sentence after the other
        if not address.strip():
            return seen_from
        parts = urlsplit(address.strip())
        path = unquote(parts.path)
        if not parts.netloc and not path.startswith("/"):
            path = posixpath.join(posixpath.dirname(seen_from), path)
        path = posixpath.normpath(path).lstrip("/") if path.strip("/") else ""
        path = path.removeprefix("../") if path.startswith("../") else path
        return self._exact(path) or self._by_name(path)

    def _exact(self, path: str) -> str:
        for candidate in (path, *(path + suffix for suffix in SUFFIXES)):
            if candidate in self.documents:
                return candidate
        return ""

    def _by_name(self, path: str) -> str:
        """By the file's name alone, where only one document has it: folders differ between a server and a checkout."""
        name = posixpath.basename(path)
        wanted = {
            name,
            *(name + suffix for suffix in SUFFIXES),
            *(posixpath.splitext(name)[0] + end for end in SUFFIXES),
        }
        found = [known for known in self.documents if posixpath.basename(known) in wanted]
        return found[0] if name and len(found) == 1 else ""

    def matching(self, template: str, seen_from: str, value: str) -> dict[str, str]:
        """The documents that an address with a value in it can lead to, by the value: `menu-{{Digits}}.xml`."""
        before, _, after = template.partition(value)
        found = {}
        for key in [*"0123456789*#", *map(str, range(10, 100))]:
            path = self.find(f"{before}{key}{after}", seen_from)
            if path:
                found[key] = path
        return found

    def first(self) -> str:
        """The document in which calls begin: the one with such a name, else one that no other leads to."""
        for name in _STARTS:
            for path in self.documents:
                if posixpath.splitext(posixpath.basename(path))[0].lower() == name:
                    return path
        led_to = {target for path in self.documents for target in self.leads(path) if target != path}
        return next((path for path in self.documents if path not in led_to), next(iter(self.documents), ""))

    def leads(self, path: str) -> set[str]:
        """The documents a document names."""
        found: set[str] = set()
        pending = list(self.documents[path].verbs)
        while pending:
            verb = pending.pop()
            pending += verb.children
            if verb.name == "Redirect":
                found |= {self.find(verb.text, path), *self.matching(verb.text, path, "{{Digits}}").values()}
            elif verb.get("action"):
                found.add(self.find(verb.get("action"), path))
        return found - {""}
