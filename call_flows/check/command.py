"""`callwright check PATH`: every problem of a site with its place; the exit status says whether it can go live."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

from call_flows.check.codes import CODES
from call_flows.check.explained import explained
from call_flows.check.fix import fix_folder
from call_flows.check.formats import FORMATS, as_text
from call_flows.loader import check_folder
from call_flows.problems import Problem, Severity, nearest

FINE: Final = 0
REFUSED: Final = 1
NOTHING_TO_CHECK: Final = 2


def render_text(problems: Iterable[Problem]) -> str:
    """The problems a line each, and their number at the end."""
    return as_text(sorted(problems), "")


def run_check(
    path: Path, stream: TextIO, *, form: str = "text", fail_on: Severity = Severity.ERROR, fix: bool = False
) -> int:
    """Check a site's folder: 0 when it can go live, 1 when it has what it fails on, 2 when there is no such folder."""
    if not path.is_dir():
        stream.write(f"{path}: there is no such folder. Name the folder that holds site.yaml.\n")
        return NOTHING_TO_CHECK
    if fix:
        mended = fix_folder(path)
        if form == "text":
            stream.write("".join(f"{fixed}\n" for fixed in mended))
    problems = check_folder(path)
    stream.write(FORMATS[form](problems, path.as_posix()))
    return REFUSED if any(_fails(problem, fail_on) for problem in problems) else FINE


def _fails(problem: Problem, fail_on: Severity) -> bool:
    return problem.severity is Severity.ERROR or fail_on is Severity.WARNING


def explain(code: str, stream: TextIO) -> int:
    """Print the page of a code: 0, or 2 when there is no such code."""
    page = explained(code)
    if page is None:
        near = nearest(code.upper(), CODES)
        stream.write(f"There is no code '{code}'.{f' Did you mean {near}?' if near else ''}\n")
        return NOTHING_TO_CHECK
    stream.write(page.plain() + "\n")
    return FINE
