"""Problems as JSON, SARIF and commands of GitHub's workflows, and what the exit status says."""
# ruff: noqa: E501 - a row of a table reads best in one line

import io
import json
import re

import pytest
from jsonschema import Draft202012Validator

from call_flows.check.command import run_check
from call_flows.check.formats import FORMATS, SARIF_SCHEMA
from call_flows.problems import Place, Problem, Severity
from tests.call_flows.conftest import SITE
from tests.call_flows.test_checks import GOOD

NASTY = Problem(Place("flows/a, b:c.yaml", 3, 7), "E101", "There is no node '100%\nsure'.", "x", "y", "Write y::.")

# What SARIF 2.1.0 asks of the parts that are written here (sections 3.13 to 3.30); closed, so that nothing else is.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1},
        "markdown": {"type": "string"}}, "additionalProperties": False}  # fmt: skip
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object", "required": ["id"], "additionalProperties": False,
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT, "fullDescription": TEXT, "help": TEXT,
                   "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL},
                                            "additionalProperties": False}},
}  # fmt: skip
REGION = {"type": "object", "additionalProperties": False,
          "properties": {"startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}}  # fmt: skip
ARTIFACT = {"type": "object", "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": r"^[^\s\\]+$"}}}  # fmt: skip
PHYSICAL = {"type": "object", "additionalProperties": False, "required": ["artifactLocation"],
            "properties": {"artifactLocation": ARTIFACT, "region": REGION}}  # fmt: skip
RESULT = {
    "type": "object", "required": ["message"], "additionalProperties": False,
    "properties": {"ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": -1}, "level": LEVEL,
                   "message": TEXT, "locations": {"type": "array", "items": {
                       "type": "object", "additionalProperties": False, "properties": {"physicalLocation": PHYSICAL}}}},
}  # fmt: skip
DRIVER = {"type": "object", "required": ["name"], "additionalProperties": False,
          "properties": {"name": {"type": "string"}, "semanticVersion": {"type": "string"},
                         "rules": {"type": "array", "uniqueItems": True, "items": RULE}}}  # fmt: skip
RUN = {
    "type": "object", "required": ["tool"], "additionalProperties": False,
    "properties": {"tool": {"type": "object", "required": ["driver"], "additionalProperties": False,
                            "properties": {"driver": DRIVER}},
                   "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                   "results": {"type": "array", "items": RESULT}},
}  # fmt: skip
LOG = {
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {"$schema": {"type": "string", "format": "uri"}, "version": {"enum": ["2.1.0"]},
                   "runs": {"type": "array", "items": RUN}},
}  # fmt: skip


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "site.yaml").write_text(SITE)
    flow = GOOD.replace("next: front}", "next: frnt}").replace("For cats, press 1.", "Press 1 for cats.")
    (tmp_path / "flows" / "main.yaml").write_text(flow)
    return tmp_path


def printed(folder, **how) -> tuple[int, str]:
    out = io.StringIO()
    return run_check(folder, out, **how), out.getvalue()


def test_json_takes_each_problem_apart(broken):
    status, text = printed(broken, form="json")
    told = json.loads(text)
    assert (status, told["errors"], told["warnings"], told["site"]) == (1, 1, 1, broken.as_posix())
    [error] = [problem for problem in told["problems"] if problem["severity"] == "error"]
    assert (error["file"], error["line"], error["column"]) == ("flows/main.yaml", 9, 30)
    assert (error["code"], error["word"], error["nearest"]) == ("E101", "frnt", "front")


def test_sarif_is_what_its_standard_asks_for(broken):
    """Every result names a rule that is there, and every rule carries its page."""
    log = json.loads(printed(broken, form="sarif")[1])
    assert list(Draft202012Validator(LOG).iter_errors(log)) == []
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["$schema"] == SARIF_SCHEMA
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
    assert all("## Wrong" in rule["help"]["markdown"] for rule in rules)
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/flows/main.yaml")


def test_names_of_files_are_addresses_in_sarif():
    log = json.loads(FORMATS["sarif"]([NASTY], "my sites/north"))
    assert list(Draft202012Validator(LOG).iter_errors(log)) == []
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "my%20sites/north/flows/a%2C%20b%3Ac.yaml"


def test_a_command_for_github_is_one_line_whatever_the_problem_says():
    """A line break or a colon in a name must not become a command of its own."""
    [line] = FORMATS["github"]([NASTY], "site").splitlines()
    match = re.fullmatch(r"::error file=(.+),line=3,col=7,title=([^:]+)::(.*)", line)
    assert match is not None
    assert match[1] == "site/flows/a%2C b%3Ac.yaml"
    assert "100%25%0Asure" in match[3]


def test_a_good_site_says_so_in_every_format(tmp_path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "flows" / "main.yaml").write_text(GOOD)
    assert printed(tmp_path) == (0, "No problems.\n")
    assert json.loads(printed(tmp_path, form="json")[1])["problems"] == []
    assert json.loads(printed(tmp_path, form="sarif")[1])["runs"][0]["results"] == []
    assert printed(tmp_path, form="github") == (0, "")


def test_warnings_fail_when_they_are_asked_to(broken):
    """0 goes live, 1 does not, 2 there is nothing to check."""
    (broken / "flows" / "main.yaml").write_text(GOOD.replace("For cats, press 1.", "Press 1 for cats."))
    assert printed(broken)[0] == 0
    assert printed(broken, fail_on=Severity.WARNING)[0] == 1
    assert printed(broken / "nowhere")[0] == 2
