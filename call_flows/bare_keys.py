"""The keys * and # written without quotes, where YAML takes the one for an alias and the other for a comment."""

import re
from typing import Final

from call_flows.problems import Place, Problem
from call_flows.yaml_text import MAX_BYTES

_BARE: Final = re.compile(r"\b(?:press|opt_out):[ \t]{1,8}([*#])(?=[ \t]{0,8}(?:[,}#]|$))")
_LONGEST_LINE: Final = 1000
"""Past this it is no line that a person wrote."""
_WORDS: Final = ("press:", "opt_out:")


def quote_bare_keys(text: str, file: str) -> tuple[str, list[Problem]]:
    """The text as it was meant, and a problem for each bare key."""
    problems: list[Problem] = []
    if len(text) > MAX_BYTES or not any(word in text for word in _WORDS):
        return text, problems
    lines = text.split("\n")
    for number, written in enumerate(lines, start=1):
        line = written if len(written) <= _LONGEST_LINE else ""
        while (match := _BARE.search(line.rstrip("\r"))) is not None and _is_code(line[: match.start()]):
            key, at = match[1], match.start(1)
            what = f"A bare {key} is not the key {key}: YAML reads it as {'an alias' if key == '*' else 'a comment'}."
            problems.append(Problem(Place(file, number, at + 1), "E020", what, key, f'"{key}"', f'Write "{key}".'))
            line = f'{line[:at]}"{key}"{line[at + 1 :]}'
        lines[number - 1] = line or written
    return ("\n".join(lines) if problems else text), problems


def _is_code(before: str) -> bool:
    """Whether what follows stands neither in quotes nor in a comment."""
    return before.count('"') % 2 == 0 and before.count("'") % 2 == 0 and " #" not in before and before[:1] != "#"
