"""A site while it is being read: what could be understood, and what is wrong with the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from call_flows.articles import Knowledge, read_articles
from call_flows.bare_keys import quote_bare_keys
from call_flows.flow import Flow, FlowHeader
from call_flows.nodes import VERBS
from call_flows.nodes.base import Node
from call_flows.places import Path, Places
from call_flows.problems import Place, Problem, nearest, one_near
from call_flows.scorecards import PlacedScorecard, read_scorecards
from call_flows.site import Site
from call_flows.steering.examples import Sentences, read_examples
from call_flows.steering.sentence_model import SentenceModel, SentenceModelUnusable, open_model
from call_flows.validation import MOST_TOLD, validate
from call_flows.yaml_text import Document, read_yaml

SITE_FILE: Final = "site.yaml"
_MOST_REPAIRS: Final = 20
_FLOW_NAME: Final = re.compile(r"^flow:\s*([A-Za-z]\w*)", re.MULTILINE)


@dataclass(slots=True)
class Draft:
    """What was read. `declared` keeps the names written in site.yaml even where their entries are broken."""

    site: Site | None = None
    site_places: Places = field(default_factory=lambda: Places(SITE_FILE))
    declared: dict[str, list[str]] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    node_names: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Flows with parts that could not be understood: checks of their whole shape would only confuse."""
    problems: list[Problem] = field(default_factory=list)
    texts: Mapping[str, str] = field(default_factory=dict)
    knowledge: Knowledge = field(default_factory=Knowledge)
    scorecards: dict[str, PlacedScorecard] = field(default_factory=dict)
    """By name, those that could be understood."""
    sentences: dict[str, Sentences] = field(default_factory=dict)
    """Files of examples of intents, by name."""
    sentence_model: SentenceModel | None = None
    """What `steer` listens with, when site.yaml asks for it and it is here."""
    no_sentence_model: Problem | None = None
    """Why it is not here. The check refuses it; a version with calls under way goes on with words."""


def draft_site(texts: Mapping[str, str], sentence_model: str = "") -> Draft:
    """Read all texts of a site. `sentence_model` is the folder of the model that site.yaml may ask for."""
    draft = Draft(texts=texts)
    _read_site(draft, texts)
    if draft.site is not None and draft.site.steering == "sentences":
        _open_sentence_model(draft, sentence_model)
    draft.sentences, problems = read_examples(texts)
    draft.problems += problems
    for file in sorted(texts):
        if is_flow(file):
            text, problems = quote_bare_keys(texts[file], file)
            draft.problems += problems
            document = read_yaml(text, file)
            if not isinstance(document.data, dict):
                _unread(draft, file, text)
            _read_flow(draft, document)
    first = str(draft.site.languages[0]) if draft.site is not None else "en-US"
    draft.knowledge, problems = read_articles(texts, first)
    draft.problems += problems
    draft.scorecards, problems = read_scorecards(texts)
    draft.problems += problems
    return draft


def _open_sentence_model(draft: Draft, folder: str) -> None:
    try:
        draft.sentence_model = open_model(folder)
    except SentenceModelUnusable as unusable:
        told = unusable.problem
        what = f"`steer` is to listen with a sentence model, and cannot: {told.what}"
        todo = f"{told.todo} Or leave out `steering`."
        draft.no_sentence_model = Problem(draft.site_places.of(("steering",)), "E116", what, "sentences", todo=todo)


def _unread(draft: Draft, file: str, text: str) -> None:
    """A flow of which only the name is known: what leads to it is not also wrong."""
    named = _FLOW_NAME.search(text[:2000])
    name = named.group(1) if named is not None else PurePosixPath(file).stem
    draft.node_names.setdefault(name, [])
    draft.broken.add(name)


def is_flow(file: str) -> bool:
    """Whether a file of a site holds a flow."""
    return file.startswith("flows/") and file.endswith((".yaml", ".yml"))


def _read_site(draft: Draft, texts: Mapping[str, str]) -> None:
    if SITE_FILE not in texts:
        what = "The folder has no site.yaml."
        draft.problems.append(Problem(Place(SITE_FILE), "E017", what, SITE_FILE, todo="Write site: and a name in it."))
        return
    document = read_yaml(texts[SITE_FILE], SITE_FILE)
    draft.problems += document.problems
    draft.site_places = document.places
    data = document.data
    if not isinstance(data, dict):
        if not document.problems:
            what = "site.yaml is empty or no mapping."
            draft.problems.append(
                Problem(Place(SITE_FILE), "E017", what, SITE_FILE, todo="Write site: and a name in it.")
            )
        return
    for part in ("queues", "hours", "services", "secrets", "skills", "languages"):
        names = data.get(part)
        draft.declared[part] = [str(name) for name in names] if isinstance(names, dict | list) else []
    draft.declared.setdefault("languages", [])
    draft.site = _site_model(draft, data, document.places)


def _site_model(draft: Draft, data: dict[str, Any], places: Places) -> Site | None:
    """The model; where entries are broken, the model of the others, so that flows can still be checked against it."""
    seen: set[Problem] = set()
    for _ in range(_MOST_REPAIRS):
        site, problems = validate(Site, data, (), places, {"languages": draft.declared["languages"]})
        seen.update(problems)
        if site is not None or not problems or len(problems) >= MOST_TOLD:
            break
        standing = {place: path for table in (places.values, places.keys) for path, place in table.items() if path}
        data = _without(data, [standing.get(problem.place, ()) for problem in problems])
    draft.problems += sorted(seen)
    return site


def _without(data: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    kept = dict(data)
    for path in paths:
        if path:
            kept.pop(str(path[0]), None) if len(path) == 1 else _cut(kept, path)
    return kept


def _cut(data: dict[str, Any], path: Path) -> None:
    """Take out the entry below a top-level key that holds the path."""
    first, second = str(path[0]), path[1]
    inner = data.get(first)
    if isinstance(inner, dict):
        data[first] = {key: value for key, value in inner.items() if key != second}
    elif isinstance(inner, list):
        data[first] = [value for place, value in enumerate(inner) if place != second]


def _read_flow(draft: Draft, document: Document) -> None:
    draft.problems += document.problems
    data = document.data
    if not isinstance(data, dict):
        if not document.problems:
            what = "The file is empty or no mapping."
            draft.problems.append(Problem(Place(document.file), "E017", what, todo="Write flow: and a name in it."))
        return
    own = data.get("language")
    first = draft.declared.get("languages") or ["en-US"]
    language = own if isinstance(own, str) else first[0]
    context = _context(draft, language)
    header, problems = validate(FlowHeader, data, (), document.places, context)
    draft.problems += problems
    name = str(data.get("flow"))
    nodes_data = data.get("nodes")
    nodes_data = nodes_data if isinstance(nodes_data, dict) else {}
    nodes: dict[str, Node] = {}
    whole = not document.problems
    for node_name, node_data in nodes_data.items():
        node, found = read_node(node_data, ("nodes", node_name), document.places, context)
        draft.problems += found
        if node is None:
            whole = False
        else:
            nodes[node_name] = node
    if name in draft.node_names:
        what = f"There are two flows called '{name}'."
        draft.problems.append(Problem(document.places.of(("flow",)), "E002", what, name, todo="Give one another name."))
        return
    draft.node_names[name] = list(nodes_data)
    if header is not None:
        draft.flows[name] = Flow(name, header, nodes, language, document.places)
    if header is None or not whole:
        draft.broken.add(name)


def _context(draft: Draft, language: str) -> dict[str, Any]:
    """What the models of a flow must know of the site around them."""
    return {
        "language": language,
        "languages": draft.declared.get("languages", []),
        "sentences": draft.sentences,
        "sentence_model": draft.sentence_model,
    }


def read_node(
    data: object, path: Path, places: Places, context: Mapping[str, Any]
) -> tuple[Node | None, list[Problem]]:
    """One node: its first key is the verb, whose model reads the rest."""
    if not isinstance(data, dict) or not data:
        todo = "Write a verb and what it needs, such as say: Welcome."
        return None, [
            Problem(places.key(path), "E011", f"The node '{path[-1]}' has no verb.", str(path[-1]), todo=todo)
        ]
    verb = next(iter(data))
    model = VERBS.get(verb)
    if model is not None:
        return validate(model, data, path, places, context)
    later = next((key for key in data if key in VERBS), "")
    at = places.key((*path, verb))
    if later and verb in set(VERBS[later].keys()):
        what = f"The first key of a node is its verb; '{verb}' is none."
        return None, [Problem(at, "E014", what, verb, later, f"Write {later}: first.")]
    todo = f"The verbs are {', '.join(VERBS)}."
    what = f"There is no verb '{verb}'."
    return None, [Problem(at, "E014", what, verb, nearest(verb, VERBS), todo, one_near(verb, VERBS))]
