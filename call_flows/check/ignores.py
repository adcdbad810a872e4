"""Comments that silence a check: `# callwright: ignore W601 because …`, on the line or on the one above it.

What the engine relies on cannot be silenced; what is a matter of judgment can, with a reason for the next reader.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from call_flows.check.codes import CODES
from call_flows.problems import Place, Problem, nearest
from call_flows.yaml_text import MAX_BYTES

MARK: Final = "callwright: ignore"
STALE: Final = "W630"
JUDGMENT: Final = frozenset({"E302", "E402", "E403", "E404", "E501"})
"""Errors that a designer may know better; every warning but that about these comments may be silenced too."""
_COMMENT: Final = re.compile(
    r"#\s*callwright:\s*ignore\b\s*(?P<codes>[A-Z]\d{3}(?:\s*,\s*[A-Z]\d{3})*)?[\s:,-]*(?P<reason>.*)"
)
_LETTERS: Final = 3
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Ignore:
    """One such comment: what it silences, and on which line."""

    place: Place
    codes: tuple[str, ...]
    reason: str
    line: int


def may_be_ignored(code: str) -> bool:
    """Whether a comment can silence this code."""
    return code in JUDGMENT or (code.startswith("W") and code != STALE)


def read_ignores(text: str, file: str) -> list[Ignore]:
    """The comments of one file. A mark within a text or in quotes is none."""
    if MARK.split()[0] not in text or len(text) > MAX_BYTES:
        return []
    lines = text.splitlines()
    spans = _scalars(text)
    starts = [start for start, _end in spans]
    found = []
    for number, line in enumerate(lines, start=1):
        match = _COMMENT.search(line)
        if match is None:
            continue
        before = bisect_right(starts, (number, match.start())) - 1
        if before >= 0 and (number, match.start()) < spans[before][1]:
            continue
        own_line = not line[: match.start()].strip()
        target = _next_line(lines, number) if own_line else number
        codes = tuple(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
        found.append(Ignore(Place(file, number, match.start() + 1), codes, match["reason"].strip(), target))
    return found


def _next_line(lines: list[str], number: int) -> int:
    """The first line below that is neither empty nor a comment."""
    for later in range(number, len(lines)):
        if lines[later].strip() and not lines[later].lstrip().startswith("#"):
            return later + 1
    return number


def _scalars(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where texts begin and end, so that a number sign within one is no comment."""
    try:
        tokens = [token for token in yaml.scan(text, Loader=_Loader) if isinstance(token, yaml.ScalarToken)]
    except yaml.YAMLError:
        return []
    return [
        ((token.start_mark.line + 1, token.start_mark.column), (token.end_mark.line + 1, token.end_mark.column))
        for token in tokens
    ]


def settle(problems: Iterable[Problem], texts: Mapping[str, str], *, whole: bool) -> list[Problem]:
    """The problems without those that are silenced, and with what is wrong with the comments themselves.

    `whole` says that every check could run: only then can a comment be said to silence nothing.
    """
    ignores = [ignore for file, text in texts.items() for ignore in read_ignores(text, file)]
    if not ignores:
        return list(problems)
    kept, used = [], set[tuple[Place, str]]()
    by_line: dict[tuple[str, int], list[Ignore]] = {}
    for ignore in ignores:
        by_line.setdefault((ignore.place.file, ignore.line), []).append(ignore)
    for problem in problems:
        over = [
            ignore
            for ignore in by_line.get((problem.place.file, problem.place.line), ())
            if problem.code in ignore.codes and may_be_ignored(problem.code) and len(ignore.reason) >= _LETTERS
        ]
        used |= {(ignore.place, problem.code) for ignore in over}
        if not over:
            kept.append(problem)
    for ignore in ignores:
        kept += _wrong_with(ignore, used, whole=whole)
    return kept


def _wrong_with(ignore: Ignore, used: set[tuple[Place, str]], *, whole: bool) -> list[Problem]:
    if not ignore.codes:
        what, todo = "The comment names no code.", "Write # callwright: ignore W601 and a reason."
        return [Problem(ignore.place, STALE, what, todo=todo)]
    if len(ignore.reason) < _LETTERS:
        what = "The comment gives no reason, so it silences nothing."
        return [Problem(ignore.place, STALE, what, ignore.codes[0], todo="Say after the code why it is right here.")]
    found = []
    for code in ignore.codes:
        if not may_be_ignored(code):
            near = nearest(code, CODES) if code not in CODES else ""
            told = "cannot be silenced" if code in CODES else "is no code"
            found.append(Problem(ignore.place, STALE, f"{code} {told}.", code, near, "Put the problem itself right."))
        elif whole and (ignore.place, code) not in used:
            what = f"There is no {code} on line {ignore.line} to silence."
            found.append(Problem(ignore.place, STALE, what, code, todo="Take the comment away."))
    return found
