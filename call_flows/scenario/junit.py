"""The outcomes as JUnit XML, which every build server reads."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from itertools import groupby

from call_flows.problems import Problem
from call_flows.scenario.playing import Outcome


def junit(site: str, outcomes: Iterable[Outcome], problems: Iterable[Problem] = ()) -> str:
    """The file's text: one suite a test file, and one for files that could not be read. Times are the callers'."""
    root = ET.Element("testsuites", name=_holdable(site))
    for file, of_file in groupby(outcomes, key=lambda outcome: outcome.scenario.file):
        listed = list(of_file)
        failed = sum(outcome.failure is not None for outcome in listed)
        seconds = sum(outcome.seconds for outcome in listed)
        suite = _suite(root, file, len(listed), failures=failed, seconds=seconds)
        for outcome in listed:
            _case(suite, outcome)
    wrong = list(problems)
    if wrong:
        suite = _suite(root, "files", len(wrong), errors=len(wrong))
        for problem in wrong:
            case = ET.SubElement(suite, "testcase", classname=problem.place.file, name=str(problem.place), time="0")
            ET.SubElement(case, "error", message=_holdable(problem.what), type=problem.code).text = _holdable(
                str(problem)
            )
    tests = sum(int(suite.attrib["tests"]) for suite in root)
    root.attrib["tests"] = str(tests)
    root.attrib["failures"] = str(sum(int(suite.attrib["failures"]) for suite in root))
    root.attrib["errors"] = str(sum(int(suite.attrib["errors"]) for suite in root))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: ET.Element, name: str, tests: int, *, failures: int = 0, errors: int = 0, seconds: float = 0.0
) -> ET.Element:
    numbers = {"tests": str(tests), "failures": str(failures), "errors": str(errors), "time": f"{seconds:.3f}"}
    return ET.SubElement(root, "testsuite", {"name": _holdable(name), **numbers})


def _case(suite: ET.Element, outcome: Outcome) -> None:
    scenario = outcome.scenario
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_holdable(scenario.file.removesuffix(".yaml").replace("/", ".")),
        name=_holdable(scenario.name),
        file=_holdable(scenario.file),
        line=str(scenario.place.line),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.skipped:
        ET.SubElement(case, "skipped", message=_holdable(outcome.skipped))
    if outcome.failure is not None:
        failure = ET.SubElement(case, "failure", message=_holdable(outcome.failure.what), type="Unmet")
        failure.text = _holdable("\n".join(outcome.failure.lines()))


def _holdable(text: str) -> str:
    """Text as XML can hold it."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff"))
