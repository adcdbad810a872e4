"""The keys * and # written without quotes, where YAML takes the one for an alias and the other for a comment."""

import re
from typing import Final

from call_flows.problems import Place, Problem

_BARE: Final = re.compile(
    r"^[^#'\"]*?(?:[\"'][^\"']*[\"'][^#'\"]*?)*\b(?:press|opt_out):[ \t]+(?P<key>[*#])(?=[ \t]*(?:[,}#]|$))",
    re.MULTILINE,
)


def quote_bare_keys(text: str, file: str) -> tuple[str, list[Problem]]:
    """The text as it was meant, and a problem for each bare key."""
    problems: list[Problem] = []
    while (match := _BARE.search(text)) is not None:
        key, at = match["key"], match.start("key")
        line = text.count("\n", 0, at) + 1
        place = Place(file, line, at - text.rfind("\n", 0, at))
        what = f"A bare {key} is not the key {key}: YAML reads it as {'an alias' if key == '*' else 'a comment'}."
        problems.append(Problem(place, "E020", what, key, f'"{key}"', f'Write "{key}".'))
        text = f'{text[:at]}"{key}"{text[at + 1 :]}'
    return text, problems
