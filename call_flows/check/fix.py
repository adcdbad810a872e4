"""`callwright check --fix`: mends what has one reading only, by edits at places, so that nothing else changes.

A change is kept only when what it mends is gone and nothing new is wrong where it stands. Where a flow could not be
read before, what was hidden in it may show.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from call_flows.check import check_draft
from call_flows.check.mends import Edit, apply, propose
from call_flows.draft import Draft, draft_site
from call_flows.loader import read_folder, read_prompts
from call_flows.problems import Problem

_ROUNDS: Final = 40
_AT_ONCE: Final = 256
_LIMITS: Final = frozenset({"E002", "E003", "E004"})
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One change that was made."""

    problem: Problem
    edit: Edit

    def __str__(self) -> str:
        """As it is told to the designer."""
        place = self.problem.place
        return f"{place.file}:{self.edit.line}: fixed {self.problem.code}: {self.edit.told}"


@dataclass(frozen=True, slots=True)
class _Looked:
    """A site's texts with everything that is wrong with them."""

    texts: dict[str, str]
    draft: Draft
    problems: list[Problem]


Look = Callable[[dict[str, str]], _Looked]


def fix_folder(path: Path) -> list[Fixed]:
    """Mend the files of a site's folder; only files that changed are written, and in them only the lines that did."""
    texts, unreadable = read_folder(path)
    left_alone = {problem.place.file for problem in unreadable}
    mended, fixed = fix_texts(
        {file: text for file, text in texts.items() if file not in left_alone}, read_prompts(path)
    )
    for file, text in mended.items():
        if text != texts[file]:
            target = path / file
            raw = target.read_bytes()
            mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
            target.write_bytes(mark + text.encode("utf-8"))
    return fixed


def fix_texts(
    texts: Mapping[str, str], prompts: Mapping[str, frozenset[str]] | None = None
) -> tuple[dict[str, str], list[Fixed]]:
    """The texts with what could be mended, and each change."""

    def look(current: dict[str, str]) -> _Looked:
        draft = draft_site(current)
        return _Looked(current, draft, sorted({*draft.problems, *check_draft(draft, prompts)}))

    now, fixed, refused = look(dict(texts)), list[Fixed](), set[_Key]()
    for _ in range(_ROUNDS):
        wanted = _wanted(now, refused)[:_AT_ONCE]
        if not wanted:
            break
        then = look(_with(now.texts, wanted))
        while not _better(now, then, wanted):  # one of them does harm: look for it among half of them
            if len(wanted) == 1:
                refused.add(_key(wanted[0].problem))
                break
            wanted = wanted[: len(wanted) // 2]
            then = look(_with(now.texts, wanted))
        else:
            now, fixed = then, fixed + wanted
    return now.texts, fixed


def _wanted(now: _Looked, refused: set[_Key]) -> list[Fixed]:
    """A change for each problem that has one; of a line that is to be changed twice, the first change."""
    wanted, lines = [], set[tuple[str, int]]()
    written = {file: text.splitlines() for file, text in now.texts.items()}
    for problem in now.problems:
        found = written.get(problem.place.file)
        edit = propose(problem, found) if found is not None and _key(problem) not in refused else None
        if edit is not None and (problem.place.file, edit.line) not in lines:
            lines.add((problem.place.file, edit.line))
            wanted.append(Fixed(problem, edit))
    return wanted


def _with(texts: Mapping[str, str], wanted: list[Fixed]) -> dict[str, str]:
    by_file: dict[str, list[Edit]] = {}
    for one in wanted:
        by_file.setdefault(one.problem.place.file, []).append(one.edit)
    return {file: apply(by_file[file], text) if file in by_file else text for file, text in texts.items()}


def _better(now: _Looked, then: _Looked, wanted: list[Fixed]) -> bool:
    before, after = Counter(map(_key, now.problems)), Counter(map(_key, then.problems))
    if any(after[_key(one.problem)] >= before[_key(one.problem)] for one in wanted):
        return False
    if _unreadable(then) > _unreadable(now):
        return False
    changed = {(one.problem.place.file, one.edit.line, one.edit.new) for one in wanted}
    codes = {problem.code for problem in now.problems}
    hidden = now.draft.site is None or bool(now.draft.broken) or "E101" in codes
    new = [problem for problem in then.problems if after[_key(problem)] > before[_key(problem)]]
    return not any(
        not hidden
        or problem.code in _LIMITS
        or any(
            (problem.place.file, problem.place.line) == (file, line) and problem.word == word
            for file, line, word in changed
        )
        for problem in new
    )


def _unreadable(looked: _Looked) -> int:
    return sum(problem.code == "E001" for problem in looked.problems)


def _key(problem: Problem) -> _Key:
    """What a problem is, wherever its line has moved to; of a file that is no YAML only the first is ever told."""
    word = str(problem.place.line) if problem.code == "E001" else problem.word
    return problem.place.file, problem.code, word, problem.what
