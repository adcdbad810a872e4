"""Whether a menu says what it does: the keys it names, their order, what it says again, what nobody can hear well."""

import re
from collections.abc import Iterator
from typing import Final

from call_flows.check.finding import Finding, Review
from call_flows.hearing.phrases import normalise
from call_flows.nodes.consent import ConsentNode
from call_flows.nodes.listening import Listening
from call_flows.nodes.menu import MenuNode
from call_flows.nodes.say import SayNode
from call_flows.places import Path
from call_flows.prompt import Part, Prompt

SHORTEST: Final = 3.0
MOST_TRIES: Final = 4
_ENGLISH: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPANISH: Final = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_WORDS: Final = {
    **{word: key for key, word in enumerate(_ENGLISH)},
    **{word: key for key, word in enumerate(_SPANISH)},
    **dict.fromkeys(("star", "asterisk", "asterisco", "estrella"), "*"),
    **dict.fromkeys(("pound", "hash", "numeral", "almohadilla"), "#"),
}
_KEY: Final = rf"(?:\d(?!\d)|\*|#|(?:{'|'.join(_WORDS)})\b)"
_ANNOUNCED: Final = re.compile(
    r"\b(?:press|push|dial|oprima|pulse|marque|presione|digite)\s+(?:the\s+|la\s+|el\s+)?(?:key\s+|number\s+|tecla\s+|número\s+)?"
    rf"({_KEY}(?:(?:\s*,\s*|\s+)(?:(?:or|and|o|u|y)\s+)?{_KEY})*)",
    re.IGNORECASE,
)
_MARKS: Final = re.compile(r"\$\{[^}]*\}|(?<!\{)\{[A-Za-z_][\w .|]*\}(?!\})|%\([a-z_]+\)s|<%|\[%")


def check(review: Review) -> None:
    """Look at what every menu, question and notice says."""
    ways_in = _outer_keys(review)
    for finding in review.findings():
        node = finding.node
        if isinstance(node, MenuNode):
            own = {str(option.press) for option in node.options if option.press is not None}
            _keys(finding, ("menu",), node.menu, own, ways_in[finding.flow.name])
        if isinstance(node, ConsentNode):
            _keys(finding, ("consent",), node.consent, {str(node.opt_out)} if node.opt_out else set(), set())
        if isinstance(node, Listening):
            _asked_again(finding, node)
            _patience(finding, node)
        _said_twice(finding)
        _marks(finding)


def _outer_keys(review: Review) -> dict[str, set[str]]:
    """The keys that work everywhere in each flow: its own, and those of the flows that run it."""
    keys = {flow.name: {str(option.press) for option in flow.header.always if option.press} for flow in review.flows()}
    for _ in keys:
        before = {name: set(own) for name, own in keys.items()}
        for finding in review.findings():
            inner = str(getattr(finding.node, "flow", ""))
            if inner in keys:
                keys[inner] |= keys[finding.flow.name]
        if keys == before:
            break
    return keys


def announced(text: str) -> list[str]:
    """The keys that a text tells the caller to press, in the order in which it does."""
    found: list[str] = []
    for match in _ANNOUNCED.finditer(text):
        words = re.findall(_KEY, match.group(1), re.IGNORECASE)
        found += [str(_WORDS.get(word.lower(), word)) for word in words]
    return found


def _versions(prompt: Prompt | None) -> Iterator[tuple[Path, str]]:
    """Each language's words with their place; a version that is recorded without words cannot be judged."""
    for parts in prompt.versions.values() if prompt is not None else ():
        if all(part.text.source for part in parts):
            yield parts[0].path, " ".join(part.text.source for part in parts)


def _keys(finding: Finding, at: Path, prompt: Prompt, own: set[str], everywhere: set[str]) -> None:
    for path, text in _versions(prompt):
        told = announced(text)
        for key in dict.fromkeys(told):
            if key not in own | everywhere:
                what = f"The caller is told to press {key}, and nothing is behind that key."
                finding.report("W612", (*at, *path), what, word=key, todo="Give it an option, or do not name it.")
        for key in sorted(own - set(told) - {"0"}) if told else ():
            what = f"The key {key} does something here, and the caller is not told."
            finding.report("W613", (*at, *path), what, word=key, todo=f"Say what to press {key} for.")
        counted = [key for key in told if key in "123456789"]
        if counted != sorted(counted):
            what = f"The keys are named in the order {', '.join(counted)}."
            todo = "Name them upwards from 1, the most wanted first."
            finding.report("W611", (*at, *path), what, word=counted[0], todo=todo)


def _asked_again(finding: Finding, node: Listening) -> None:
    question = getattr(node, node.verb, None)
    asked = {normalise(text) for _path, text in _versions(question if isinstance(question, Prompt) else None)}
    for key, prompt in (("no_input", node.no_input), ("no_match", node.no_match)):
        for path, text in _versions(prompt):
            said = " ".join(normalise(text))
            if any(len(words) > 2 and " ".join(words) in said for words in asked):
                todo = "Say only what went wrong: the question follows by itself."
                finding.report("W628", (key, *path), "The question is heard twice in a row.", word=key, todo=todo)
    silent = dict(_versions(node.no_input))
    for path, text in _versions(node.no_match):
        if path in silent and normalise(silent[path]) == normalise(text):
            what = "Silence and a wrong answer are answered with the same words."
            todo = "Say in one that nothing was heard, in the other that it was not understood."
            finding.report("W610", ("no_match", *path), what, word="no_match", todo=todo)


def _patience(finding: Finding, node: Listening) -> None:
    if node.timeout < SHORTEST:
        what = f"The caller has only {node.timeout} to begin."
        finding.report("W614", ("timeout",), what, word=str(node.timeout), todo="Give five seconds or more.")
    if node.tries > MOST_TRIES:
        what = f"The caller is asked {node.tries} times."
        todo = "After three tries lead to a person."
        finding.report("W620", ("tries",), what, word=str(node.tries), todo=todo)


def _said_twice(finding: Finding) -> None:
    """The last words of a node are the first of the next."""
    if not isinstance(finding.node, SayNode):
        return
    target = finding.flow.nodes.get(finding.node.exits.get("next", ""))
    after = getattr(target, target.verb, None) if target is not None and target is not finding.node else None
    following = dict(_versions(after)) if isinstance(after, Prompt) else {}
    for path, text in _versions(finding.node.say):
        words = normalise(text)
        if len(words) > 2 and path in following and normalise(following[path])[: len(words)] == words:
            todo = "Say it once."
            finding.report("W628", ("say", *path), "The next node says the same again.", word="say", todo=todo)


def _marks(finding: Finding) -> None:
    for path, value in finding.values:
        parts: Iterator[Part] = value.parts() if isinstance(value, Prompt) else iter(())
        for part in parts:
            match = _MARKS.search(part.text.source)
            if match is not None:
                what = f"'{match.group(0)[:30]}' is spoken as it stands."
                todo = "A value is written {{ name }}."
                finding.report("W623", (*path, *part.path), what, word=match.group(0), todo=todo)
