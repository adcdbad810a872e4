"""`import_twiml`: TwiML documents in, a site's files and the report of every verb out."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from call_flows.importers.made import Imported, MadeFlow, MadeNode, Part, pruned
from call_flows.importers.naming import snake
from call_flows.importers.plan import SitePlan
from call_flows.importers.repairing import repaired
from call_flows.importers.spoken_languages import DEFAULT, known_language
from call_flows.importers.twiml.building import END, Desk, straightened
from call_flows.importers.twiml.documents import SUFFIXES, Document, Library, TwimlRefused, Verb, read_document
from call_flows.importers.twiml.verbs import translate
from call_flows.importers.writing import flow_text

_COMMENT: Final = "Imported from TwiML by `callwright import twiml`. Look first for todo: in the flows."
MAX_FILES: Final = 500


def read_texts(path: Path) -> dict[str, str]:
    """The documents of a folder by relative path, or the one document. Raises `TwimlRefused` when there is none."""
    if path.is_file():
        return {path.name: path.read_text(encoding="utf-8-sig", errors="replace")}
    files = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file()][:MAX_FILES]
    if not files:
        raise TwimlRefused("There is no TwiML document here.", path.name)
    return {file.relative_to(path).as_posix(): file.read_text(encoding="utf-8-sig", errors="replace") for file in files}


def import_twiml(
    texts: Mapping[str, str], *, name: str, number: str | None = None, start: str | None = None
) -> Imported:
    """A site made of documents by path. `start` is the one with which calls begin; else the likeliest one is taken."""
    documents = {path: read_document(path, text) for path, text in texts.items()}
    library = Library({path: found for path, found in documents.items() if not found.refused})
    main = snake(name)[:40].rstrip("_") or "imported"
    site, parts, notes = SitePlan(main), _refused(documents), list[str]()
    language = site.language(_language(library))
    first = library.find(start, "") if start else library.first()
    if start and not first:
        raise TwimlRefused(f"There is no document '{start}'.", start)
    flows: dict[str, MadeFlow] = {}
    left = list(library.documents)
    while left:
        begin = first if first in left else left[0]
        flow_name = main if not flows else f"{main}_{snake(PurePosixPath(begin).with_suffix('').as_posix())}"[:60]
        if flows:
            notes.append(f"No document leads to {begin}: it has a flow of its own, {flow_name}.")
        flows[flow_name], done = _flow(library, site, parts, flow_name, begin, language)
        left = [path for path in left if path not in done]
    if not flows:
        flows[main] = MadeFlow(main, "Nothing of it could be read.", language, END)
        flows[main].nodes[END] = MadeNode(END, {"hang_up": None})
    if number is not None:
        site.numbers[number] = main

    def write() -> dict[str, str]:
        files = {"site.yaml": site.text([_COMMENT])}
        return files | {f"flows/{flow.name}.yaml": flow_text(flow) for flow in flows.values()}

    problems = repaired(flows, write)
    return Imported(main, write(), tuple(parts), tuple(notes), tuple(problems))


def _refused(documents: Mapping[str, Document]) -> list[Part]:
    """A row for each document that could not be read."""
    parts = []
    for document in documents.values():
        if document.refused:
            part = Part(document.path, "document")
            part.leave(document.refused)
            parts.append(part)
    return parts


def _flow(
    library: Library, site: SitePlan, parts: list[Part], name: str, first: str, language: str
) -> tuple[MadeFlow, set[str]]:
    """One flow, of every document that can be come to from the first; and which those are."""
    made = MadeFlow(name, f"Begins with {first}.", language)
    desk = Desk(library, site, made, parts, pending=[first])
    made.start = desk.node(first)
    done: set[str] = set()
    while desk.pending:
        path = desk.pending.pop(0)
        if path in done:
            continue
        done.add(path)
        _document(desk, library.documents[path], name)
    passed = {part.name for part in parts if part.kind == "Redirect"}
    straightened(desk)
    pruned(made)
    for part in parts:
        if name in part.flows and part.kind != "document" and part.name not in _standing(made) | passed:
            part.note("No way leads to it: what stands before it does not come back.")
    return made, done


def _standing(made: MadeFlow) -> set[str]:
    """The verbs of which a node is left, as their parts are named."""
    return {node.comment.removeprefix("TwiML: ").rsplit(" ", 1)[0].replace(",", "") for node in made.nodes.values()}


def _document(desk: Desk, document: Document, flow: str) -> None:
    verbs = document.verbs or (Verb("Hangup", {}, ""),)
    desk.path = document.path
    for place, verb in enumerate(verbs):
        desk.place, desk.verb = place, verb
        desk.parts.append(Part(f"{document.path} {place + 1}", verb.name, flows=[flow]))
        translate(desk)


def _language(library: Library) -> str:
    """The language that is spoken most."""
    spoken: Counter[str] = Counter()
    pending = [verb for document in library.documents.values() for verb in document.verbs]
    while pending:
        verb = pending.pop()
        pending += verb.children
        if verb.name == "Say":
            spoken[known_language(verb.get("language")) or DEFAULT] += 1
    return spoken.most_common(1)[0][0] if spoken else DEFAULT
