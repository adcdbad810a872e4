"""The changes that have one reading only: for a problem, the edit of its line that puts it right, or none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from call_flows.problems import Problem

_QUOTES: Final = "\"'“”„‘’«»"
_NAMES: Final = frozenset({"E101", "E102", "E103", "E104", "E105", "E107", "E108", "E109", "E110", "E111"})
_WRITTEN: Final = frozenset({"E013", "E016", "E020", "E121"})
_GUESSED: Final = frozenset({"E010", "E014"})
_QUOTED_KEY: Final = re.compile(rf"[{_QUOTES}]+\s*([0-9*#])\s*[{_QUOTES}]+")
_TWICE_QUOTED: Final = re.compile(r"(:\s+|-\s+)\"\"([^\"]+)\"\"\s*$")
_COLON_WITHIN: Final = re.compile(r"^(\s*(?:-\s+)?[A-Za-z_-]+:\s+)([^\s\"'\[{|>&*!%@`#][^\"\\#]*:\s[^\"\\#]*?)\s*$")


@dataclass(frozen=True, slots=True)
class Edit:
    """One line written anew, or taken out when `after` is None."""

    line: int
    before: str
    after: str | None
    new: str
    told: str


def apply(edits: Iterable[Edit], text: str) -> str:
    """The text with these lines changed; every other line stays as it is, ends of lines included."""
    lines = text.splitlines(keepends=True)
    for edit in edits:
        written = lines[edit.line - 1]
        end = written[len(written.rstrip("\r\n")) :]
        lines[edit.line - 1] = "" if edit.after is None else edit.after + end
    return "".join(lines)


def propose(problem: Problem, lines: list[str]) -> Edit | None:
    """The edit that mends a problem of a file's lines, when it has one reading only."""
    number = problem.place.line
    if not 0 < number <= len(lines):
        return None
    code = problem.code
    if code == "E001":
        return _mend_yaml(lines, number)
    if code in {"E002", "E012"}:
        return (_once if code == "E002" else _unquote_key)(problem, lines)
    at_place = code in _WRITTEN or (code in _GUESSED and problem.sure)
    by_name = code in _NAMES and _plain(problem.word) == _plain(problem.nearest)
    return _replace(problem, lines, at_place=at_place) if at_place or by_name else None


def _plain(name: str) -> str:
    return re.sub(r"[-_\s]", "", name).casefold()


def _replace(problem: Problem, lines: list[str], *, at_place: bool) -> Edit | None:
    """The nearest right word in place of the wrong one."""
    word, near, line = problem.word, problem.nearest, lines[problem.place.line - 1]
    start = problem.place.column - 1
    if not word or not near:
        return None
    found = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])" if word[0].isalnum() else re.escape(word))
    match = found.search(line, start)
    if match is None or (at_place and match.start() > start + 1):
        return None
    quoted = line[match.start() - 1 : match.start()] in {"'", '"'}
    new = f'"{near}"' if near.startswith("+") and not quoted else near
    return Edit(problem.place.line, line, line[: match.start()] + new + line[match.end() :], near, f"{word} → {near}")


def _unquote_key(problem: Problem, lines: list[str]) -> Edit | None:
    """A key within two pairs of quotes, or in the quotes of a word processor."""
    line, start = lines[problem.place.line - 1], problem.place.column - 1
    match = _QUOTED_KEY.match(line, start)
    if match is None or problem.nearest != match[1]:
        return None
    after = f'{line[:start]}"{match[1]}"{line[match.end() :]}'
    return Edit(problem.place.line, line, after, match[1], f'{match[0]} → "{match[1]}"')


def _mend_yaml(lines: list[str], number: int) -> Edit | None:
    """Tabs that indent, quotes within quotes, a colon in a text: on the line that was told, or on the one before."""
    for at in (number, number - 1):
        line = lines[at - 1] if at > 0 else ""
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            after = indent.replace("\t", "  ") + line.lstrip()
            return Edit(at, line, after, "", "tabs → spaces")
        if (match := _TWICE_QUOTED.search(line)) is not None:
            after = f'{line[: match.start()]}{match[1]}"{match[2]}"'
            return Edit(at, line, after, match[2], "one pair of quotes")
        if (match := _COLON_WITHIN.match(line)) is not None:
            return Edit(at, line, f'{match[1]}"{match[2]}"', match[2], "quotes around a text with a colon")
    return None


def _once(problem: Problem, lines: list[str]) -> Edit | None:
    """The second of two lines that say the same."""
    told = re.search(r"first is on line (\d+)", problem.what)
    number = problem.place.line
    line = lines[number - 1]
    if told is None or "#" in line or lines[int(told[1]) - 1].strip() != line.strip() or line.rstrip().endswith(":"):
        return None
    below = lines[number] if number < len(lines) else ""
    if len(below) - len(below.lstrip()) > len(line) - len(line.lstrip()):
        return None
    return Edit(number, line, None, "", f"the second {problem.word} taken out")
