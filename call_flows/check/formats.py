"""The problems of a site as text for people, as JSON, as SARIF 2.1.0 and as commands for GitHub's workflows."""

import json
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from call_flows.check.codes import CODES
from call_flows.check.explained import explained
from call_flows.problems import Problem, Severity

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def counted(problems: Iterable[Problem]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    listed = list(problems)
    errors = sum(problem.severity is Severity.ERROR for problem in listed)
    return errors, len(listed) - errors


def as_text(problems: list[Problem], _folder: str) -> str:
    """The problems a line each, and their number at the end."""
    if not problems:
        return "No problems.\n"
    errors, warnings = counted(problems)
    total = f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}."
    return "".join(f"{problem}\n" for problem in problems) + total + "\n"


def as_json(problems: list[Problem], folder: str) -> str:
    """One object: the numbers, and each problem with its place taken apart."""
    errors, warnings = counted(problems)
    told = [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": str(problem.severity),
            "code": problem.code,
            "what": problem.what,
            "word": problem.word,
            "nearest": problem.nearest,
            "todo": problem.todo,
        }
        for problem in problems
    ]
    whole = {"site": folder, "errors": errors, "warnings": warnings, "problems": told}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def as_github(problems: list[Problem], folder: str) -> str:
    """A line each that GitHub shows beside the line of the file."""
    lines = []
    for problem in problems:
        place = problem.place
        where = {
            "file": _path(folder, place.file),
            "line": str(place.line),
            "col": str(place.column),
            "title": f"{problem.code} {CODES.get(problem.code, '')}",
        }
        told = ",".join(f"{key}={_property(value)}" for key, value in where.items())
        lines.append(f"::{problem.severity} {told}::{_data(sentence(problem))}\n")
    return "".join(lines)


def as_sarif(problems: list[Problem], folder: str) -> str:
    """A SARIF log of one run, whose rules carry what the pages of the codes say."""
    codes = sorted({problem.code for problem in problems})
    driver: dict[str, Any] = {"name": "callwright check", "rules": [_rule(code) for code in codes]}
    if found := _version():
        driver["semanticVersion"] = found
    results = [_result(problem, codes.index(problem.code), folder) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


FORMATS: Final[Mapping[str, Callable[[list[Problem], str], str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def sentence(problem: Problem) -> str:
    """What is wrong, the nearest right word, and what to do."""
    nearest = f" Did you mean '{problem.nearest}'?" if problem.nearest else ""
    return f"{problem.what}{nearest}{f' {problem.todo}' if problem.todo else ''}"


def _rule(code: str) -> dict[str, Any]:
    page = explained(code)
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": CODES.get(code, code)},
        "defaultConfiguration": {"level": "warning" if code.startswith("W") else "error"},
    }
    if page is not None:
        rule["fullDescription"] = {"text": page.why}
        rule["help"] = {"text": page.plain(), "markdown": page.markdown()}
    return rule


def _result(problem: Problem, rule: int, folder: str) -> dict[str, Any]:
    place = problem.place
    region = {"startLine": place.line, "startColumn": place.column}
    location = {"artifactLocation": {"uri": quote(_path(folder, place.file))}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": str(problem.severity),
        "message": {"text": sentence(problem)},
        "locations": [{"physicalLocation": location}],
    }


def _path(folder: str, file: str) -> str:
    return str(PurePosixPath(folder) / file)


def _version() -> str:
    try:
        return version("callwright")
    except PackageNotFoundError:
        return ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
