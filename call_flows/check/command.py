"""`callwright check PATH`: every problem of a site with its place; the exit status says whether it can go live."""

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from call_flows.loader import check_folder
from call_flows.problems import Problem, Severity


def render_text(problems: Iterable[Problem]) -> str:
    """The problems a line each, and their number at the end."""
    listed = sorted(problems)
    errors = sum(problem.severity is Severity.ERROR for problem in listed)
    warnings = len(listed) - errors
    if not listed:
        return "No problems.\n"
    total = f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}."
    return "".join(f"{problem}\n" for problem in listed) + total + "\n"


def run_check(path: Path, stream: TextIO) -> int:
    """Check a site's folder: 0 when it can go live, 1 when it has errors, 2 when there is no such folder."""
    if not path.is_dir():
        stream.write(f"{path}: there is no such folder. Name the folder that holds site.yaml.\n")
        return 2
    problems = check_folder(path)
    stream.write(render_text(problems))
    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0
