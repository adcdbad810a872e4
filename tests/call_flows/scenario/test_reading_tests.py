"""What is wrong with a test file is told like everything else: place, code, offending word, nearest right one."""
# ruff: noqa: E501 - a row of a table reads best in one line

import pytest
from jsonschema import Draft202012Validator

from call_flows.library import NORTHWIND
from call_flows.scenario.folder import read_file, test_files
from call_flows.schema import test_schema
from call_flows.yaml_text import read_yaml


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("test: t\ncal: [{hears: x}]", "1:1: error E011: The key 'call' is missing."),
        ("test: t\ncal: [{hears: x}]", "2:1: error E010: The key 'cal' is not known here. Did you mean 'call'?"),
        ("test: t\ncall:\n  - heers: x", "3:5: error E010: There is no step 'heers'. Did you mean 'hears'?"),
        ("test: t\ncall:\n  - hears: x\n    wthin: 3s", "4:5: error E010: The key 'wthin' is not known here."),
        ("test: t\ncall:\n  - expect: {queud: x}", "3:14: error E010: The key 'queud' is not known here. Did you mean 'queued'?"),
        ("test: t\ncall:\n  - expect: {queued: biling}", "3:22: error E103: There is no queue 'biling'. Did you mean 'billing'?"),
        ("test: t\ncall:\n  - expect: {slot: {blance: 1}}", "E105: There is no slot 'blance'. Did you mean 'balance'?"),
        ("test: t\ncall:\n  - expect: {node: chioce}", "E101: There is no node 'chioce'. Did you mean 'choice'?"),
        ("test: t\ncall:\n  - expect: {needs: {biling: 3}}", "E104: There is no skill 'biling'. Did you mean 'billing'?"),
        ("test: t\ncall:\n  - expect: {language: es-ES}", "E108: There is no language 'es-ES'. Did you mean 'es-US'?"),
        ("test: t\nflow: mian\ncall: [{hears: x}]", "2:7: error E102: There is no flow 'mian'. Did you mean 'main'?"),
        ("test: t\ngiven: {to: '+12025550109'}\ncall: [{hears: x}]", "2:13: error E105: The site has no number"),
        ("test: t\ngiven: {hours: {ofice: open}}\ncall: [{hears: x}]", "2:17: error E107: There is no hours 'ofice'."),
        ("test: t\ngiven: {hours: {office: opne}}\ncall: [{hears: x}]", "Did you mean 'open'?"),
        ("test: t\ngiven: {at: tomorrow}\ncall: [{hears: x}]", "2:13: error E012: 'tomorrow' is not a moment."),
        ("test: t\ngiven: {customer: {teir: gold}}\ncall: [{hears: x}]", "Did you mean 'tier'?"),
        ("test: t\nmock: [{fech: x}]\ncall: [{hears: x}]", "2:9: error E010: There is no mock 'fech'. Did you mean 'fetch'?"),
        ("test: t\nmock: [{fetch: x, gvies: 1}]\ncall: [{hears: x}]", "Did you mean 'gives'?"),
        ("test: t\nmock: [{fetch: x, delay: 3}]\ncall: [{hears: x}]", "E013: '3' is a length of time without a unit."),
        ("test: t\nmock: [{queue: biling, gives: full}]\ncall: [{hears: x}]", "E103: There is no queue 'biling'."),
        ("test: t\ncall: [{presses: 1a}]", "E012: 'a' is not a key of a telephone."),
        ("test: t\ncall: [{hears: '/(/'}]", "is not a regular expression"),
        ("test: t\ncall: [{silence: 1.5}]", "E012: '1.5' is no silence."),
        ("test: t\ncall: [{after: 46}]", "E013: '46' is a length of time without a unit. Did you mean '46s'?"),
        ("test: t\ncall: [hello]", "E010: This is no step."),
        ("test: t\ncall: []", "error E012"),
        ("- a\n- b", "E017: The file is empty or no mapping."),
        ("test: t\n  call: [", "E001: This is not YAML"),
        ("tests: [{test: t, call: [{hears: x}]}, {test: t, call: [{hears: x}]}]", "E002: Two tests are called 't'"),
    ],
)  # fmt: skip
def test_every_slip_is_told_with_its_place(read, text, told):
    """As `callwright check` does for flows."""
    problems = "\n".join(str(problem) for problem in read(text)[1])
    assert told in problems
    assert problems.startswith("tests/one.yaml:")


def test_all_problems_are_told_at_once(read):
    """One run, every slip."""
    _made, problems = read("test: t\nflwo: x\ncall:\n  - heers: x\n  - expect: {queud: x, nedes: {}}")
    assert len(problems) >= 3


def test_several_dialogues_share_what_they_begin_with(read):
    """`flow`, `given` and `mock` at the head of a file; what a dialogue writes itself goes first."""
    made, problems = read("""
flow: main
given: {at: 2026-03-02T10:00, from: withheld}
mock: [{fetch: "*", status: 404}]
tests:
  - {test: one, call: [{hears: x}]}
  - {test: two, given: {from: "+12025550199"}, mock: [{fetch: "*", gives: {}}], call: [{hears: x}]}
""")
    assert problems == []
    assert [(one.name, one.flow, one.given.caller, len(one.mocks)) for one in made] == [
        ("one", "main", "withheld", 1),
        ("two", "main", "+12025550199", 2),
    ]
    assert made[1].given.at == made[0].given.at


def test_a_file_that_is_not_text_is_a_problem(small, tmp_path):
    """Not a crash."""
    (tmp_path / "one.yaml").write_bytes(b"test: \xff\xfe")
    assert [problem.code for problem in read_file(small, tmp_path / "one.yaml", "one.yaml")[1]] == ["E006"]
    assert [problem.code for problem in read_file(small, tmp_path, "one.yaml")[1]] == ["E006"]


def test_the_shipped_dialogues_are_right_by_the_schema():
    """What the reader takes, the editor must not underline."""
    validator = Draft202012Validator(test_schema())
    files = test_files(NORTHWIND)
    assert files
    for file in files:
        data = read_yaml(file.read_text(encoding="utf-8"), file.name).data
        assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "text",
    ["{test: t, call: [{heers: x}]}", "{test: t, call: []}", "{test: t, call: [{after: 46}]}",
     "{test: t, call: [{expect: {queud: x}}]}", "{tests: [{test: t}]}", "{test: t, mock: [{fech: x}], call: [{hears: x}]}"],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(text):
    """An editor that underlines nothing is no help."""
    assert list(Draft202012Validator(test_schema()).iter_errors(read_yaml(text, "t").data))
